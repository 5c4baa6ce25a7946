"""Who was there: ticking the list, checking in with the code in the room, closing a session, corrections after that.

Lock order: the session first, then places. Ordinary sessions are closed from their list; of a confidential one only
the session's own state changes, and what follows from the own check-ins the person alone computes.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.actions import record
from apps.core import scope
from apps.core.keys import uuid7
from apps.core.tasks import enqueue_in
from apps.reviews.problems import Refused
from apps.training import attendance_list, check_in, queries_attendance
from apps.training.actions import certificates
from apps.training.check_in import Verdict
from apps.training.models import (
    Attendance,
    Completion,
    ConfidentialAttendance,
    ConfidentialPlace,
    Enrolment,
    Session,
    SessionDate,
)
from apps.training.places import PlaceState

_State = Session.State
_NEVER_CAME = (PlaceState.REQUESTED, PlaceState.WAITING)


# --- The person ---------------------------------------------------------------------------------------------------


@transaction.atomic
def check_in_with(*, actor: User, code: str) -> SessionDate:
    """Note that the person is in the room, by the code or token shown there; returns the date. Twice is no error.

    In the person's scope; nothing is written to the audit log. Raises Refused: wrong, too early, too late, replaced by
    a newer code, or no place in the session.
    """
    now = timezone.now()
    reading = check_in.read(code, queries_attendance.near_dates(now), now)
    date = checked(reading)
    return check_in_at(actor=actor, date=date)


def checked(reading: check_in.Reading) -> SessionDate:
    """The date of a reading that counts now. Raises Refused saying why it does not."""
    date, verdict = reading.date, reading.verdict
    if date is None:
        raise Refused(_("This code is not right. Please compare it with the one in the room."))
    if verdict is Verdict.EARLY:
        begins = timezone.localtime(check_in.opens_at(date))
        raise Refused(_("It is too early: checking in begins at %(time)s.") % {"time": f"{begins:%H:%M}"})
    if verdict is Verdict.LATE:
        raise Refused(_("It is too late: this date is over. The trainer can still note that you were there."))
    if verdict is Verdict.REPLACED:
        raise Refused(_("This code was shown earlier. Please take the one that is shown now."))
    return date


@transaction.atomic
def check_in_at(*, actor: User, date: SessionDate) -> SessionDate:
    """Note that the person is at a date that is on now. In the person's scope.

    Raises Refused where check-in is not open, the session is not either, or the person has no place in it.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=date.session_id)
    if session.state != _State.OPEN or not check_in.is_open(date, timezone.now()):
        raise Refused(_("Nobody can check in here now."))
    place = queries_attendance.own_place(actor, session)
    if place is None:
        raise Refused(
            _("You are not enrolled for what takes place here. If you are in the right room, please tell the trainer.")
        )
    if isinstance(place, ConfidentialPlace):
        ConfidentialAttendance.objects.bulk_create(
            [ConfidentialAttendance(municipality_id=place.municipality_id, place=place, user=actor, date=date)],
            ignore_conflicts=True,
        )
    else:
        _note(place, date.pk, Attendance.How.CODE)
    return date


# --- The list -----------------------------------------------------------------------------------------------------


@transaction.atomic
def tick(*, actor: Any, session_id: UUID, enrolment_id: UUID, date_id: UUID, present: bool) -> Enrolment:
    """Note on the list of an ordinary session that somebody was there, or was not; also after it was closed.

    In the scope of the programme, or of a municipality for its own people. Raises Session.DoesNotExist,
    Enrolment.DoesNotExist, SessionDate.DoesNotExist, Refused where the date has not come or the session is not open.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id, confidential=False)
    date = SessionDate.objects.get(pk=date_id, session=session)
    enrolment: Enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("municipality", "user")
        .get(pk=enrolment_id, session=session, state__in=queries_attendance.ON_THE_LIST)
    )
    if session.state not in (_State.OPEN, _State.HELD):
        raise Refused(_("The list is not kept: the session is not open."))
    if check_in.opens_at(date) > timezone.now():
        raise Refused(_("This date is still to come."))
    if present:
        _note(enrolment, date.pk, Attendance.How.LIST)
    else:
        Attendance.objects.filter(enrolment=enrolment, date=date).delete()
    if session.state == _State.HELD:
        _settle(session, [enrolment])
    data = {"present": present, "date": str(date.pk)}
    record(actor=actor, verb="attendance.ticked", target=enrolment, municipality=enrolment.municipality, data=data)
    return enrolment


@transaction.atomic
def hold(*, actor: Any, session_id: UUID) -> Session:
    """Close a session: it was held, and from the list follows who attended. One that was held is left as it is.

    In the scope of the programme, or of the municipality that hosts it; people of others are settled by a task of the
    programme then. Raises Session.DoesNotExist, Refused where it is not open or its last date is still to come.
    """
    found = Session.objects.select_for_update(of=("self",))
    here = scope.current_municipality_id()
    session = found.get(pk=session_id, host_id=here) if here is not None else found.get(pk=session_id)
    if session.state == _State.HELD:
        return session
    if session.state != _State.OPEN:
        raise Refused(_("The session is not open."))
    if SessionDate.objects.filter(session=session, starts_at__gt=timezone.now()).exists():
        raise Refused(_("Its last date is still to come."))
    session.state = _State.HELD
    session.save(update_fields=["state", "updated_at"])
    record(actor=actor, verb="session.held", target=session)
    if not session.confidential:
        settle(session)
        if here is not None:
            enqueue_in(scope.programme(), "training.settle_held", session_id=str(session.pk))
    return session


def settle_held(*, session_id: UUID | None = None) -> int:
    """Settle what closing has left to do: places of ordinary sessions that were held; returns how many sessions.

    For a task in the programme's scope; without a session it looks for all, as the sweeper does.
    """
    rows = Enrolment.objects.filter(
        session__state=_State.HELD, state__in=[PlaceState.ENROLLED, PlaceState.OFFERED, *_NEVER_CAME]
    ).order_by()
    if session_id is not None:
        rows = rows.filter(session=session_id)
    found = sorted(set(rows.values_list("session_id", flat=True)))
    for key in found:
        with transaction.atomic():
            settle(Session.objects.select_for_update(of=("self",)).get(pk=key))
    return len(found)


def settle(session: Session) -> None:
    """Take the places of a held session to their end, as far as the scope sees them. Its row is locked by the caller.

    Enrolled becomes attended or absent by the share of the time; whoever waits or was asked does not come in any more.
    """
    now = timezone.now()
    rows = Enrolment.objects.filter(session=session)
    rows.filter(state=PlaceState.OFFERED).update(
        state=PlaceState.LAPSED, state_since=now, offer_until=None, updated_at=now
    )
    rows.filter(state__in=_NEVER_CAME).update(state=PlaceState.CANCELLED, state_since=now, updated_at=now)
    _settle(session, list(queries_attendance.participants(session)))


def _settle(session: Session, enrolments: Collection[Enrolment]) -> None:
    """State and completion of places in a held session, by the share of the time they attended."""
    dates = list(SessionDate.objects.filter(session=session).order_by("starts_at"))
    now = timezone.now()
    present: dict[UUID, set[UUID]] = {enrolment.pk: set() for enrolment in enrolments}
    for key, date_id in Attendance.objects.filter(enrolment__in=present).values_list("enrolment", "date"):
        present[key].add(date_id)
    came = {
        enrolment: attendance_list.minutes(present[enrolment.pk], dates)
        for enrolment in enrolments
        if attendance_list.share(present[enrolment.pk], dates) >= session.attended_from
    }
    missed = [enrolment for enrolment in enrolments if enrolment not in came]
    for state, group in ((PlaceState.ATTENDED, came), (PlaceState.ABSENT, missed)):
        Enrolment.objects.filter(pk__in=[row.pk for row in group]).exclude(state=state).update(
            state=state, state_since=now, updated_at=now
        )
    not_completed = Completion.objects.filter(session=session, user__in=[row.user_id for row in missed])
    certificates.take_back(not_completed.values_list("pk", flat=True))
    not_completed.delete()
    _complete(session, dates, came)


def _complete(session: Session, dates: list[SessionDate], came: Mapping[Enrolment, int]) -> None:
    """A completion for everybody who came, with the minutes as they are now known.

    Where they have changed it gets another key: the certificate of what was corrected counts no more, and a new one can
    be made. One of the same day that is there from elsewhere stays as it is.
    """
    edition = session.edition or session.module.offered
    if edition is None or not dates or not came:
        return
    day = timezone.localdate(dates[-1].ends_at)
    known = {row.user_id: row for row in Completion.objects.filter(session=session)}
    changed = {
        known[enrolment.user_id].pk: minutes
        for enrolment, minutes in came.items()
        if enrolment.user_id in known and known[enrolment.user_id].minutes != minutes
    }
    certificates.take_back(changed)
    for key, minutes in changed.items():
        Completion.objects.filter(pk=key).update(id=uuid7(), minutes=minutes, updated_at=timezone.now())
    Completion.objects.bulk_create(
        [
            Completion(
                municipality_id=enrolment.municipality_id,
                user_id=enrolment.user_id,
                module_id=session.module_id,
                edition=edition,
                session=session,
                completed_on=day,
                expires_on=attendance_list.expiry(day, edition.valid_months),
                minutes=minutes,
            )
            for enrolment, minutes in came.items()
            if enrolment.user_id not in known
        ],
        ignore_conflicts=True,
    )


def _note(enrolment: Enrolment, date_id: UUID, how: str) -> None:
    """That somebody was there; what was noted first stays."""
    Attendance.objects.bulk_create(
        [
            Attendance(
                municipality_id=enrolment.municipality_id,
                enrolment=enrolment,
                user_id=enrolment.user_id,
                date_id=date_id,
                how=how,
            )
        ],
        ignore_conflicts=True,
    )
