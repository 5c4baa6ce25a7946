"""Answering: a section as a page, saved as a whole by its button or answer by answer as it is given."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.accounts.policies import require
from apps.assessments import beside, pages, pages_results, policies, policies_remarks, queries, queries_departments
from apps.assessments.actions import previous
from apps.assessments.actions.answers import NotGiven, NotOpen, Outcome, Saved, UnknownItem, save_answers
from apps.assessments.forms import posted_entries, posted_entry
from apps.assessments.models import Answer, Assessment, Delegation
from apps.assessments.policies import SectionAccess
from apps.assessments.questionnaire import Reading
from apps.assessments.views.loading import access_of, language_of, load, recipient_of
from apps.core import htmx
from apps.instruments.definition import Section
from apps.municipalities.models import Role
from apps.municipalities.requests import MunicipalityRequest


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """One section: its questions, and at the end what its dimension comes to."""
    if request.method == "POST":
        return _save_section(request, slug, assessment_id, name)
    assessment = load(request, assessment_id)
    access = access_of(request, assessment)
    require(access.sees(name))
    language = language_of(request)
    answers, reading = seen_answers(assessment, access, language)
    page = pages.SectionPage(
        reading,
        access.narrowed(find_section(reading, name)),
        answers,
        language,
        addresses=pages.Addresses.of_account(slug, assessment, name),
        show_missing="missing" in request.GET,
        access=access,
    )
    return _page(request, slug, assessment, page, access)


def seen_answers(assessment: Assessment, access: SectionAccess, language: str) -> tuple[Mapping[str, Answer], Reading]:
    """The answers and their reading as somebody may see them: of items in several hands their own department's."""
    answers: Mapping[str, Answer] = queries.answers_of(assessment)
    form = queries.questionnaire_of(assessment).form
    if access.mine and any(access.shares(item) for item in form.items.values()):
        answers = queries_departments.together(assessment).seen_by(access, answers, form)
    return answers, queries.reading_of(assessment, answers, language=language)


def _save_section(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    require(policies.may_answer(request.roles))
    language = language_of(request)
    try:
        saved = save_answers(
            actor=request.user,
            assessment_id=assessment_id,
            entries=posted_entries(request.POST),
            language=language,
            only=recipient_of(request),
            org_unit_id=org_unit_of(request),
        )
    except (Assessment.DoesNotExist, UnknownItem):
        raise Http404 from None
    except NotGiven:
        raise PermissionDenied from None
    except NotOpen:
        messages.error(request, _("Not saved: the assessment takes no answers now."))
        return htmx.see_other(request, "assessments-detail", slug, assessment_id)
    current = find_section(saved.reading, name)
    if saved.status != 200:
        page = _saved_page(request, saved, current)
        return _page(request, slug, saved.assessment, page, saved.access, status=saved.status)
    if "unchanged" in request.POST:
        return _take_over(request, slug, saved, current, request.POST["unchanged"])
    messages.success(request, _("Saved."))
    delegation = saved.access.held.get(current.name)
    if "hand_back" in request.POST and delegation is not None:
        return htmx.see_other(request, "assessments-delegation-hand-back", slug, delegation.pk)
    following = _neighbours(saved.reading, current, saved.access)[1] if "next" in request.POST else current
    if following is None and saved.access.is_limited:
        return htmx.see_other(request, "assessments-detail", slug, assessment_id)
    if following is None:
        return htmx.see_other(request, "assessments-check", slug, assessment_id)
    return htmx.see_other(request, "assessments-section", slug, assessment_id, following.name)


def _take_over(request: MunicipalityRequest, slug: str, saved: Saved, current: Section, item: str) -> HttpResponse:
    """The answer of the wave before, taken over by its button, after the rest of the page has been saved."""
    found = saved.reading.questionnaire.form.items.get(item)
    if found is None or found.section != current.name:
        raise Http404
    require(saved.access.answers_item(found))
    together = queries_departments.together(saved.assessment)
    back = reverse("assessments-section", args=[slug, saved.assessment.pk, current.name])
    if together.is_guarded(item) or together.is_shared(found):
        messages.error(request, _("Several departments answer this: each gives its own answer, then it is decided."))
        return htmx.see_other(request, f"{back}?previous=1#{pages.Block(item).id}")
    try:
        previous.take_over(
            actor=request.user,
            assessment_id=saved.assessment.pk,
            item=item,
            org_unit_id=org_unit_of(request),
            only=recipient_of(request),
            language=language_of(request),
        )
    except previous.NotPossibleNow as error:
        messages.error(request, " ".join(error.messages))
    except NotOpen:
        messages.error(request, _("Not saved: the assessment takes no answers now."))
    except previous.NothingBefore:
        messages.error(request, _("There is no earlier answer to this question."))
    except NotGiven:
        raise PermissionDenied from None
    except UnknownItem:
        raise Http404 from None
    else:
        messages.success(request, _("Saved."))
    return htmx.see_other(request, f"{back}?previous=1#{pages.Block(item).id}")


def org_unit_of(request: MunicipalityRequest) -> UUID | None:
    """The department of the person who answers, where their membership names one."""
    units = {found.role: found.org_unit_id for found in request.memberships if found.org_unit_id is not None}
    return units.get(Role.CONTRIBUTOR) or units.get(Role.COORDINATOR)


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
            only=recipient_of(request),
            org_unit_id=org_unit_of(request),
        )
    except (Assessment.DoesNotExist, UnknownItem):
        raise Http404 from None
    except (NotOpen, NotGiven):
        # The page keeps what was typed and says that it is not saved.
        raise PermissionDenied from None
    current = section_of(saved.reading, name)
    return answer_fragment(request, saved, _saved_page(request, saved, current), name)


def answer_fragment(request: HttpRequest, saved: Saved, page: pages.SectionPage, name: str) -> HttpResponse:
    """What comes back for the item `name`: itself, the others of the page that it changes, progress and result."""
    changed = pages.changed_items(saved.before, saved.reading, page.section, page.language)
    blocks = list(page.blocks(only=changed | {name}))
    context = {
        "block": next(block for block in blocks if block.name == name),
        "others": [block for block in blocks if block.name != name],
        "progress": saved.reading.progress(page.section),
        "panel": _panel(page),
        "editable": True,
        "oob": True,
    }
    return htmx.vary(render(request, "assessments/_answer.html", context, status=saved.status))


def _panel(page: pages.SectionPage) -> Any:
    """The result of the dimension: for whom all its items are to be seen."""
    whole = find_section(page.reading, page.section.name)
    is_whole = len(page.section.items) == len(whole.items)
    return pages_results.dimension_panel(page.reading, whole, page.language) if is_whole else None


def _saved_page(request: MunicipalityRequest, saved: Saved, current: Section) -> pages.SectionPage:
    return pages.SectionPage(
        saved.reading,
        saved.access.narrowed(current),
        saved.answers,
        language_of(request),
        addresses=pages.Addresses.of_account(request.municipality.slug, saved.assessment, current.name),
        results=saved.results,
        names=_other_people(saved),
        access=saved.access,
        guarded=saved.guarded if policies.may_coordinate(request.roles) else (),
    )


def section_context(page: pages.SectionPage, *, status: int) -> dict[str, Any]:
    """What every page of a section shows, by account or by personal link."""
    reading, blocks = page.reading, list(page.blocks())
    return {
        "section": page.section,
        "action": page.addresses.page,
        "title": pages.section_label(reading, page.section, page.language),
        "hint": reading.questionnaire.compiled.text(page.section.hint, reading.state, page.language),
        "blocks": blocks,
        "progress": reading.progress(page.section),
        "panel": _panel(page),
        "conflicts": status == 409,
        "invalid": [block for block in blocks if block.errors] if status != 200 else [],
        "visibility": pages.who_sees(),
    }


def _page(
    request: MunicipalityRequest,
    slug: str,
    assessment: Assessment,
    page: pages.SectionPage,
    access: SectionAccess,
    status: int = 200,
) -> HttpResponse:
    reading, language = page.reading, page.language
    with_previous = "previous" in request.GET
    page.beside = beside.load(
        assessment,
        reading,
        slug=slug,
        departments=policies.may_coordinate(request.roles),
        comments=policies_remarks.sees_comments(request.roles),
        with_previous=with_previous,
        language=language,
    )
    page.guarded = {name for name, found in page.beside.items() if found.department and found.department.is_guarded}
    before, after = _neighbours(reading, page.section, access)
    delegation = access.held.get(page.section.name)
    context = {
        **section_context(page, status=status),
        "slug": slug,
        "assessment": assessment,
        "with_previous": with_previous,
        "delegation": delegation,
        "hands_back": delegation is not None and delegation.state == Delegation.State.GIVEN,
        "editable": policies.may_answer(request.roles)
        and access.answers(page.section.name)
        and assessment.state == Assessment.State.IN_PROGRESS
        and assessment.wave.is_open,
        "before": before,
        "before_label": pages.section_label(reading, before, language) if before else "",
        "after": after,
        "after_label": pages.section_label(reading, after, language) if after else "",
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


def _neighbours(reading: Reading, current: Section, access: SectionAccess) -> tuple[Section | None, Section | None]:
    """The sections before and after, those without a question to ask or not to be seen passed over."""
    sections = [section for section in reading.questionnaire.sections if access.sees(section.name)]
    asked = [s for s in sections if s.name == current.name or reading.asked_items(s)]
    place = [found.name for found in asked].index(current.name)
    return (asked[place - 1] if place else None, asked[place + 1] if place + 1 < len(asked) else None)


def _other_people(saved: Saved) -> dict[object, str]:
    """Names of those whose answers are in conflict with what was sent; no query without a conflict."""
    conflicts = saved.with_outcome(Outcome.CONFLICT)
    keys = {r.answer.answered_by_id for r in conflicts if r.answer and r.answer.answered_by_id}
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=keys)} if keys else {}
