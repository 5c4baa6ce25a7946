"""Giving sections to departments and people, and what becomes of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages, pages_delegations, policies, queries, queries_delegations
from apps.assessments.actions import delegations as actions
from apps.assessments.actions.assessments import WrongState
from apps.assessments.forms_delegations import GiveBackForm, GiveForm, ItemGroup, LinkForm
from apps.assessments.models import Assessment, Delegation
from apps.assessments.views.loading import language_of, load, recipient_of
from apps.assessments.views.sections import find_section, seen_answers
from apps.core import htmx
from apps.core.requests import base_url
from apps.instruments.definition import localized
from apps.municipalities.queries.memberships import org_units
from apps.municipalities.requests import MunicipalityRequest

State = Delegation.State


@require_safe
def delegation_list(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Who has which section, until when, how it stands."""
    assessment = _load(request, assessment_id)
    form = queries.questionnaire_of(assessment).form
    context = {
        "assessment": assessment,
        "lines": pages_delegations.lines(queries_delegations.delegations_of(assessment), form, language_of(request)),
        "may_give": assessment.state == Assessment.State.IN_PROGRESS and assessment.wave.is_open,
    }
    return htmx.render_page(request, "assessments/delegations/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Give sections to a contributor or a department."""
    assessment = _load(request, assessment_id)
    choices = _sections(request, assessment)
    form = GiveForm(
        request.POST or None,
        initial={"sections": request.GET.getlist("section")},
        sections=choices,
        items=_items(request, assessment),
        units=org_units(),
        people=queries_delegations.contributors(),
        closes_on=assessment.due_on,
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.give_sections(
                actor=request.user, assessment_id=assessment_id, base_url=base_url(request), **form.cleaned_data
            )
        except WrongState as error:
            messages.error(request, str(error))
            return htmx.see_other(request, "assessments-delegations", slug, assessment_id)
        except actions.NobodyThere:
            form.add_error("org_unit", _("No contributor with an account belongs to it: invite one, or send a link."))
        except actions.AlreadyGiven as error:
            form.add_error("sections", _already_given(dict(choices), error))
        else:
            text = ngettext("%(count)s section has been given.", "%(count)s sections have been given.", len(given))
            messages.success(request, text % {"count": len(given)})
            return htmx.see_other(request, "assessments-delegations", slug, assessment_id)
    context = {"assessment": assessment, "form": form}
    return htmx.render_page(
        request, "assessments/delegations/give.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def give_by_link(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Give one section to somebody without an account."""
    assessment = _load(request, assessment_id)
    choices = _sections(request, assessment)
    form = LinkForm(
        request.POST or None,
        initial={"section": request.GET.get("section")},
        sections=choices,
        items=_items(request, assessment),
        units=org_units(),
        closes_on=assessment.due_on,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_by_link(
                actor=request.user, assessment_id=assessment_id, base_url=base_url(request), **form.cleaned_data
            )
        except WrongState as error:
            messages.error(request, str(error))
            return htmx.see_other(request, "assessments-delegations", slug, assessment_id)
        except actions.AlreadyGiven as error:
            form.add_error("section", _already_given(dict(choices), error))
        else:
            text = _("The link is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
            messages.success(request, text)
            return htmx.see_other(request, "assessments-delegations", slug, assessment_id)
    context = {"assessment": assessment, "form": form}
    return htmx.render_page(
        request, "assessments/delegations/link.html", context, status=422 if request.method == "POST" else 200
    )


@require_safe
def delegation(request: MunicipalityRequest, slug: str, delegation_id: UUID) -> HttpResponse:
    """One delegation for the coordination: to accept, to give back, to withdraw."""
    row = _find(request, delegation_id)
    form = GiveBackForm(closes_on=row.assessment.due_on)
    return _delegation_page(request, row, form)


@require_POST
def accept(request: MunicipalityRequest, slug: str, delegation_id: UUID) -> HttpResponse:
    """It is as it should be."""
    row = _find(request, delegation_id)
    return _done(request, row, _("The section is accepted."), actions.accept)


@require_POST
def give_back(request: MunicipalityRequest, slug: str, delegation_id: UUID) -> HttpResponse:
    """Not yet: the same people again, with a reason."""
    row = _find(request, delegation_id)
    form = GiveBackForm(request.POST, closes_on=row.assessment.due_on)
    if not form.is_valid():
        return _delegation_page(request, row, form, status=422)
    return _done(request, row, _("The section has been given back."), actions.give_back, **form.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: MunicipalityRequest, slug: str, delegation_id: UUID) -> HttpResponse:
    """Take a section back, after asking."""
    row = _find(request, delegation_id)
    if request.method == "POST":
        return _done(request, row, _("The section has been withdrawn."), actions.revoke)
    context = {
        "assessment": row.assessment,
        "delegation": row,
        "whom": pages_delegations.whom(row),
        "label": _label(request, row),
        "cancel_url": reverse("assessments-delegation", args=[slug, row.pk]),
    }
    return htmx.render_page(request, "assessments/delegations/revoke.html", context)


@require_POST
def renew(request: MunicipalityRequest, slug: str, delegation_id: UUID) -> HttpResponse:
    """Send a new personal link; the old one ends."""
    row = _find(request, delegation_id)
    text = _("A new link is on its way. The old one no longer works.")
    return _done(request, row, text, actions.renew_link, base_url=base_url(request))


@require_http_methods(["GET", "HEAD", "POST"])
def hand_back(request: MunicipalityRequest, slug: str, delegation_id: UUID) -> HttpResponse:
    """Whoever has been given the section hands it back, after a look at what is missing."""
    require(policies.may_answer(request.roles))
    row = queries_delegations.delegation(delegation_id)
    if row is None:
        raise Http404
    require(policies.may_hand_back(recipient_of(request), row))
    if request.method == "POST":
        try:
            actions.hand_back(actor=request.user, delegation_id=row.pk, base_url=base_url(request))
        except WrongState as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Thank you. The coordination has been told."))
        return htmx.see_other(request, "assessments-detail", slug, row.assessment_id)
    context = {
        **hand_back_context(row, language_of(request)),
        "cancel_url": reverse("assessments-section", args=[slug, row.assessment_id, row.section]),
    }
    return htmx.render_page(request, "assessments/delegations/hand_back.html", context)


def hand_back_context(row: Delegation, language: str) -> dict[str, Any]:
    """What the question before handing back shows: which section, how much of it is missing."""
    access = queries_delegations.access_for(row.assessment, policies.Recipient(delegation_id=row.pk))
    _answers, reading = seen_answers(row.assessment, access, language)
    section = access.narrowed(find_section(reading, row.section))
    progress = reading.progress(section)
    return {
        "assessment": row.assessment,
        "delegation": row,
        "label": queries_delegations.title_of(row, reading.questionnaire.form, language),
        "missing": progress.required - progress.answered,
        "invalid": progress.invalid,
    }


def _load(request: MunicipalityRequest, assessment_id: UUID) -> Assessment:
    require(policies.may_delegate(request.roles))
    return load(request, assessment_id)


def _find(request: MunicipalityRequest, delegation_id: UUID) -> Delegation:
    require(policies.may_delegate(request.roles))
    row = queries_delegations.delegation(delegation_id)
    if row is None:
        raise Http404
    return row


def _sections(request: MunicipalityRequest, assessment: Assessment) -> list[tuple[str, str]]:
    questionnaire = queries.questionnaire_of(assessment)
    language = language_of(request)
    return [
        (section.name, pages.section_label_of(questionnaire.form, section, language))
        for section in questionnaire.sections
    ]


def _items(request: MunicipalityRequest, assessment: Assessment) -> list[ItemGroup]:
    """The questions of each section that can be given one by one; those that depend on others come along with them."""
    questionnaire = queries.questionnaire_of(assessment)
    form, language = questionnaire.form, language_of(request)
    return [
        ItemGroup(
            section.name,
            pages.section_label_of(form, section, language),
            tuple(
                (
                    item.name,
                    " ".join(filter(None, (item.number, localized(item.label, language, form.default_language)))),
                )
                for item in section.items
                if item.takes_answer and questionnaire.in_profile(item) and not item.relevant
            ),
        )
        for section in questionnaire.sections
    ]


def _already_given(labels: dict[str, str], error: actions.AlreadyGiven) -> str:
    return _("“%(section)s” is in these hands already.") % {"section": labels.get(error.section, error.section)}


def _label(request: MunicipalityRequest, row: Delegation) -> str:
    form = queries.questionnaire_of(row.assessment).form
    (line,) = pages_delegations.lines([row], form, language_of(request))
    return line.label


def _delegation_page(
    request: MunicipalityRequest, row: Delegation, form: GiveBackForm, status: int = 200
) -> HttpResponse:
    form_of = queries.questionnaire_of(row.assessment).form
    (line,) = pages_delegations.lines([row], form_of, language_of(request))
    links = getattr(row, "valid_links", [])
    context = {
        "assessment": row.assessment,
        "delegation": row,
        "line": line,
        "link": links[0] if links else None,
        "form": form,
        "is_open": row.assessment.state == Assessment.State.IN_PROGRESS and row.assessment.wave.is_open,
    }
    return htmx.render_page(request, "assessments/delegations/detail.html", context, status=status)


def _done(request: MunicipalityRequest, row: Delegation, text: str, action: Any, **fields: Any) -> HttpResponse:
    try:
        action(actor=request.user, delegation_id=row.pk, **fields)
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text)
    return htmx.see_other(request, "assessments-delegations", request.municipality.slug, row.assessment_id)
