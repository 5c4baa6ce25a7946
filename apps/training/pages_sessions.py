"""What the pages on sessions show: badges, facts, lists by month, and where their links lead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.municipalities.models import Municipality
from apps.training import queries_sessions
from apps.training.models import Room, Session, SessionDate, SessionShare

_State = Session.State
STATE_KINDS = {
    _State.PLANNED: "info",
    _State.OPEN: "success",
    _State.HELD: "neutral",
    _State.CANCELLED: "danger",
}
_WEEK = timedelta(days=7)
_FEATURES = (
    ("step_free", gettext_lazy("step-free")),
    ("accessible_toilet", gettext_lazy("accessible toilet")),
    ("hearing_loop", gettext_lazy("hearing loop")),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where sessions are planned: in a municipality, or (host None) by the project team."""

    host: Municipality | None

    def url(self, name: str, *args: Any) -> str:
        """The address of a page of this desk: "list", "detail" …"""
        if self.host is None:
            return reverse(f"programme-sessions-{name}", args=args)
        return reverse(f"sessions-{name}", args=[self.host.slug, *args])

    def links(self, *names: str, about: Any = None) -> dict[str, str]:
        """Addresses by name, with `_` for `-`; of the pages of one session where `about` is its key."""
        args = [] if about is None else [about]
        return {name.replace("-", "_"): self.url(name, *args) for name in names}

    @property
    def base(self) -> dict[str, str]:
        """The pages that every page of the desk links to."""
        return self.links("list", "new", "rooms", "room-new")


@dataclass(frozen=True, slots=True)
class Row:
    """A session in a list. seats: "12 of 20", or the number alone where nobody sees who comes."""

    session: Session
    title: str
    url: str
    dates: list[tuple[str, str]]
    where: str
    seats: str
    waiting: int
    state_kind: str
    warning: bool


def rows(found: Iterable[Session], desk: Desk) -> list[Row]:
    """Sessions as lines of a list."""
    now = timezone.now()
    return [row(session, desk.url("detail", session.pk), now) for session in found]


def row(session: Session, url: str, now: datetime) -> Row:
    """One session as a line; of a confidential one nothing is said about its people."""
    shown = not session.confidential
    return Row(
        session=session,
        title=queries_sessions.title(session),
        url=url,
        dates=[brief(date) for date in session.dates.all()],
        where=where(session),
        seats=_("%(taken)s of %(capacity)s") % {"taken": session.taken, "capacity": session.capacity}
        if shown
        else str(session.capacity),
        waiting=session.waiting if shown else 0,
        state_kind=STATE_KINDS[_State(session.state)],
        warning=queries_sessions.is_below_minimum(session, now),
    )


def by_month(found: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Lines below the month of their first date, in their order."""
    return [(month, list(group)) for month, group in groupby(found, key=_month)]


def _month(line: Row) -> str:
    first = line.session.first_starts_at
    return date_format(timezone.localtime(first), "YEAR_MONTH_FORMAT") if first else _("Without a date")


def brief(date: SessionDate) -> tuple[str, str]:
    """A date as it stands in a table, day and hours: 07.12.2026 and 09:00–12:00."""
    begins, ends = timezone.localtime(date.starts_at), timezone.localtime(date.ends_at)
    first, last = (date_format(moment, "SHORT_DATE_FORMAT") for moment in (begins, ends))
    until = f"{ends:%H:%M}" if first == last else f"{last}, {ends:%H:%M}"
    return first, f"{begins:%H:%M}–{until}"


def period(date: SessionDate) -> str:
    """A date as people read it: 7. Dezember 2026, 09:00–12:00."""
    begins, ends = timezone.localtime(date.starts_at), timezone.localtime(date.ends_at)
    values = {
        "day": date_format(begins, "DATE_FORMAT"),
        "from": f"{begins:%H:%M}",
        "until": f"{ends:%H:%M}",
        "last": date_format(ends, "DATE_FORMAT"),
    }
    if begins.date() == ends.date():
        return _("%(day)s, %(from)s–%(until)s") % values
    return _("%(day)s, %(from)s, to %(last)s, %(until)s") % values


def where(session: Session) -> str:
    """The rooms of a session by name, or its form where it has none."""
    names = dict.fromkeys(date.room.name for date in session.dates.all() if date.room)
    return ", ".join([*names] or [session.get_mode_display()])


def features(room: Room) -> list[str]:
    """What a room offers, in words."""
    return [str(label) for name, label in _FEATURES if getattr(room, name)]


def facts(session: Session) -> list[tuple[str, Any]]:
    """The session as name and value; of a confidential one without how many take part."""
    show = date_and_time
    found: list[tuple[str, Any]] = [
        (_("How it takes place"), session.get_mode_display()),
        (_("Language"), session.get_language_display()),
        (_("Organised by"), session.host.name if session.host else _("the project team")),
        (_("Open to"), session.get_opens_to_display()),
        (_("Seats"), session.capacity),
    ]
    if not session.confidential:
        found += [
            (_("Taken"), session.taken),
            (_("On the waiting list"), session.waiting),
            (_("Takes place from"), ngettext("%d person", "%d people", session.minimum) % session.minimum),
        ]
        if session.quota_each is not None:
            found.append((_("Seats per municipality at most"), session.quota_each))
    return [
        *found,
        (_("Enrolment until"), show(session.enrol_until)),
        (_("Cancellation without a note until"), show(session.cancel_until)),
        (_("An offered seat waits"), ngettext("%d hour", "%d hours", session.offer_hours) % session.offer_hours),
        (_("Attended from"), _("%d %% of the time") % session.attended_from),
        (_("Cost per person"), _("%s euros") % number_format(session.cost, 2) if session.cost else _("free")),
    ]


def shares(session: Session) -> list[SessionShare]:
    """Municipalities that the session is open to by name, or that have a quota of their own."""
    if session.confidential:
        return []
    by_name = session.opens_to == Session.OpensTo.SOME
    return [row for row in session.shares.all() if by_name or row.quota is not None]


def date_and_time(moment: datetime) -> str:
    """A moment as people read it, to the minute."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"


def warnings(session: Session, now: datetime) -> list[str]:
    """What somebody should look at now."""
    found = []
    if queries_sessions.is_below_minimum(session, now):
        values = {"taken": session.taken, "minimum": session.minimum}
        found.append(
            _("%(taken)s people are enrolled, it takes place from %(minimum)s. Please invite more, or cancel in time.")
            % values
        )
    ends = session.last_ends_at
    if session.state == _State.OPEN and ends is not None and ends <= now:
        found.append(_("The last date is over: please complete the attendance list and close the session."))
    if session.state == _State.OPEN and session.mode in queries_sessions.IN_A_MEETING and not session.online_url:
        found.append(_("The address of the meeting is missing."))
    return found


def shift_to_come(session: Session, now: datetime) -> timedelta:
    """By how many whole weeks a copy begins later: the next time that all its dates are still to come."""
    first = session.first_starts_at
    if first is None:
        return timedelta()
    weeks = max((now - first) // _WEEK + 2, 1)
    return weeks * _WEEK


def copied(session: Session) -> Mapping[str, Any]:
    """What the form for a copy of a session begins with; deadlines are set anew."""
    names = (
        "mode", "language", "opens_to", "capacity", "minimum", "quota_each", "offer_hours", "attended_from", "cost",
        "online_url", "notes",
    )  # fmt: skip
    return {"module": session.module_id, **{name: getattr(session, name) for name in names}}
