"""The then-test: apart from today's answers, the time of the wave before is rated again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.assessments import pages, pages_previous, policies, queries, queries_previous, queries_results
from apps.assessments.actions import then_test as actions
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem
from apps.assessments.forms_then_test import HindsightForm
from apps.assessments.models import Assessment
from apps.assessments.queries_previous import Previous
from apps.assessments.questionnaire import Reading
from apps.assessments.views.loading import access_of, language_of, load, recipient_of
from apps.assessments.views.sections import find_section
from apps.core import htmx
from apps.instruments.definition import Section
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def overview(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Why it is asked, and the sections with how much of each is rated."""
    assessment = _load(request, assessment_id)
    language = language_of(request)
    before = queries_previous.previous(assessment, language=language)
    context: dict[str, Any] = {"assessment": assessment, "before": before, "visibility": pages.who_sees()}
    if before is not None:
        reading = queries.read(assessment, language=language)
        context["items"] = pages_previous.hindsight_sections(
            reading,
            before.rateable(reading),
            queries_results.ratings_in_hindsight(assessment),
            access_of(request, assessment),
            assessment=assessment,
            slug=slug,
            language=language,
        )
    return htmx.render_page(request, "assessments/then_test/overview.html", context)


@dataclass(frozen=True)
class _Page:
    """What a page of the then-test is made of."""

    assessment: Assessment
    before: Previous
    reading: Reading
    section: Section
    form: HindsightForm
    editable: bool


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """The questions of a section with their answers of then, each to be rated again."""
    if request.method == "POST":
        require(policies.may_answer(request.roles))
    page = _page(request, assessment_id, name)
    if request.method != "POST" or not page.form.is_valid():
        return _render(request, slug, page, status=422 if request.method == "POST" else 200)
    try:
        actions.save_ratings(
            actor=request.user,
            assessment_id=assessment_id,
            ratings=page.form.ratings(),
            only=recipient_of(request),
        )
    except (NotGiven, UnknownItem):
        raise PermissionDenied from None
    except NotOpen:
        messages.error(request, _("Not saved: the assessment takes no answers now."))
    else:
        messages.success(request, _("Saved."))
    return htmx.see_other(request, "assessments-then-overview", slug, assessment_id)


def _page(request: MunicipalityRequest, assessment_id: UUID, name: str) -> _Page:
    assessment = _load(request, assessment_id)
    access = access_of(request, assessment)
    require(access.sees(name))
    language = language_of(request)
    before = queries_previous.previous(assessment, language=language)
    if before is None:
        raise Http404
    reading = queries.read(assessment, language=language)
    current, rateable = access.narrowed(find_section(reading, name)), before.rateable(reading)
    questions = pages_previous.hindsight_questions(current, rateable, before.assessment.wave.label)
    if not questions:
        raise Http404
    items = reading.questionnaire.form.items
    form = HindsightForm(
        request.POST if request.method == "POST" else None,
        questions=questions,
        descriptors={item: pages_previous.descriptors_of(items[item], reading, language) for item in questions},
        ratings=queries_results.ratings_in_hindsight(assessment),
    )
    is_open = assessment.state == Assessment.State.IN_PROGRESS and assessment.wave.is_open
    may_rate = policies.may_answer(request.roles) and is_open
    open_items = {item for item in questions if may_rate and access.answers_item(items[item])}
    form.fix(questions.keys() - open_items)
    return _Page(assessment, before, reading, current, form, editable=bool(open_items))


def _render(request: MunicipalityRequest, slug: str, page: _Page, status: int) -> HttpResponse:
    language = language_of(request)
    rateable = page.before.rateable(page.reading)
    context = {
        "slug": slug,
        "assessment": page.assessment,
        "title": pages.section_label(page.reading, page.section, language),
        "wave": page.before.assessment.wave.label,
        "form": page.form,
        "items": pages_previous.hindsight_items(page.section, page.form, page.before, rateable, page.reading, language),
        "editable": page.editable,
    }
    return htmx.render_page(request, "assessments/then_test/section.html", context, status=status)


def _load(request: MunicipalityRequest, assessment_id: UUID) -> Assessment:
    """The assessment; 404 where its wave asks for no then-test."""
    assessment = load(request, assessment_id)
    if not assessment.wave.then_test:
        raise Http404
    return assessment
