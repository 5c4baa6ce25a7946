"""Answering: a section as a page, saved as a whole by its button or answer by answer as it is given."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.accounts.policies import require
from apps.assessments import pages, policies, queries
from apps.assessments.actions.answers import NotOpen, Outcome, Saved, UnknownItem, save_answers
from apps.assessments.forms import posted_entries, posted_entry
from apps.assessments.models import Assessment
from apps.assessments.questionnaire import Reading
from apps.assessments.views.assessments import language_of, load
from apps.core import htmx
from apps.instruments.definition import Section
from apps.municipalities.requests import MunicipalityRequest


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """One section: its questions, and at the end what its dimension comes to."""
    if request.method == "POST":
        return _save_section(request, slug, assessment_id, name)
    assessment = load(request, assessment_id)
    language = language_of(request)
    answers = queries.answers_of(assessment)
    reading = queries.questionnaire_of(assessment).read(queries.contents_of(answers), language=language)
    page = pages.SectionPage(
        reading, find_section(reading, name), answers, language, show_missing="missing" in request.GET
    )
    return _page(request, slug, assessment, page)


def _save_section(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    require(policies.may_answer(request.roles))
    language = language_of(request)
    try:
        saved = save_answers(
            actor=request.user, assessment_id=assessment_id, entries=posted_entries(request.POST), language=language
        )
    except (Assessment.DoesNotExist, UnknownItem):
        raise Http404 from None
    except NotOpen:
        messages.error(request, _("Not saved: the assessment takes no answers now."))
        return htmx.see_other(request, "assessments-detail", slug, assessment_id)
    current = find_section(saved.reading, name)
    if saved.status != 200:
        page = pages.SectionPage(
            saved.reading, current, saved.answers, language, results=saved.results, names=_other_people(saved)
        )
        return _page(request, slug, saved.assessment, page, status=saved.status)
    messages.success(request, _("Saved."))
    following = _neighbours(saved.reading, current)[1] if "next" in request.POST else current
    if following is None:
        return htmx.see_other(request, "assessments-check", slug, assessment_id)
    return htmx.see_other(request, "assessments-section", slug, assessment_id, following.name)


@require_POST
def answer(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """One answer as it is given: the item again with what became of it, and whatever else on the page it changes."""
    require(policies.may_answer(request.roles))
    language = language_of(request)
    try:
        saved = save_answers(
            actor=request.user,
            assessment_id=assessment_id,
            entries=[posted_entry(request.POST, name)],
            language=language,
        )
    except (Assessment.DoesNotExist, UnknownItem):
        raise Http404 from None
    except NotOpen:
        # The page keeps what was typed and says that it is not saved.
        raise PermissionDenied from None
    current = section_of(saved.reading, name)
    page = pages.SectionPage(
        saved.reading, current, saved.answers, language, results=saved.results, names=_other_people(saved)
    )
    changed = pages.changed_items(saved.before, saved.reading, current, language)
    blocks = list(page.blocks(only=changed | {name}))
    context = {
        "slug": slug,
        "assessment": saved.assessment,
        "block": next(block for block in blocks if block.name == name),
        "others": [block for block in blocks if block.name != name],
        "progress": saved.reading.progress(current),
        "panel": pages.dimension_panel(saved.reading, current, language),
        "editable": True,
        "oob": True,
    }
    return htmx.vary(render(request, "assessments/_answer.html", context, status=saved.status))


def _page(
    request: MunicipalityRequest, slug: str, assessment: Assessment, page: pages.SectionPage, status: int = 200
) -> HttpResponse:
    reading, language = page.reading, page.language
    before, after = _neighbours(reading, page.section)
    context = {
        "slug": slug,
        "assessment": assessment,
        "section": page.section,
        "title": pages.section_label(reading, page.section, language),
        "hint": reading.questionnaire.compiled.text(page.section.hint, reading.state, language),
        "blocks": list(page.blocks()),
        "progress": reading.progress(page.section),
        "panel": pages.dimension_panel(reading, page.section, language),
        "editable": policies.may_answer(request.roles)
        and assessment.state == Assessment.State.IN_PROGRESS
        and assessment.wave.is_open,
        "before": before,
        "before_label": pages.section_label(reading, before, language) if before else "",
        "after": after,
        "after_label": pages.section_label(reading, after, language) if after else "",
        "conflicts": status == 409,
        "invalid": [block for block in page.blocks() if block.errors] if status != 200 else [],
        "visibility": pages.who_sees(),
    }
    return htmx.render_page(request, "assessments/section.html", context, status=status)


def find_section(reading: Reading, name: str) -> Section:
    """The section `name` of the questionnaire; 404 where the profile has none of this name."""
    for section in reading.questionnaire.sections:
        if section.name == name:
            return section
    raise Http404


def section_of(reading: Reading, item: str) -> Section:
    """The section that an item stands in."""
    return find_section(reading, reading.questionnaire.form.items[item].section)


def _neighbours(reading: Reading, current: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after, those without a question to ask passed over."""
    asked = [s for s in reading.questionnaire.sections if s is current or reading.asked_items(s)]
    place = asked.index(current)
    return (asked[place - 1] if place else None, asked[place + 1] if place + 1 < len(asked) else None)


def _other_people(saved: Saved) -> dict[object, str]:
    """Names of those whose answers are in conflict with what was sent; no query without a conflict."""
    conflicts = saved.with_outcome(Outcome.CONFLICT)
    keys = {r.answer.answered_by_id for r in conflicts if r.answer and r.answer.answered_by_id}
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=keys)} if keys else {}
