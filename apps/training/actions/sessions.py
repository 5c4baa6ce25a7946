"""Planning sessions: dates, seats, trainers, opening for enrolment, changing, cancelling.

A municipality plans in its own scope, the project team in the programme's. The session's row is locked first; places
are touched by apps.training.actions.seats alone. The audit record names the session, never a person who takes part.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.audit.actions import record
from apps.core import scope
from apps.core.keys import uuid7
from apps.core.tasks import enqueue_in
from apps.municipalities.models import Municipality
from apps.reviews.problems import Refused
from apps.training import check_in, mails_trainers, queries_sessions, queries_trainers
from apps.training.actions import seats
from apps.training.models import Room, Session, SessionDate, SessionShare, SessionTrainer

_State, _OpensTo = Session.State, Session.OpensTo
#: What a session is, without its seats: may be changed until it is over.
ABOUT = ("mode", "language", "enrol_until", "cancel_until", "attended_from", "cost", "online_url", "notes")
#: How many seats there are, and for whom.
SEATS = ("opens_to", "capacity", "minimum", "quota_each", "offer_hours")
_USUAL_DEADLINE = timedelta(days=7)
_FAR_AWAY = timedelta(days=36_500)


class Unfit(Refused):
    """A value that cannot be; `field`: its name among ABOUT and SEATS, or "dates"."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """A date as it is wished; key: of the date that is changed, None for a new one."""

    starts_at: datetime
    ends_at: datetime
    room_id: UUID | None = None
    key: UUID | None = None


@transaction.atomic
def plan(
    *,
    actor: Any,
    host: Municipality | None,
    values: Mapping[str, Any],
    dates: Sequence[PlannedDate],
    trainers: Mapping[UUID, bool] | None = None,
    key: UUID | None = None,
) -> Session:
    """Plan a session; nobody can enrol yet. In the scope of the host, or of the programme where it is None.

    values: `module`, and what ABOUT and SEATS name; deadlines that are None are set to a week before it begins.
    trainers: keys of roles, and whether they lead. key: of the form, so that sending it twice makes one session.
    Raises Unfit.
    """
    module = values["module"]
    if host is not None and module.is_empowerment:
        raise Unfit("module", _("Sessions of this module are planned by the project team alone."))
    found = Session(
        pk=key or uuid7(), module=module, edition=module.offered, host=host, confidential=module.is_empowerment
    )
    if Session.objects.filter(pk=found.pk).exists():
        return Session.objects.get(pk=found.pk)
    found.created_by = actor
    for name in (*ABOUT, *SEATS):
        if name in values:
            setattr(found, name, values[name])
    if not dates:
        raise Unfit("dates", _("Please give at least one date."))
    _set_deadlines(found, dates)
    _check(found)
    found.save(force_insert=True)
    SessionDate.objects.bulk_create(
        SessionDate(session=found, starts_at=date.starts_at, ends_at=date.ends_at, room_id=date.room_id)
        for date in dates
    )
    SessionTrainer.objects.bulk_create(
        SessionTrainer(session=found, role_id=role, is_lead=leads) for role, leads in (trainers or {}).items()
    )
    found.refresh_from_db()
    record(actor=actor, verb="session.planned", target=found)
    return found


@transaction.atomic
def change(
    *,
    actor: Any,
    session_id: UUID,
    values: Mapping[str, Any],
    dates: Sequence[PlannedDate],
    base_url: str = "",
) -> Session:
    """Change what ABOUT names, and the dates.

    Whoever has a seat, and whoever gives it, is told where dates, rooms or the form have changed. A date whose check-in
    has begun stays as it is. base_url: of the site. Raises Session.DoesNotExist, Unfit, Refused where the session is
    over or a leading trainer is not qualified any more on the first day.
    """
    found = locked(session_id)
    _still_changes(found)
    before = (_shape(found), found.mode, found.online_url)
    first_before = found.first_starts_at
    for name in ABOUT:
        if name in values:
            setattr(found, name, values[name])
    if not dates:
        raise Unfit("dates", _("Please give at least one date."))
    _set_deadlines(found, dates)
    _check(found)
    wanted_cancel_until = found.cancel_until
    # The first date and this deadline change one after the other: meanwhile it lies before both.
    if first_before is not None:
        found.cancel_until = min(found.cancel_until, first_before)
    found.save(update_fields=[*ABOUT, "updated_at"])
    _write_dates(found, dates)
    found.cancel_until = wanted_cancel_until
    found.save(update_fields=["cancel_until", "updated_at"])
    found = locked(session_id)
    full = queries_sessions.session(session_id)
    problems = queries_sessions.lead_obstacles(full, list(full.dates.all())) if full is not None else []
    if found.state == _State.OPEN and problems:
        raise Refused(*problems)
    record(actor=actor, verb="session.changed", target=found)
    if (_shape(found), found.mode, found.online_url) != before:
        mails_trainers.tell(_given_by(found), found, mails_trainers.CHANGED, base_url=base_url)
        if found.state == _State.OPEN:
            found.change_to_tell = timezone.now()
            found.save(update_fields=["change_to_tell"])
            enqueue_in(seats.scope_of(found), "training.tell_of_change", session_id=str(found.pk))
    return found


@transaction.atomic
def change_seats(
    *, actor: Any, session_id: UUID, values: Mapping[str, Any], shares: Mapping[UUID, int | None]
) -> Session:
    """Change what SEATS names, and what chosen municipalities may take; free seats are offered to who waits.

    shares: keys of the chosen municipalities (of all with a quota of their own, where it is open to all) and their
    quota. Raises Session.DoesNotExist, Refused where it is over, Unfit where seats are taken already.
    """
    found = locked(session_id)
    _still_changes(found)
    capacity_before = found.capacity
    for name in SEATS:
        if name in values:
            setattr(found, name, values[name])
    _check(found)
    if found.confidential and found.capacity < capacity_before:
        raise Unfit("capacity", _("The seats of this session can only become more: how many are taken nobody sees."))
    if found.capacity < found.taken:
        raise Unfit("capacity", _("%(number)s seats are taken already.") % {"number": found.taken})
    found.save(update_fields=[*SEATS, "updated_at"])
    if not found.confidential:
        _write_shares(found, {} if found.opens_to == _OpensTo.ONE else shares)
    record(actor=actor, verb="session.seats_changed", target=found, data={"capacity": found.capacity})
    if found.state == _State.OPEN:
        seats.fill_later(found)
    return found


@transaction.atomic
def raise_capacity(*, actor: Any, session_id: UUID, capacity: int) -> Session:
    """Set the number of seats and nothing else; as `change_seats`, whose errors it raises."""
    kept = {share.of_id: share.quota for share in SessionShare.objects.filter(session=session_id)}
    return change_seats(actor=actor, session_id=session_id, values={"capacity": capacity}, shares=kept)


@transaction.atomic
def set_trainers(
    *, actor: Any, session_id: UUID, leads: Collection[UUID], beside: Collection[UUID], base_url: str = ""
) -> Session:
    """Say who leads, and who teaches beside them. Whoever leads must be qualified on the first day.

    Whoever is named, or is not any more, is told. leads, beside: keys of trainers' roles; somebody named twice leads.
    base_url: of the site. Raises Session.DoesNotExist, Refused where it is over or somebody may not lead it, or where
    an open session would be left without a lead.
    """
    found = locked(session_id)
    _still_changes(found)
    roles = {role.pk: role for role in queries_trainers.trainers().filter(pk__in=[*leads, *beside])}
    first_day = timezone.localdate(found.first_starts_at) if found.first_starts_at else timezone.localdate()
    leading = [roles[key] for key in leads if key in roles]
    if problems := queries_trainers.leading_obstacles(found, first_day, leading):
        raise Refused(*problems)
    if found.state == _State.OPEN and not leading and found.mode != Session.Mode.SELF_PACED:
        raise Refused(_("People can enrol already: somebody has to lead it."))
    before = {role.pk: role for role in _given_by(found)}
    SessionTrainer.objects.filter(session=found).delete()
    SessionTrainer.objects.bulk_create(
        SessionTrainer(session=found, role_id=key, is_lead=key in set(leads)) for key in roles
    )
    record(actor=actor, verb="session.trainers_set", target=found)
    named = [role for key, role in roles.items() if key not in before]
    released = [role for key, role in before.items() if key not in roles]
    mails_trainers.tell(named, found, mails_trainers.NAMED, base_url=base_url)
    mails_trainers.tell(released, found, mails_trainers.RELEASED, base_url=base_url)
    return found


@transaction.atomic
def open_for_enrolment(*, actor: Any, session_id: UUID) -> Session:
    """Open a planned session; an open one is left as it is. Its text is the one that is offered now.

    Raises Session.DoesNotExist, Refused naming everything that is missing.
    """
    found = queries_sessions.session(session_id, lock=True, host=scope.current_municipality_id())
    if found is None:
        raise Session.DoesNotExist
    if found.state == _State.OPEN:
        return found
    if found.state != _State.PLANNED:
        raise Refused(_("The session is over."))
    if reasons := queries_sessions.obstacles(found):
        raise Refused(*reasons)
    found.state, found.edition = _State.OPEN, found.module.offered
    found.save(update_fields=["state", "edition", "updated_at"])
    record(actor=actor, verb="session.opened", target=found)
    return found


@transaction.atomic
def cancel(*, actor: Any, session_id: UUID, reason: str, base_url: str = "") -> Session:
    """Cancel a session: all its places end, and everybody is told once. One that is cancelled is left as it is.

    Raises Session.DoesNotExist, Refused where it was held, or no reason is given.
    """
    found = locked(session_id)
    if found.state == _State.CANCELLED:
        return found
    _still_changes(found)
    if not reason.strip():
        raise Refused(_("Please give a reason."))
    found.state, found.cancelled_because = _State.CANCELLED, reason.strip()
    found.save(update_fields=["state", "cancelled_because", "updated_at"])
    record(actor=actor, verb="session.cancelled", target=found)
    mails_trainers.tell(_given_by(found), found, mails_trainers.CANCELLED, base_url=base_url)
    seats.end_later(found)
    return found


@transaction.atomic
def save_room(*, actor: Any, host: Municipality | None, values: Mapping[str, Any], room_id: UUID | None = None) -> Room:
    """Add a room of a municipality (or of the programme, host None), or change it. Raises Room.DoesNotExist."""
    if room_id is None:
        room = Room(host=host)
    else:
        room = Room.objects.select_for_update(of=("self",)).get(pk=room_id, host=host)
    for name, value in values.items():
        setattr(room, name, value)
    room.save()
    record(actor=actor, verb="room.saved", target=room)
    return room


def locked(session_id: UUID) -> Session:
    """The session under its row lock, if whoever's scope this is organises it. Raises Session.DoesNotExist."""
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("module")
        .get(pk=session_id, host_id=scope.current_municipality_id())
    )


def _given_by(found: Session) -> list[ProgrammeRole]:
    """Who leads the session or teaches in it, with their person."""
    rows = SessionTrainer.objects.filter(session=found).select_related("role__user")
    return [row.role for row in rows]


def _still_changes(found: Session) -> None:
    if found.state not in (_State.PLANNED, _State.OPEN):
        raise Refused(_("The session is over."))


def _shape(found: Session) -> list[tuple[datetime, datetime, UUID | None]]:
    rows = SessionDate.objects.filter(session=found).order_by("starts_at")
    return list(rows.values_list("starts_at", "ends_at", "room_id"))


def _set_deadlines(found: Session, dates: Sequence[PlannedDate]) -> None:
    """Deadlines nobody has set lie a week before it begins; where that has passed, when it begins."""
    begins = min(date.starts_at for date in dates)
    usual = begins - _USUAL_DEADLINE
    if usual <= timezone.now():
        usual = begins
    found.enrol_until = found.enrol_until or usual
    found.cancel_until = found.cancel_until or usual
    if found.enrol_until > max(date.ends_at for date in dates):
        raise Unfit("enrol_until", _("Enrolment ends before the session does."))
    if found.cancel_until > begins:
        raise Unfit("cancel_until", _("This deadline lies before the session begins."))


def _check(found: Session) -> None:
    """What the database demands of a session too, as sentences beside the fields."""
    if found.minimum > found.capacity:
        raise Unfit("minimum", _("There are not so many seats."))
    if found.host_id is None and found.opens_to == _OpensTo.ONE:
        raise Unfit("opens_to", _("The project team plans for some municipalities or for all."))
    if found.confidential:
        if found.mode != Session.Mode.ON_SITE:
            raise Unfit("mode", _("This module takes place on site only."))
        if found.opens_to != _OpensTo.ALL:
            raise Unfit("opens_to", _("Sessions of this module are open to all municipalities."))
        if found.quota_each is not None:
            raise Unfit("quota_each", _("Where people come from is not counted for this module: no quota is possible."))


def _write_dates(found: Session, wanted: Sequence[PlannedDate]) -> None:
    """Change, add and remove dates; those whose check-in has begun stay as they are.

    Rows are kept where they can be, because attendance points at them. New ones come first and removed ones go last: an
    open session is never without a date.
    """
    there = {date.pk: date for date in SessionDate.objects.filter(session=found)}
    now = timezone.now()
    kept = {date.key: date for date in wanted if date.key in there}
    changed = []
    for key, row in there.items():
        wish = kept.get(key)
        is_same = wish is not None and (wish.starts_at, wish.ends_at) == (row.starts_at, row.ends_at)
        if check_in.opens_at(row) <= now and not is_same:
            raise Unfit("dates", _("A date that has begun stays as it is."))
        if wish is not None and (not is_same or wish.room_id != row.room_id):
            changed.append((row, wish))
    # Two dates may change places: each first goes where no other is.
    for row, _wish in changed:
        SessionDate.objects.filter(pk=row.pk).update(
            starts_at=row.starts_at + _FAR_AWAY, ends_at=row.ends_at + _FAR_AWAY
        )
    removed = [key for key in there if key not in kept]
    moment = {row.starts_at for key, row in there.items() if key in removed}
    if moment & {date.starts_at for date in wanted}:
        _remove(removed)
        removed = []
    for row, wish in changed:
        row.starts_at, row.ends_at, row.room_id = wish.starts_at, wish.ends_at, wish.room_id
        row.save(update_fields=["starts_at", "ends_at", "room", "updated_at"])
    SessionDate.objects.bulk_create(
        SessionDate(session=found, starts_at=date.starts_at, ends_at=date.ends_at, room_id=date.room_id)
        for date in wanted
        if date.key not in there
    )
    _remove(removed)


def _remove(dates: Sequence[UUID]) -> None:
    """Delete dates. In SQL, because Django would look into tables that no planner may read; foreign keys still hold."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM training_sessiondate WHERE id = ANY(%s)", [list(dates)])


def _write_shares(found: Session, wanted: Mapping[UUID, int | None]) -> None:
    there = {share.of_id: share for share in SessionShare.objects.filter(session=found).select_related("of")}
    for key, share in there.items():
        values = {"municipality": share.of.name, "number": share.taken}
        if key in wanted:
            quota = wanted[key]
            if quota is not None and quota < share.taken:
                raise Unfit("shares", _("%(municipality)s has %(number)s seats already.") % values)
            if quota != share.quota:
                share.quota = quota
                share.save(update_fields=["quota", "updated_at"])
        elif found.opens_to == _OpensTo.SOME and share.taken and key != found.host_id:
            raise Unfit("shares", _("%(municipality)s has %(number)s seats already.") % values)
        elif share.taken:
            # It counts on, without a quota of its own.
            SessionShare.objects.filter(pk=share.pk).update(quota=None)
        else:
            share.delete()
    SessionShare.objects.bulk_create(
        SessionShare(session=found, of_id=key, quota=quota) for key, quota in wanted.items() if key not in there
    )
