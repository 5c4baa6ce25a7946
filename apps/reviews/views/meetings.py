"""Meetings: calling one, agenda, minutes; the member's view, and the files."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.reviews import minutes as files
from apps.reviews import policies, queries, queries_meetings
from apps.reviews.actions import meetings as actions
from apps.reviews.forms_meetings import AgendaItemForm, MeetingForm, MinutesForm
from apps.reviews.models import AgendaItem, Meeting
from apps.reviews.problems import Refused
from apps.reviews.views.loading import say


@require_safe
def staff_list(request: ProgrammeRequest) -> HttpResponse:
    """All meetings."""
    require(policies.may_manage_panel(request.roles))
    context = {"meetings": queries_meetings.meetings(), "now": timezone.now()}
    return htmx.render_page(request, "reviews/staff/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: ProgrammeRequest) -> HttpResponse:
    """Call a meeting."""
    require(policies.may_manage_panel(request.roles))
    form = MeetingForm(request.POST if request.method == "POST" else None, members=list(queries.panel()))
    if request.method == "POST" and form.is_valid():
        meeting = actions.call_meeting(actor=request.user, base_url=base_url(request), **form.values)
        messages.success(request, _("The meeting is called. The panel has been told."))
        return htmx.see_other(request, "panel-meeting-staff", meeting.pk)
    return htmx.render_page(
        request, "reviews/staff/meeting_form.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
def staff_detail(request: ProgrammeRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: agenda to be put in order, and the next step."""
    require(policies.may_manage_panel(request.roles))
    return _staff_page(request, _load(meeting_id))


def _staff_page(
    request: ProgrammeRequest, meeting: Meeting, form: AgendaItemForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form or (_agenda_form() if meeting.approved_at is None else None),
        "has_begun": meeting.starts_at <= timezone.now(),
    }
    return htmx.render_page(request, "reviews/staff/meeting.html", context, status=status)


def _agenda_form(data: Any = None) -> AgendaItemForm:
    return AgendaItemForm(
        data, reviews=list(queries.running()), advice=list(queries_meetings.advice().exclude(state="answered"))
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ProgrammeRequest, meeting_id: UUID) -> HttpResponse:
    """Change title, time, place or chair."""
    require(policies.may_manage_panel(request.roles))
    meeting = _load(meeting_id)
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        members=list(queries.panel()),
        initial=MeetingForm.initial_of(meeting),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_meeting(actor=request.user, meeting_id=meeting_id, base_url=base_url(request), **form.values)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The meeting has been changed."))
            return htmx.see_other(request, "panel-meeting-staff", meeting_id)
    context = {"form": form, "meeting": meeting}
    return htmx.render_page(request, "reviews/staff/meeting_form.html", context, status=422 if form.errors else 200)


@require_POST
def add_item(request: ProgrammeRequest, meeting_id: UUID) -> HttpResponse:
    """Put a point at the end of the agenda."""
    require(policies.may_manage_panel(request.roles))
    meeting = _load(meeting_id)
    form = _agenda_form(request.POST)
    if form.is_valid():
        try:
            actions.add_item(actor=request.user, meeting_id=meeting_id, **form.values)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The point is on the agenda."))
            return htmx.see_other(request, "panel-meeting-staff", meeting_id)
    return _staff_page(request, meeting, form, status=422)


@require_POST
def move_item(request: ProgrammeRequest, item_id: UUID) -> HttpResponse:
    """Move a point of the agenda one place."""
    up = request.POST.get("to") == "up"
    return _of_item(request, item_id, lambda: actions.move_item(actor=request.user, item_id=item_id, up=up))


@require_POST
def remove_item(request: ProgrammeRequest, item_id: UUID) -> HttpResponse:
    """Take a point off the agenda."""
    return _of_item(request, item_id, lambda: actions.remove_item(actor=request.user, item_id=item_id))


def _of_item(request: ProgrammeRequest, item_id: UUID, step: Callable[[], Meeting]) -> HttpResponse:
    require(policies.may_manage_panel(request.roles))
    item = AgendaItem.objects.filter(pk=item_id).first()
    if item is None:
        raise Http404
    try:
        step()
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, _("The agenda has been changed."))
    return htmx.see_other(request, "panel-meeting-staff", item.meeting_id)


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: ProgrammeRequest, meeting_id: UUID) -> HttpResponse:
    """Attendance, results and course of the meeting."""
    require(policies.may_manage_panel(request.roles))
    meeting = _load(meeting_id)
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        meeting=meeting,
        items=list(meeting.agenda.all()),
        members=list(queries.panel()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_minutes(actor=request.user, meeting_id=meeting_id, **form.values)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, _("The minutes have been saved."))
            return htmx.see_other(request, "panel-meeting-staff", meeting_id)
    context = {"form": form, "meeting": meeting}
    return htmx.render_page(request, "reviews/staff/minutes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: ProgrammeRequest, meeting_id: UUID) -> HttpResponse:
    """Approve the minutes: nothing changes any more."""
    require(policies.may_manage_panel(request.roles))
    meeting = _load(meeting_id)
    if request.method != "POST":
        return htmx.render_page(request, "reviews/staff/approve.html", {"meeting": meeting})
    try:
        actions.approve_minutes(actor=request.user, meeting_id=meeting_id)
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, _("The minutes are approved."))
    return htmx.see_other(request, "panel-meeting-staff", meeting_id)


# --- Members, and files -------------------------------------------------------------------------------------------


@require_safe
def member_list(request: WorkshopRequest) -> HttpResponse:
    """All meetings."""
    require(policies.may_read_panel(request.roles, policies.panel_role(request.programme_roles)))
    context = {"meetings": queries_meetings.meetings(), "now": timezone.now()}
    return htmx.render_page(request, "reviews/member/meetings.html", context)


@require_safe
def member_detail(request: WorkshopRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: agenda before, minutes after."""
    return htmx.render_page(request, "reviews/member/meeting.html", {"meeting": _readable(request, meeting_id)})


@require_safe
def agenda_file(request: WorkshopRequest, meeting_id: UUID) -> HttpResponse:
    """The agenda as PDF."""
    meeting = _readable(request, meeting_id)
    return _file(files.agenda_pdf(meeting).content, _("agenda"), meeting, "pdf", "application/pdf")


@require_safe
def minutes_file(request: WorkshopRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes as PDF."""
    meeting = _readable(request, meeting_id)
    return _file(files.minutes_pdf(meeting).content, _("minutes"), meeting, "pdf", "application/pdf")


@require_safe
def date_file(request: WorkshopRequest, meeting_id: UUID) -> HttpResponse:
    """The date as an iCalendar file."""
    meeting = _readable(request, meeting_id)
    content = files.calendar_file(meeting, base_url(request) + reverse("panel-meeting", args=[meeting.pk]))
    return _file(content, _("meeting"), meeting, "ics", "text/calendar; charset=utf-8")


def _file(content: bytes, word: str, meeting: Meeting, ending: str, media_type: str) -> HttpResponse:
    day = timezone.localtime(meeting.starts_at).date().isoformat()
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{word}-{day}.{ending}") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _load(meeting_id: UUID) -> Meeting:
    meeting = queries_meetings.meeting(meeting_id)
    if meeting is None:
        raise Http404
    return meeting


def _readable(request: WorkshopRequest, meeting_id: UUID) -> Meeting:
    require(policies.may_read_panel(request.roles, policies.panel_role(request.programme_roles)))
    return _load(meeting_id)
