"""Meetings of the panel: calling one, its agenda, attendance, results and minutes, approving them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.reviews import queries
from apps.reviews.actions.telling import tell
from apps.reviews.models import AgendaItem, Attendance, Meeting
from apps.reviews.problems import Refused


def _locked(meeting_id: UUID) -> Meeting:
    """The meeting under its lock. Raises Meeting.DoesNotExist, Refused where its minutes are approved."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting_id)
    if meeting.approved_at is not None:
        raise Refused(_("The minutes are approved: nothing changes any more."))
    return meeting


@transaction.atomic
def call_meeting(
    *,
    actor: Any,
    title: str,
    starts_at: datetime,
    ends_at: datetime | None,
    place: str,
    chair_id: UUID | None,
    base_url: str,
) -> Meeting:
    """Call a meeting and tell the panel."""
    meeting = Meeting.objects.create(
        title=title.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        chair_id=chair_id,
        called_by=actor,
    )
    record(actor=actor, verb="meeting.called", target=meeting)
    _invite(meeting, base_url)
    return meeting


@transaction.atomic
def change_meeting(
    *,
    actor: Any,
    meeting_id: UUID,
    title: str,
    starts_at: datetime,
    ends_at: datetime | None,
    place: str,
    chair_id: UUID | None,
    base_url: str,
) -> Meeting:
    """Change title, time, place or chair; the panel is told of another time or place. Raises Refused once approved."""
    meeting = _locked(meeting_id)
    moved = (meeting.starts_at, meeting.place) != (starts_at, place.strip())
    meeting.title, meeting.starts_at, meeting.ends_at = title.strip(), starts_at, ends_at
    meeting.place, meeting.chair_id = place.strip(), chair_id
    meeting.save(update_fields=["title", "starts_at", "ends_at", "place", "chair", "updated_at"])
    record(actor=actor, verb="meeting.changed", target=meeting)
    if moved:
        _invite(meeting, base_url)
    return meeting


def _invite(meeting: Meeting, base_url: str) -> None:
    def words() -> tuple[str, str]:
        day = date_format(timezone.localtime(meeting.starts_at), "SHORT_DATETIME_FORMAT")
        return (
            _("Meeting of the expert panel on %(day)s") % {"day": day},
            _("the expert panel meets on %(day)s. Agenda, place and a calendar file stand here:") % {"day": day},
        )

    tell(
        [member.user for member in queries.panel()],
        kind="panel-meeting",
        words=words,
        url=base_url + reverse("panel-meeting", args=[meeting.pk]),
        dedupe_key=f"{meeting.pk}:{timezone.now().isoformat()}",
    )


@transaction.atomic
def add_item(
    *, actor: Any, meeting_id: UUID, title: str, review_id: UUID | None = None, advice_id: UUID | None = None
) -> AgendaItem:
    """Put a point at the end of the agenda, about a review, an advice or anything else. Refused once approved."""
    meeting = _locked(meeting_id)
    last = meeting.agenda.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting, position=last + 1, title=title.strip(), review_id=review_id, advice_id=advice_id
    )
    record(actor=actor, verb="meeting.agenda_changed", target=meeting)
    return item


@transaction.atomic
def move_item(*, actor: Any, item_id: UUID, up: bool) -> Meeting:
    """Move a point one place; nothing happens at the end of the list. Raises Refused once approved."""
    meeting = _locked(AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id))
    items = list(meeting.agenda.order_by("position"))
    place = next(number for number, item in enumerate(items) if item.pk == item_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(items):
        first, second = items[place], items[other]
        first.position, second.position = second.position, first.position
        first.save(update_fields=["position", "updated_at"])
        second.save(update_fields=["position", "updated_at"])
        record(actor=actor, verb="meeting.agenda_changed", target=meeting)
    return meeting


@transaction.atomic
def remove_item(*, actor: Any, item_id: UUID) -> Meeting:
    """Take a point off the agenda. Raises Refused once approved, and where it has a result."""
    item = AgendaItem.objects.get(pk=item_id)
    meeting = _locked(item.meeting_id)
    if item.result:
        raise Refused(_("This point has a result and stays."))
    item.delete()
    record(actor=actor, verb="meeting.agenda_changed", target=meeting)
    return meeting


@transaction.atomic
def save_minutes(
    *,
    actor: Any,
    meeting_id: UUID,
    minutes: str,
    results: Mapping[UUID, str],
    attendance: Mapping[UUID, str],
) -> Meeting:
    """Save course, results by point and attendance by member ("" for not noted). Raises Refused once approved."""
    meeting = _locked(meeting_id)
    meeting.minutes = minutes.replace("\r\n", "\n").strip()
    meeting.save(update_fields=["minutes", "updated_at"])
    for item in meeting.agenda.all():
        result = results.get(item.pk, item.result).replace("\r\n", "\n").strip()
        if result != item.result:
            item.result = result
            item.save(update_fields=["result", "updated_at"])
    meeting.attendance.exclude(member_id__in=[key for key, kind in attendance.items() if kind]).delete()
    Attendance.objects.bulk_create(
        [Attendance(meeting=meeting, member_id=key, kind=kind) for key, kind in attendance.items() if kind],
        update_conflicts=True,
        unique_fields=["meeting", "member"],
        update_fields=["kind"],
    )
    record(actor=actor, verb="meeting.minutes_saved", target=meeting)
    return meeting


@transaction.atomic
def approve_minutes(*, actor: Any, meeting_id: UUID) -> Meeting:
    """Freeze minutes, agenda and attendance. Refused before the meeting and without attendance."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting_id)
    if meeting.approved_at is not None:
        return meeting
    if timezone.now() < meeting.starts_at:
        raise Refused(_("The meeting has not taken place yet."))
    if not meeting.attendance.exists():
        raise Refused(_("Please note first who was there."))
    meeting.approved_at = timezone.now()
    meeting.save(update_fields=["approved_at", "updated_at"])
    record(actor=actor, verb="meeting.minutes_approved", target=meeting)
    return meeting
