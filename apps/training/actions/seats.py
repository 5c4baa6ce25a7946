"""Handing out seats: the one service that decides about a seat, the waiting list and offers.

Whoever asks locks the session's row first, and only then touches places. A seat is given at once only where one is
free, nobody is waiting, and the municipality's quota is not full; everybody else waits, strictly by the time of asking
and the key. A seat that becomes free is offered to whoever waits longest, with a deadline. One rule passes people
over: somebody whose municipality's quota is full keeps the place in the list and is asked once the quota allows it.
Close to the end of enrolment the deadline of an offer is shorter, after it no seat is offered any more.

Ordinary sessions are filled in the programme's scope, confidential ones in the scope of allocation, which no page
takes; only numbers and mails to the person leave it.
"""

from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.core.tasks import enqueue_in
from apps.training import mails
from apps.training.models import ConfidentialPlace, Enrolment, Session, SessionShare
from apps.training.places import HOLDING, PlaceState

AnyPlace: TypeAlias = Enrolment | ConfidentialPlace

#: In these a place is over once its session is cancelled.
OPEN_STATES = (PlaceState.REQUESTED, PlaceState.WAITING, PlaceState.OFFERED, PlaceState.ENROLLED)

_LOCK = """
WITH locked AS MATERIALIZED (SELECT * FROM training_session WHERE id = %s FOR UPDATE)
SELECT *, clock_timestamp() AS moment FROM locked
"""


class NotPossible(Exception):
    """The step cannot be taken now. `reasons`: sentences to show."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


def locked(session_id: UUID) -> Session:
    """The session under its row lock, with `moment`: the time at which the lock was got.

    The time is read after the lock: in the order in which people get it, never in that in which they began to ask.
    Raises Session.DoesNotExist.
    """
    found = list(Session.objects.raw(_LOCK, [session_id]))
    if not found:
        raise Session.DoesNotExist
    return found[0]


def moment_of(session: Session) -> datetime:
    """When the lock of a session from `locked` was got."""
    moment: datetime = session.moment  # type: ignore[attr-defined]  # of the locking query
    return moment


def has_seat(session: Session, municipality_id: UUID) -> bool:
    """Whether somebody of the municipality gets a seat now. session: from `locked`."""
    if session.free <= 0 or session.waiting:
        return False
    return not quota_is_full(session, municipality_id)


def quota_is_full(session: Session, municipality_id: UUID) -> bool:
    """Whether the municipality has all the seats it may have. session: from `locked`."""
    if session.confidential:
        return False
    share = SessionShare.objects.filter(session=session, of_id=municipality_id).order_by().first()
    quota = session.quota_each if share is None or share.quota is None else share.quota
    if quota is None:
        return False
    if share is None:
        # From here on the trigger counts; so far nobody of the municipality has a seat here.
        share = SessionShare.objects.create(session=session, of_id=municipality_id)
    return share.taken >= quota


def model_of(session: Session) -> type[Enrolment] | type[ConfidentialPlace]:
    """The table that keeps the session's places."""
    return ConfidentialPlace if session.confidential else Enrolment


def scope_of(session: Session) -> Scope:
    """The scope in which all places of the session can be handed out."""
    return scopes.allocation() if session.confidential else scopes.programme()


def step(place: AnyPlace, state: PlaceState, at: datetime, *, offer_until: datetime | None = None) -> None:
    """Take a place to its next state. Its session is locked by the caller; a trigger refuses what is no step."""
    place.state, place.state_since, place.offer_until = state, at, offer_until
    place.save(update_fields=["state", "state_since", "offer_until", "updated_at"])


def fill_later(session: Session) -> None:
    """Fill the session's seats once this transaction has committed: after cancelling, declining, a seat more, moving.

    A lost task is made up for by the sweeper within a minute.
    """
    enqueue_in(scope_of(session), "training.fill", session_id=str(session.pk))


def end_later(session: Session) -> None:
    """End the places of a cancelled session once this transaction has committed."""
    enqueue_in(scope_of(session), "training.end_places", session_id=str(session.pk))


@transaction.atomic
def fill(*, session_id: UUID) -> int:
    """Take back offers nobody answered in time, then offer free seats to those who wait; returns how many.

    In the scope that `scope_of` says. In the order of entering, but whoever's municipality has its quota full is passed
    over and keeps the place. Raises Session.DoesNotExist.
    """
    session = locked(session_id)
    now = moment_of(session)
    places = model_of(session).objects.filter(session=session).select_related("user")
    freed = 0
    for place in places.filter(state=PlaceState.OFFERED, offer_until__lte=now):
        step(place, PlaceState.LAPSED, now)
        mails.tell(place, session, mails.LAPSED)
        freed += 1
    free = session.free + freed
    if free <= 0 or session.state != Session.State.OPEN or now >= session.enrol_until:
        return 0
    quotas = {} if session.confidential else _quotas(session)
    until = min(now + timedelta(hours=session.offer_hours), session.enrol_until)
    offered = 0
    waiting = places.filter(state=PlaceState.WAITING).order_by("entered_at", "id")
    passes_nobody_over = session.quota_each is None and not quotas
    for place in waiting[:free] if passes_nobody_over else waiting:
        left = quotas.get(place.municipality_id, session.quota_each)
        if left is not None:
            if left <= 0:
                continue
            quotas[place.municipality_id] = left - 1
        step(place, PlaceState.OFFERED, now, offer_until=until)
        mails.tell(place, session, mails.OFFERED, until=until)
        offered += 1
        if offered == free:
            break
    return offered


def _quotas(session: Session) -> dict[UUID, int | None]:
    """Seats that municipalities may still take, by their key; None: as many as there are.

    Counters that began to count late are put right from the rows.
    """
    shares = {share.of_id: share for share in SessionShare.objects.filter(session=session)}
    if session.quota_each is None and all(share.quota is None for share in shares.values()):
        return {}
    rows = Enrolment.objects.filter(session=session, state__in=sorted(HOLDING)).order_by()
    counted = dict(rows.values_list("municipality_id").annotate(number=Count("pk")))
    left: dict[UUID, int | None] = {}
    for key in {*shares, *counted}:
        share, taken = shares.get(key), counted.get(key, 0)
        if share is None:
            share = SessionShare.objects.create(session=session, of_id=key, taken=taken)
        quota = session.quota_each if share.quota is None else share.quota
        left[key] = None if quota is None else max(quota - taken, 0)
        # A quota below what is taken already holds from now on; the seats stay.
        if share.taken != taken and (share.quota is None or taken <= share.quota):
            SessionShare.objects.filter(pk=share.pk).update(taken=taken)
    return left


@transaction.atomic
def end_places(*, session_id: UUID) -> int:
    """End every place of a cancelled session, each person one mail; returns how many. In the scope of `scope_of`.

    Raises Session.DoesNotExist.
    """
    session = locked(session_id)
    if session.state != Session.State.CANCELLED:
        return 0
    open_places = model_of(session).objects.filter(session=session, state__in=OPEN_STATES).select_related("user")
    ended = 0
    for place in open_places:
        was_enrolled = place.state == PlaceState.ENROLLED
        step(place, PlaceState.CANCELLED, moment_of(session))
        mails.tell(place, session, mails.SESSION_CANCELLED, in_calendar=was_enrolled)
        ended += 1
    return ended


@transaction.atomic
def tell_of_change(*, session_id: UUID) -> int:
    """Tell all who have a seat that dates, rooms or form have changed, if they are still to be told; returns how many.

    In the scope of `scope_of`. Raises Session.DoesNotExist.
    """
    session = locked(session_id)
    if session.change_to_tell is None:
        return 0
    stamp = session.change_to_tell.isoformat()
    rows = model_of(session).objects.filter(session=session, state__in=[PlaceState.OFFERED, PlaceState.ENROLLED])
    told = 0
    for place in rows.select_related("user"):
        calendar = place.state == PlaceState.ENROLLED
        told += mails.tell(place, session, mails.CHANGED, once=stamp, in_calendar=calendar)
    Session.objects.filter(pk=session_id).update(change_to_tell=None)
    return told


def sweep(*, scope: Scope) -> int:
    """Do what a lost task has left: offers, free seats, changes not told of, places of cancelled sessions.

    scope: the programme's for ordinary sessions, that of allocation for confidential ones. Returns how many sessions.
    """
    confidential = scope.name == scopes.ALLOCATION
    with scopes.enter(scope, read_only=True):
        to_fill, to_tell, to_end = _left_undone(ConfidentialPlace if confidential else Enrolment, confidential)
    for session_id in to_fill:
        with scopes.enter(scope):
            fill(session_id=session_id)
    for session_id in to_tell:
        with scopes.enter(scope):
            tell_of_change(session_id=session_id)
    for session_id in to_end:
        with scopes.enter(scope):
            end_places(session_id=session_id)
    return len(to_fill) + len(to_tell) + len(to_end)


def _left_undone(model: type[Any], confidential: bool) -> tuple[set[UUID], set[UUID], set[UUID]]:
    """Sessions to fill, to tell of a change, and to end the places of."""
    now = timezone.now()
    with_seats = Session.objects.filter(
        state=Session.State.OPEN, confidential=confidential, waiting__gt=0, taken__lt=F("capacity"), enrol_until__gt=now
    )
    due = model.objects.filter(state=PlaceState.OFFERED, offer_until__lte=now)
    ended = model.objects.filter(session__state=Session.State.CANCELLED, state__in=OPEN_STATES)
    to_fill = {*with_seats.values_list("pk", flat=True), *due.order_by().values_list("session_id", flat=True)}
    to_tell = set(
        Session.objects.filter(change_to_tell__isnull=False, confidential=confidential).values_list("pk", flat=True)
    )
    return to_fill, to_tell, set(ended.order_by().values_list("session_id", flat=True))
