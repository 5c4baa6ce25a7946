"""The list of who was there: lines, shares of the time, what follows from them. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.core.days import months_later
from apps.training.check_in import opens_at
from apps.training.models import Attendance, Enrolment, SessionDate


@dataclass(frozen=True, slots=True)
class Cell:
    """One date of one person. how: by list or code, "" while absent; can_tick: the date has come."""

    date: SessionDate
    present: bool
    how: str
    can_tick: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line. share: percent of the time."""

    enrolment: Enrolment
    name: str
    municipality: str
    cells: list[Cell]
    share: int


@dataclass(frozen=True, slots=True)
class Column:
    """One date: how many of the lines were there, and their share in percent."""

    date: SessionDate
    present: int
    share: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole list. others: people of other municipalities, whom the reader sees as a number only."""

    columns: list[Column]
    lines: list[Line]
    others: int = 0


def sheet(
    enrolments: Iterable[Enrolment], dates: Sequence[SessionDate], now: datetime, *, taken: int | None = None
) -> Sheet:
    """The list of `enrolments` (with person, municipality, attendances) over `dates`.

    taken: how many have a seat in all; what is more than the lines are the others.
    """
    lines = [_line(enrolment, dates, now) for enrolment in enrolments]
    columns = []
    for place, day in enumerate(dates):
        present = sum(line.cells[place].present for line in lines)
        columns.append(Column(day, present, percent(present, len(lines))))
    return Sheet(columns, lines, max((taken or 0) - len(lines), 0))


def _line(enrolment: Enrolment, dates: Sequence[SessionDate], now: datetime) -> Line:
    how: dict[UUID, str] = {row.date_id: str(Attendance.How(row.how).label) for row in enrolment.attendances.all()}
    cells = [Cell(day, day.pk in how, how.get(day.pk, ""), opens_at(day) <= now) for day in dates]
    return Line(enrolment, enrolment.user.get_full_name(), enrolment.municipality.name, cells, share(how.keys(), dates))


def minutes(present: Collection[UUID], dates: Iterable[SessionDate]) -> int:
    """Minutes of the dates somebody attended."""
    return sum(day.minutes for day in dates if day.pk in present)


def share(present: Collection[UUID], dates: Sequence[SessionDate]) -> int:
    """Share of the minutes of all dates that somebody attended, in percent, rounded down."""
    return percent(minutes(present, dates), sum(day.minutes for day in dates))


def percent(part: int, whole: int) -> int:
    """`part` of `whole` in percent, rounded down; 0 of nothing."""
    return part * 100 // whole if whole else 0


def expiry(completed_on: date, months: int) -> date | None:
    """Until when a completion counts: so many months later; None for ever."""
    return months_later(completed_on, months) if months else None
