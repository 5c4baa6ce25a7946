"""Rooms, and sessions in each state with those who take part: enrolled, waiting, offered, attended, asked.

Seats of sessions to come are taken as people take them. A session that was held has its places of that time written
as rows: nobody can enrol in the past, for the order of entering is the database's clock.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.core.scope import Scope
from apps.demo.content import training as content
from apps.demo.content.training import DemoSession, Person
from apps.demo.seeding.clock import days_ago
from apps.demo.seeding.people import BASE_URL
from apps.demo.seeding.people_of import coordinator_of, person_of, place_of
from apps.municipalities.models import Municipality
from apps.training.actions import attendance, places, seats, sessions
from apps.training.actions.sessions import PlannedDate
from apps.training.models import Enrolment, Module, Room, Session
from apps.training.places import PlaceState

Municipalities = Mapping[str, Municipality]
_BEGINS_AT = 9
_SATURDAY = 5
_CHRISTMAS, _EPIPHANY = (12, 24), (1, 6)


def seed_sessions(
    staff: User, trainers: Mapping[str, ProgrammeRole], modules: Mapping[int, Module], municipalities: Municipalities
) -> None:
    """All rooms and sessions."""
    rooms = {room.key: _room(staff, room, municipalities.get(room.host)) for room in content.ROOMS}
    for wanted in content.SESSIONS:
        host = municipalities.get(wanted.host)
        made = _plan(_organiser(staff, wanted.host), wanted, host, modules[wanted.module], rooms, trainers)
        if wanted.is_past:
            _hold(staff, wanted, made, municipalities)
        else:
            _fill(wanted, made, municipalities)
        if wanted.cancelled_because:
            _cancel(staff, wanted, made)


def _organiser(staff: User, slug: str) -> User:
    return coordinator_of(place_of(slug)) if slug else staff


def _scope_of(host: Municipality | None) -> Scope:
    return scope.programme() if host is None else scope.municipality(host)


def _room(staff: User, wanted: content.DemoRoom, host: Municipality | None) -> Room:
    values = {
        name: getattr(wanted, name)
        for name in ("name", "address", "seats", "step_free", "accessible_toilet", "hearing_loop", "accessibility")
    }
    with scope.enter(_scope_of(host)):
        return sessions.save_room(actor=_organiser(staff, wanted.host), host=host, values=values)


def begins(days: int, now: datetime) -> datetime:
    """Nine o'clock on the day so many days from `now`, or on a working day after it, not around New Year."""
    found = timezone.localtime(now) + timedelta(days=days)
    if (found.month, found.day) >= _CHRISTMAS or (found.month, found.day) <= _EPIPHANY:
        found += timedelta(days=14)
    if found.weekday() >= _SATURDAY:
        found += timedelta(days=7 - found.weekday())
    return found.replace(hour=_BEGINS_AT, minute=0, second=0, microsecond=0)


def _plan(
    actor: User,
    wanted: DemoSession,
    host: Municipality | None,
    module: Module,
    rooms: Mapping[str, Room],
    trainers: Mapping[str, ProgrammeRole],
) -> Session:
    """Plan a session and open it, on the days on which that was done."""
    starts = list[datetime]()
    for days in wanted.days:
        start = begins(days, timezone.now())
        starts.append(start + timedelta(days=7) if start in starts else start)
    room = rooms[wanted.room].pk if wanted.room else None
    dates = [PlannedDate(start, start + timedelta(hours=wanted.hours), room) for start in starts]
    values = {
        "module": Module.objects.select_related("offered").get(pk=module.pk),
        "mode": wanted.mode,
        "opens_to": wanted.opens_to,
        "capacity": wanted.capacity,
        "minimum": wanted.minimum,
        "offer_hours": wanted.offer_hours,
        "cost": Decimal(wanted.cost),
        "online_url": wanted.online_url,
        "notes": wanted.notes,
    }
    leads = {trainers[name].pk: place == 0 for place, name in enumerate(wanted.trainers)}
    with scope.enter(_scope_of(host)):
        with days_ago(wanted.planned):
            made = sessions.plan(actor=actor, host=host, values=values, dates=dates, trainers=leads)
            if wanted.shares:
                sessions.change_seats(actor=actor, session_id=made.pk, values={}, shares=_shares(wanted))
        if wanted.is_open:
            with days_ago(wanted.planned - 1):
                made = sessions.open_for_enrolment(actor=actor, session_id=made.pk)
    return made


def _shares(wanted: DemoSession) -> dict[UUID, int | None]:
    keys = dict(Municipality.objects.filter(slug__in=wanted.shares).values_list("slug", "pk"))
    return {keys[slug]: quota for slug, quota in wanted.shares.items()}


def _key(wanted: DemoSession, who: Person) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:{wanted.key}:{who[0]}:{who[1]}")


def _person(who: Person) -> User:
    return person_of(place_of(who[0]), who[1])


# --- To come --------------------------------------------------------------------------------------------------------


def _fill(wanted: DemoSession, made: Session, municipalities: Municipalities) -> None:
    """People enrol one after the other; who gives up leaves a seat that is offered to whoever waits longest."""
    taken = {}
    for who in wanted.enrolled:
        person = _person(who)
        with scope.enter(scope.person(person)):
            taken[who] = places.enrol(
                actor=person,
                session_id=made.pk,
                municipality_id=municipalities[who[0]].pk,
                request_key=_key(wanted, who),
                base_url=BASE_URL,
            )
    if wanted.gives_up is not None:
        person = _person(wanted.gives_up)
        with scope.enter(scope.person(person)):
            places.cancel(actor=person, place_id=taken[wanted.gives_up].pk, base_url=BASE_URL)
        with scope.enter(scope.programme()):
            seats.fill(session_id=made.pk)


def _cancel(staff: User, wanted: DemoSession, made: Session) -> None:
    with scope.enter(scope.programme()):
        sessions.cancel(actor=staff, session_id=made.pk, reason=wanted.cancelled_because)
        seats.end_places(session_id=made.pk)


# --- Held -----------------------------------------------------------------------------------------------------------


def _hold(staff: User, wanted: DemoSession, made: Session, municipalities: Municipalities) -> None:
    """Who had enrolled, who was there on which date; then the list is closed."""
    dates = dict(zip(wanted.days, made.dates.order_by("starts_at"), strict=True))
    after = (timezone.now() - made.dates.order_by("-ends_at")[0].ends_at) / timedelta(days=1)
    with scope.enter(scope.programme()):
        for number, who in enumerate(wanted.enrolled):
            with days_ago(wanted.planned - 2 - number):
                now = timezone.now()
                place = Enrolment(
                    municipality_id=municipalities[who[0]].pk,
                    session=made,
                    user=_person(who),
                    state=PlaceState.ENROLLED,
                    state_since=now,
                    entered_at=now,
                    request_key=_key(wanted, who),
                )
                place.save(force_insert=True)
            for day in wanted.attended.get(who, ()):
                attendance.tick(
                    actor=staff, session_id=made.pk, enrolment_id=place.pk, date_id=dates[day].pk, present=True
                )
        with days_ago(after - 0.1):
            attendance.hold(actor=staff, session_id=made.pk)
