"""What the pages on measures show, put together from a plan that has been loaded. No queries here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.commitments.models import Adoption, IndicatorValue, Measure
from apps.commitments.queries_measures import Plan
from apps.commitments.states import MEASURE_OPEN, MeasureState

OVERDUE, OPEN = "overdue", "open"
STATE_KINDS = {
    MeasureState.PLANNED: "neutral",
    MeasureState.IN_PROGRESS: "info",
    MeasureState.WAITING: "warning",
    MeasureState.DONE: "success",
    MeasureState.DROPPED: "neutral",
}
#: How many cards of what is over the board shows; the list has all.
CLOSED_ON_BOARD = 10
DUE, NUMBER, TITLE, UNIT, PERSON, STATE = "due", "number", "title", "unit", "person", "state"
SORTS = (DUE, NUMBER, TITLE, UNIT, PERSON, STATE)
MINE = "me"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for: "" for everything. state: a state, OPEN or OVERDUE; person: a key, or MINE."""

    state: str = ""
    unit: str = ""
    person: str = ""
    adoption: str = ""
    dimension: str = ""
    sort: str = DUE

    @classmethod
    def read(cls, query: QueryDict) -> "Chosen":
        """What cannot be read counts as not asked for."""
        state, dimension, person = query.get("state", ""), query.get("dimension", ""), query.get("person", "")
        return cls(
            state=state if state in (*MeasureState.values, OPEN, OVERDUE) else "",
            unit=_key(query.get("unit", "")),
            person=person if person == MINE else _key(person),
            adoption=_key(query.get("adoption", "")),
            dimension=dimension if dimension.isascii() and dimension.isdecimal() and len(dimension) < 3 else "",
            sort=query.get("sort", DUE) if query.get("sort") in SORTS else DUE,
        )

    @property
    def query(self) -> str:
        """The same as the end of an address, without its question mark; "" where nothing is asked for."""
        values = asdict(self)
        return urlencode({name: value for name, value in values.items() if value and (name, value) != ("sort", DUE)})

    @property
    def filters(self) -> bool:
        """Is anything left out?"""
        return replace(self, sort=DUE) != Chosen()

    def address(self, url: str, **changes: str) -> str:
        query = replace(self, **changes).query
        return f"{url}?{query}" if query else url


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def chosen_measures(plan: Plan, chosen: Chosen, user_id: UUID) -> list[Measure]:
    """The measures that the filters leave, in the order asked for."""
    person = str(user_id) if chosen.person == MINE else chosen.person

    def fits(row: Measure) -> bool:
        return (
            _has_state(row, chosen.state)
            and (not chosen.unit or str(row.org_unit_id) == chosen.unit)
            and (not person or person in (str(row.responsible_id), str(row.deputy_id)))
            and (not chosen.adoption or str(row.adoption_id) == chosen.adoption)
            and (not chosen.dimension or int(chosen.dimension) in plan.dimensions.get(row.pk, ()))
        )

    return sorted((row for row in plan.measures if fits(row)), key=_order(chosen.sort))


def _has_state(row: Measure, state: str) -> bool:
    if state == OVERDUE:
        return row.is_overdue
    if state == OPEN:
        return row.is_open
    return not state or row.state == state


def _order(sort: str) -> Callable[[Measure], Any]:
    states = {state: place for place, state in enumerate(MeasureState.values)}
    keys: dict[str, Callable[[Measure], Any]] = {
        DUE: lambda row: (row.due_on or date.max, row.number),
        NUMBER: lambda row: row.number,
        TITLE: lambda row: (row.title.casefold(), row.number),
        UNIT: lambda row: (row.org_unit is None, row.org_unit.name.casefold() if row.org_unit else "", row.number),
        PERSON: lambda row: (row.responsible is None, _surname(row), row.number),
        STATE: lambda row: (states[row.state], row.due_on or date.max, row.number),
    }
    return keys[sort]


def _surname(row: Measure) -> tuple[str, str]:
    person = row.responsible
    return (person.last_name.casefold(), person.first_name.casefold()) if person is not None else ("", "")


def filter_choices(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: what occurs in the plan."""
    units = {str(row.org_unit_id): row.org_unit.name for row in plan.measures if row.org_unit is not None}
    people = {
        str(person.pk): person.get_full_name()
        for row in plan.measures
        for person in (row.responsible, row.deputy)
        if person is not None
    }
    adoptions = {
        str(row.adoption_id): measure_adoption_label(row) for row in plan.measures if row.adoption_id is not None
    }
    dimensions = sorted({number for numbers in plan.dimensions.values() for number in numbers})
    return {
        "state": [
            (OPEN, pgettext("measures", "open")),
            (OVERDUE, _("overdue")),
            *((value, str(MeasureState(value).label)) for value in MeasureState.values),
        ],
        "unit": _by_name(units),
        "person": [(MINE, _("myself")), *_by_name(people)],
        "adoption": _by_name(adoptions),
        "dimension": [(str(number), _("Field of action %(number)s") % {"number": number}) for number in dimensions],
    }


def _by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def adoption_label(adoption: Adoption) -> str:
    """An adoption as queries_measures.adoptions has loaded it: number, version and title of its recommendation."""
    return f"{adoption.version} – {adoption.title}"


def measure_adoption_label(measure: Measure) -> str:
    """The same of a measure as queries_measures.measures has loaded it; "" where it belongs to none."""
    if measure.adoption is None:
        return ""
    return f"{measure.adoption.version} – {measure.adoption_title}"


# --- Board, list, timeline ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A measure in one of the three views. waits: those it waits for that are still open; steps: where it may go."""

    measure: Measure
    state: str
    badge: str
    adoption: str
    waits: tuple[str, ...] = ()
    late_for: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A state with its measures; total: how many there are, hidden: how many of them the board leaves out."""

    state: str
    label: str
    lines: Sequence[Line]
    total: int
    more_url: str = ""

    @property
    def hidden(self) -> int:
        return self.total - len(self.lines)


def lines(
    found: Iterable[Measure], plan: Plan, steps: Callable[[Measure], Sequence[tuple[str, str]]] | None = None
) -> list[Line]:
    """The measures with what stands beside them. steps: where somebody may move one."""
    return [
        Line(
            measure=row,
            state=str(row.get_state_display()),
            badge=STATE_KINDS[MeasureState(row.state)],
            adoption=measure_adoption_label(row),
            waits=tuple(waiting_words(plan.waits.get(row.pk, ()))) if row.is_open else (),
            late_for=tuple(f"M{other.number}" for other in too_late(row, plan.waits.get(row.pk, ()))),
            steps=tuple(steps(row)) if steps is not None else (),
        )
        for row in found
    ]


def waiting_words(before: Iterable[Measure]) -> list[str]:
    """“waits for M3, due 31.12.2027” for each that is still open."""
    words = []
    for row in before:
        if not row.is_open:
            continue
        if row.due_on is None:
            words.append(_("waits for M%(number)s, without a deadline") % {"number": row.number})
        else:
            values = {"number": row.number, "day": date_format(row.due_on, "SHORT_DATE_FORMAT")}
            words.append(_("waits for M%(number)s, due %(day)s") % values)
    return words


def too_late(measure: Measure, before: Iterable[Measure]) -> list[Measure]:
    """Those it waits for that are still open and due after it."""
    if measure.due_on is None or not measure.is_open:
        return []
    return [row for row in before if row.is_open and row.due_on is not None and row.due_on > measure.due_on]


def board(
    found: Sequence[Measure],
    plan: Plan,
    steps: Callable[[Measure], Sequence[tuple[str, str]]],
    list_url: Callable[[str], str],
) -> list[BoardColumn]:
    """The columns in the order of the states; of what is over, the latest."""
    columns = []
    for state in MeasureState:
        rows = [row for row in found if row.state == state]
        shown = rows
        if state not in MEASURE_OPEN:
            shown = sorted(rows, key=lambda row: (row.done_on or date.min, row.number), reverse=True)[:CLOSED_ON_BOARD]
        columns.append(
            BoardColumn(state.value, str(state.label), lines(shown, plan, steps), len(rows), list_url(state.value))
        )
    return columns


def tabs(slug: str, current: str, chosen: Chosen) -> list[dict[str, Any]]:
    """The three views, with the filters."""
    views = (("measures-board", _("Board")), ("measures-list", _("List")), ("measures-timeline", _("Timeline")))
    return [
        {"label": label, "url": chosen.address(reverse(name, args=[slug])), "current": name == current}
        for name, label in views
    ]


def sort_tabs(url: str, chosen: Chosen) -> list[dict[str, Any]]:
    """The orders of the list."""
    labels = (
        (DUE, _("Deadline")),
        (NUMBER, pgettext("measure", "Number")),
        (TITLE, _("Title")),
        (UNIT, _("Department")),
        (PERSON, _("Person")),
        (STATE, _("State")),
    )
    return [
        {"label": label, "url": chosen.address(url, sort=sort), "current": chosen.sort == sort}
        for sort, label in labels
    ]


# --- One measure --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people have written differently: its name, what is stored, what was sent."""

    label: str
    theirs: str
    mine: str


def differences(form: Any, stored: Measure) -> list[Difference]:
    """What a valid form would change of the measure as it stands now, in words."""
    found = []
    for name, mine in form.values.items():
        theirs = getattr(stored, name)
        if theirs != mine:
            field = name.removesuffix("_id")
            found.append(Difference(str(form[field].label), _shown(form, field, theirs), _shown(form, field, mine)))
    return found


def _shown(form: Any, field: str, value: Any) -> str:
    if value is None or value == "":
        return _("not given")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, UUID):
        return _names(form.fields[field].choices).get(str(value), _("not given")).strip()
    return value if isinstance(value, str) else number(value)


def _names(choices: Iterable[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            found |= _names(label)
        else:
            found[str(key)] = str(label)
    return found


def number(value: Any, unit: str = "") -> str:
    """A value with its unit, without zeros that say nothing; "" where there is none."""
    if value is None:
        return ""
    text = f"{value:f}"
    places = len(text.rpartition(".")[2].rstrip("0")) if "." in text else 0
    shown = str(number_format(round(value, places), decimal_pos=places, use_l10n=True, force_grouping=True))
    return f"{shown} {unit}".strip()


def money(value: Any) -> str:
    """An amount in euros; "" where there is none."""
    return "" if value is None else f"{number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)} €"


def facts(measure: Measure) -> list[tuple[str, str]]:
    """What the plan says of it, by name and value."""

    def day(value: date | None) -> str:
        return date_format(value, "DATE_FORMAT") if value is not None else ""

    found = [
        (_("Responsible department"), measure.org_unit.name if measure.org_unit else ""),
        (_("Responsible person"), measure.responsible.get_full_name() if measure.responsible else ""),
        (_("Deputy"), measure.deputy.get_full_name() if measure.deputy else ""),
        (_("Begins"), day(measure.starts_on)),
        (_("Deadline"), day(measure.due_on)),
        (_("Budget"), money(measure.budget)),
        (_("Where the money comes from"), measure.budget_note),
    ]
    if measure.done_on is not None:
        found.insert(5, (_("Done on"), day(measure.done_on)))
    if measure.copied_from:
        found.append((_("Copied from"), measure.copied_from))
    return found


def indicator_facts(measure: Measure) -> list[tuple[str, str]]:
    """The indicator by name and value; [] where there is none."""
    if not measure.indicator:
        return []
    unit = measure.unit_of_value
    baseline = number(measure.baseline, unit)
    if baseline and measure.baseline_on is not None:
        baseline = f"{baseline} ({date_format(measure.baseline_on, 'SHORT_DATE_FORMAT')})"
    return [
        (_("Indicator"), measure.indicator),
        (_("How it is measured"), measure.indicator_definition),
        (_("Starting value"), baseline),
        (_("Target value"), number(measure.target, unit)),
    ]


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A measured value as it is shown."""

    row: IndicatorValue
    value: str
    who: str
    may_remove: bool


def value_lines(
    measure: Measure, values: Iterable[IndicatorValue], may_remove: Callable[[IndicatorValue], bool]
) -> list[ValueLine]:
    """The values, the earliest first."""
    return [
        ValueLine(
            row,
            number(row.value, measure.unit_of_value),
            row.recorded_by.get_full_name() if row.recorded_by is not None else "",
            may_remove(row),
        )
        for row in values
    ]
