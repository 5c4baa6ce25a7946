"""Readings from outside: inviting organisations, their pages behind a personal link, the comparison.

The organisation's pages show the questions and its own answers, and nothing else of the municipality.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages_outside, policies_outside, queries, queries_outside
from apps.assessments.actions import outside as actions
from apps.assessments.actions.answers import NotOpen
from apps.assessments.actions.assessments import WrongState
from apps.assessments.forms_outside import InviteForm, SectionForm
from apps.assessments.models import Assessment, OutsideReading
from apps.assessments.models.outside import MAX_READINGS
from apps.assessments.pages import section_label
from apps.assessments.questionnaire import Reading
from apps.assessments.views.loading import access_of, language_of, load
from apps.assessments.views.personal_link import by_token
from apps.core import htmx
from apps.core.requests import base_url
from apps.instruments.definition import Item
from apps.municipalities.requests import GuestRequest, MunicipalityRequest

State = OutsideReading.State


# --- The coordination ---------------------------------------------------------------------------------------------


@require_safe
def outside_list(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Which organisations have been invited, and how they stand."""
    assessment = _load_for_inviting(request, assessment_id)
    lines = pages_outside.lines(queries_outside.readings_of(assessment))
    is_full = sum(line.is_live for line in lines) >= MAX_READINGS
    context = {
        "assessment": assessment,
        "lines": lines,
        "maximum": MAX_READINGS,
        "is_full": is_full,
        "may_invite": not is_full and policies_outside.accepts_invitations(assessment),
        "has_submitted": any(line.reading.state == State.SUBMITTED for line in lines),
    }
    return htmx.render_page(request, "assessments/outside/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def outside_invite(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Invite an organisation."""
    assessment = _load_for_inviting(request, assessment_id)
    form = InviteForm(request.POST or None, closes_on=assessment.due_on)
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(
                actor=request.user, assessment_id=assessment_id, base_url=base_url(request), **form.cleaned_data
            )
        except WrongState as error:
            messages.error(request, str(error))
            return htmx.see_other(request, "assessments-outside", slug, assessment_id)
        except actions.AlreadyInvited:
            form.add_error("email", _("This address has been invited already. You can send a new link from the list."))
        except actions.NoPlaceLeft:
            text = _("%(count)s organisations have been invited already. Withdraw an invitation to invite another.")
            form.add_error(None, text % {"count": MAX_READINGS})
        else:
            text = _("The link is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
            messages.success(request, text)
            return htmx.see_other(request, "assessments-outside", slug, assessment_id)
    context = {"assessment": assessment, "form": form}
    return htmx.render_page(
        request, "assessments/outside/invite.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
def outside_renew(request: MunicipalityRequest, slug: str, reading_id: UUID) -> HttpResponse:
    """Send a new personal link; the old one ends."""
    row = _find(request, reading_id)
    try:
        actions.renew_link(actor=request.user, reading_id=row.pk, base_url=base_url(request))
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A new link is on its way. The old one no longer works."))
    return htmx.see_other(request, "assessments-outside", slug, row.assessment_id)


@require_http_methods(["GET", "HEAD", "POST"])
def outside_withdraw(request: MunicipalityRequest, slug: str, reading_id: UUID) -> HttpResponse:
    """End an invitation, or take a reading out of the comparison, after asking."""
    row = _find(request, reading_id)
    if request.method == "POST":
        actions.withdraw(actor=request.user, reading_id=row.pk)
        messages.success(request, _("The invitation has been withdrawn."))
        return htmx.see_other(request, "assessments-outside", slug, row.assessment_id)
    context = {
        "assessment": row.assessment,
        "reading": row,
        "cancel_url": reverse("assessments-outside", args=[slug, row.assessment_id]),
    }
    return htmx.render_page(request, "assessments/outside/withdraw.html", context)


@require_safe
def outside_differences(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Own answers beside those from outside, of the sections that the reader may see."""
    assessment = load(request, assessment_id)
    access, language = access_of(request, assessment), language_of(request)
    submitted = queries_outside.submitted_answers(assessment)
    context: dict[str, Any] = {
        "assessment": assessment,
        "is_limited": access.is_limited,
        "may_invite": policies_outside.may_invite(request.roles),
        "comparison": None,
    }
    if submitted:
        context["comparison"] = pages_outside.comparison(
            queries.read(assessment, language=language),
            queries_outside.blank(assessment, language),
            submitted,
            sees=lambda item: access.sees_item(item) and not access.shares(item),
            language=language,
            slug=slug,
            assessment_id=assessment.pk,
        )
    return htmx.render_page(request, "assessments/outside/differences.html", context)


def _load_for_inviting(request: MunicipalityRequest, assessment_id: UUID) -> Assessment:
    require(policies_outside.may_invite(request.roles))
    return load(request, assessment_id)


def _find(request: MunicipalityRequest, reading_id: UUID) -> OutsideReading:
    require(policies_outside.may_invite(request.roles))
    row = queries_outside.reading(reading_id)
    if row is None:
        raise Http404
    return row


# --- The organisation ---------------------------------------------------------------------------------------------


def _closed_page(request: GuestRequest, row: OutsideReading) -> HttpResponse | None:
    """410 where the invitation has ended."""
    if row.state != State.WITHDRAWN and not row.is_expired:
        return None
    context = {"reading": row, "municipality": request.municipality}
    return htmx.render_page(request, "assessments/outside/closed.html", context, status=410)


#: The view is given the reading that an organisation was invited to.
by_outside_link = by_token("outside", queries_outside.reading_by, _closed_page)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an organisation is asked, over nothing, in the language of the page."""

    nothing: Reading
    sections: dict[str, list[Item]]
    language: str

    @property
    def items(self) -> list[Item]:
        return [item for items in self.sections.values() for item in items]

    def label(self, name: str) -> str:
        section = next(found for found in self.nothing.questionnaire.sections if found.name == name)
        return section_label(self.nothing, section, self.language)


def _asked(row: OutsideReading) -> _Asked:
    language = (get_language() or "de").partition("-")[0]
    nothing = queries_outside.blank(row.assessment, language)
    return _Asked(nothing, queries_outside.asked_of_outside(nothing), language)


@require_safe
@by_outside_link
def outside_read(request: GuestRequest, row: OutsideReading, token: str) -> HttpResponse:
    """What this is, who sees the answers, the sections."""
    asked, answers, slug = _asked(row), queries_outside.answers_of(row), request.municipality.slug
    context = {
        "municipality": request.municipality,
        "reading": row,
        "token": token,
        "tasks": pages_outside.tasks(
            asked.nothing,
            asked.sections,
            answers,
            asked.language,
            lambda name: reverse("assessments-outside-section", args=[slug, token, name]),
        ),
        "progress": pages_outside.answered(asked.items, answers),
        "editable": policies_outside.takes_answers(row),
    }
    return htmx.render_page(request, "assessments/outside/read.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_outside_link
def outside_section(request: GuestRequest, row: OutsideReading, token: str, name: str) -> HttpResponse:
    """The questions of one section, saved as a whole by the button."""
    asked, slug = _asked(row), request.municipality.slug
    items = asked.sections.get(name)
    if items is None:
        raise Http404
    if request.method != "POST":
        return _section_page(request, row, token, asked, name)
    form = SectionForm(request.POST, items=items)
    if not form.is_valid():
        return _section_page(request, row, token, asked, name, form)
    try:
        actions.save(reading_id=row.pk, entries=form.entries())
    except NotOpen:
        messages.error(request, _("Not saved: no answers are taken now."))
        return htmx.see_other(request, "assessments-outside-read", slug, token)
    messages.success(request, _("Saved."))
    following = _neighbours(asked, name)[1] if "next" in request.POST else name
    if not following:
        return htmx.see_other(request, "assessments-outside-read", slug, token)
    return htmx.see_other(request, "assessments-outside-section", slug, token, following)


@require_http_methods(["GET", "HEAD", "POST"])
@by_outside_link
def outside_submit(request: GuestRequest, row: OutsideReading, token: str) -> HttpResponse:
    """Hand the answers in, after a look at what is missing."""
    slug = request.municipality.slug
    overview = reverse("assessments-outside-read", args=[slug, token])
    if request.method == "POST":
        try:
            actions.submit(reading_id=row.pk, base_url=base_url(request))
        except NotOpen:
            messages.error(request, _("Not handed in: no answers are taken now."))
        except WrongState as error:
            messages.error(request, str(error))
        return htmx.see_other(request, overview)
    asked = _asked(row)
    context = {
        "municipality": request.municipality,
        "reading": row,
        "progress": pages_outside.answered(asked.items, queries_outside.answers_of(row)),
        "editable": policies_outside.takes_answers(row),
        "cancel_url": overview,
    }
    return htmx.render_page(request, "assessments/outside/submit.html", context)


def _section_page(
    request: GuestRequest, row: OutsideReading, token: str, asked: _Asked, name: str, form: SectionForm | None = None
) -> HttpResponse:
    answers = queries_outside.answers_of(row)
    blocks = pages_outside.blocks(asked.nothing, asked.sections[name], answers, asked.language, form)
    before, after = _neighbours(asked, name)
    context = {
        "municipality": request.municipality,
        "reading": row,
        "token": token,
        "name": name,
        "title": asked.label(name),
        "blocks": blocks,
        "invalid": [block for block in blocks if block.errors],
        "progress": pages_outside.answered(asked.sections[name], answers),
        "editable": policies_outside.takes_answers(row),
        "before": before,
        "before_label": asked.label(before) if before else "",
        "after": after,
        "after_label": asked.label(after) if after else "",
    }
    return htmx.render_page(request, "assessments/outside/section.html", context, status=422 if form else 200)


def _neighbours(asked: _Asked, name: str) -> tuple[str, str]:
    names = list(asked.sections)
    place = names.index(name)
    return names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else ""
