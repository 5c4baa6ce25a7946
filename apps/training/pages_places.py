"""What the pages on places show: one's own list, a session's facts, the people of an ordinary session."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.training import policies_places
from apps.training.calendar import Item
from apps.training.mails import item_of, slots_of, title_of
from apps.training.models import Enrolment, Place, Session, SessionDate
from apps.training.places import OVER, PlaceState
from apps.training.queries_places import Waiting

STATE_KINDS: Mapping[str, str] = {
    PlaceState.REQUESTED: "info",
    PlaceState.WAITING: "warning",
    PlaceState.OFFERED: "warning",
    PlaceState.ENROLLED: "success",
    PlaceState.ATTENDED: "success",
    PlaceState.ABSENT: "neutral",
    PlaceState.CANCELLED: "neutral",
    PlaceState.REFUSED: "neutral",
    PlaceState.LAPSED: "neutral",
}


@dataclass(frozen=True, slots=True)
class MyPlace:
    """One's own place as the list shows it; the same for every kind of training."""

    place: Place
    title: str
    state: str
    kind: str
    facts: list[tuple[str, str]]
    may_cancel: bool
    note: str

    @property
    def pk(self) -> UUID:
        """Key of the place."""
        key: UUID = self.place.pk
        return key


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own places in the groups in which the page shows them."""

    offers: list[MyPlace]
    upcoming: list[MyPlace]
    waiting: list[MyPlace]
    past: list[MyPlace]

    def __bool__(self) -> bool:
        return bool(self.offers or self.upcoming or self.waiting or self.past)


def mine(places: Iterable[Any], positions: Mapping[UUID, int], *, now: datetime) -> Mine:
    """The groups of the page, the next training first, in the past the last one first."""
    found = Mine([], [], [], [])
    for place in places:
        shown = _my_place(place, positions.get(place.pk), now)
        ends = place.session.last_ends_at
        if place.state in OVER or place.state in (PlaceState.ATTENDED, PlaceState.ABSENT) or (ends and ends < now):
            found.past.append(shown)
        elif place.state == PlaceState.OFFERED:
            found.offers.append(shown)
        elif place.state == PlaceState.ENROLLED:
            found.upcoming.append(shown)
        else:
            found.waiting.append(shown)
    found.past.reverse()
    return found


def _my_place(place: Any, position: int | None, now: datetime) -> MyPlace:
    session = place.session
    facts = [(_("When"), "\n".join(when(session.dates.all())))]
    if place.state not in OVER:
        facts += _where(session)
    if place.state == PlaceState.OFFERED:
        facts.insert(0, (_("Please answer by"), moment(place.offer_until)))
    if position is not None:
        facts.insert(0, (_("Your place in the waiting list"), number_format(position)))
    if place.state == PlaceState.ENROLLED:
        if session.online_url:
            facts.append((_("Address of the meeting"), session.online_url))
        if session.notes:
            facts.append((_("Notes for participants"), session.notes))
    return MyPlace(
        place=place,
        title=title_of(session),
        state=str(PlaceState(place.state).label),
        kind=STATE_KINDS[place.state],
        facts=facts,
        may_cancel=place.state != PlaceState.OFFERED and policies_places.may_cancel(place, now),
        note=getattr(place, "refused_because", ""),
    )


def facts(session: Session) -> list[tuple[str, str]]:
    """What somebody needs to know about a session before enrolling."""
    found = [(_("When"), "\n".join(when(session.dates.all()))), (_("Form"), str(session.get_mode_display()))]
    found += _where(session)
    found.append((_("Language"), str(session.get_language_display())))
    if session.cost:
        found.append((_("Cost per person"), f"{number_format(session.cost, 2)} €"))
    found.append((_("Enrolment until"), moment(session.enrol_until)))
    found.append((_("Cancellation without a note until"), moment(session.cancel_until)))
    return found


def when(dates: Iterable[SessionDate]) -> list[str]:
    """Each date in words."""
    return [span(date.starts_at, date.ends_at) for date in dates]


def span(starts: datetime, ends: datetime) -> str:
    """A date with its hours."""
    first, last = timezone.localtime(starts), timezone.localtime(ends)
    if first.date() == last.date():
        return f"{date_format(first, 'SHORT_DATE_FORMAT')}, {time_format(first, 'H:i')}–{time_format(last, 'H:i')}"
    return f"{moment(starts)} – {moment(ends)}"


def moment(at: datetime) -> str:
    """A day with its time."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _where(session: Session) -> list[tuple[str, str]]:
    rooms = {date.room_id: date.room for date in session.dates.all() if date.room is not None}
    lines = []
    for room in rooms.values():
        told = [
            text
            for has, text in (
                (room.step_free, _("step-free")),
                (room.accessible_toilet, _("accessible toilet")),
                (room.hearing_loop, _("hearing loop")),
            )
            if has
        ]
        lines.append(", ".join([room.name, room.address, *told]))
        if room.accessibility:
            lines.append(room.accessibility)
    return [(_("Where"), "\n".join(lines))] if lines else []


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the list of an ordinary session, and what can be done."""

    place: Enrolment
    state: str
    kind: str
    steps: frozenset[str]


def people(rows: Sequence[Enrolment], roles: Iterable[str], session: Session, *, now: datetime) -> list[PersonLine]:
    """The people of an ordinary session in the order of entering; who is no longer in it stands at the end."""
    may = policies_places.may_organise(frozenset(roles))
    starts = session.first_starts_at
    is_ahead = session.state == Session.State.OPEN and starts is not None and starts > now
    found = []
    for place in sorted(rows, key=lambda row: row.state in OVER):
        steps: set[str] = set()
        if may and is_ahead:
            if place.state in policies_places.TO_CANCEL:
                steps.add("cancel")
            if place.state in (PlaceState.OFFERED, PlaceState.ENROLLED):
                steps |= {"substitute", "move"}
            if place.state == PlaceState.WAITING:
                steps.add("move")
        state = PlaceState(place.state)
        found.append(PersonLine(place, str(state.label), STATE_KINDS[state], frozenset(steps)))
    return found


def calendar_items(places: Iterable[Any], *, show_titles: bool, url: str) -> list[Item]:
    """A person's sure places as a calendar shows them: without a title unless wanted, never of a confidential one."""
    items = []
    for place in places:
        session = place.session
        open_words = show_titles and not session.confidential
        slots = slots_of(list(session.dates.all()), with_places=open_words)
        title = title_of(session) if open_words else pgettext("calendar", "Training")
        changed = max([place.state_since, *(date.updated_at for date in session.dates.all())])
        items.append(item_of(place, slots, title, changed_at=changed, url=url))
    return items


@dataclass(frozen=True, slots=True)
class Request:
    """An enrolment to be approved, as far as whoever approves may know it: not which training it is."""

    pk: UUID
    person: str
    department: str
    facts: list[tuple[str, str]]


def request_of(asked: Waiting, dates: Iterable[SessionDate]) -> Request:
    """Person, time and cost of an enrolment that waits for approval."""
    place, minutes, found = asked.place, 0, []
    for date in dates:
        minutes += date.minutes
        found.append(span(date.starts_at, date.ends_at))
    shown = [
        (_("When"), "\n".join(found)),
        (_("Working time altogether"), _("%(hours)s hours") % {"hours": number_format(round(minutes / 60, 2))}),
        (_("Cost"), f"{number_format(place.session.cost, 2)} €" if place.session.cost else _("none")),
        (_("Asked on"), moment(place.entered_at)),
    ]
    department = asked.unit.name if asked.unit is not None else ""
    return Request(place.pk, place.user.get_full_name(), department, shown)


def sheet_rows(rows: Iterable[Enrolment], departments: Mapping[UUID, str]) -> list[list[str]]:
    """The people of an ordinary session as a sheet shows them."""
    return [
        [
            row.user.get_full_name(),
            row.user.email,
            departments.get(row.user_id, ""),
            str(PlaceState(row.state).label),
            moment(row.entered_at),
        ]
        for row in rows
    ]


def choice_of(session: Session) -> str:
    """A session as one of several to choose from: its dates, and whether seats are free."""
    dates = "; ".join(when(session.dates.all()))
    if session.free > 0 and not session.waiting:
        return _("%(dates)s – seats are free") % {"dates": dates}
    return _("%(dates)s – waiting list") % {"dates": dates}
