"""Taking over a plan from a sheet: first checked, then imported as a whole or not at all.

Rows find their measure by its number within the municipality of the scope, and nothing else: a row can reach no other
municipality's measure. What was checked is checked again under the plan's lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.actions import record
from apps.commitments import queries_measures
from apps.commitments.actions.measures import WITH_REASON, differing, lock_plan, next_number, store
from apps.commitments.measure_workbook import NUMBER, Problem, SheetRow, Unreadable, heading
from apps.commitments.models import Measure
from apps.commitments.states import MEASURE_STEPS, MeasureState
from apps.municipalities.models import OrgUnit

_DAYS = ("starts_on", "due_on", "done_on", "baseline_on")
_PLACES = {"budget": 2, "baseline": 3, "target": 3}
_TEXTS = ("title", "description", "budget_note", "indicator", "indicator_definition", "unit_of_value")


@dataclass(frozen=True, slots=True)
class Line:
    """What a row does: the measure it changes (None: a new one), and the values that differ."""

    row: int
    measure: Measure | None
    title: str
    values: Mapping[str, Any]

    @property
    def fields(self) -> list[str]:
        """Headings of what changes."""
        return [heading(name.removesuffix("_id")) for name in self.values if name.removesuffix("_id") in _HEADED]


_HEADED = frozenset(
    (NUMBER, "state", "reason", "org_unit", "responsible", "deputy", *_DAYS, *_PLACES, *_TEXTS)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sheet would do. revisions: of the measures it names, so that the import knows whether they still stand."""

    lines: Sequence[Line]
    revisions: Mapping[str, int]

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.measure is None]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.measure is not None and line.values]

    @property
    def unchanged(self) -> int:
        return len(self.lines) - len(self.new) - len(self.changed)


def check(rows: Sequence[SheetRow]) -> Checked:
    """What the rows would do, in the municipality of the scope; writes nothing. Raises Unreadable."""
    return _Reader(rows).read()


@transaction.atomic
def import_plan(*, actor: Any, rows: Sequence[SheetRow], revisions: Mapping[str, int]) -> Checked:
    """Do what `check` has announced. Raises Unreadable, also where a measure has changed since; then nothing is stored.

    revisions: as the check has returned them.
    """
    lock_plan()
    list(Measure.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    checked = check(rows)
    moved = [
        Problem(line.row, "", _("M%(number)s has been changed since the file was checked.") % {"number": number})
        for line in checked.lines
        if line.measure is not None and revisions.get(str(number := line.measure.number)) != line.measure.revision
    ]
    if moved:
        raise Unreadable([*moved, Problem(0, "", _("Please check the file again."))])
    number = next_number()
    new = [Measure(number=number + place, **line.values) for place, line in enumerate(checked.new)]
    Measure.objects.bulk_create(new)
    for line in checked.changed:
        assert line.measure is not None  # by the property
        store(line.measure, line.values)
    data = {"new": len(new), "changed": len(checked.changed)}
    record(actor=actor, verb="measures.imported", data=data)
    return checked


@transaction.atomic
def record_export(*, actor: Any, number: int) -> None:
    """Keep on record that somebody took the plan as a file."""
    record(actor=actor, verb="measures.exported", data={"measures": number})


# --- Naming people and departments in a sheet ---------------------------------------------------------------------


def person_names(people: Iterable[User]) -> dict[UUID, str]:
    """How people are named in a sheet: by name, and by address where two have the same."""
    return _unique(people, lambda person: person.get_full_name(), lambda person: person.email)


def department_names(units: Iterable[OrgUnit]) -> dict[UUID, str]:
    """How departments are named in a sheet: by name, and with what they belong to where two have the same."""
    return _unique(
        units, lambda unit: unit.name, lambda unit: f"{unit.parent.name} / {unit.name}" if unit.parent else unit.name
    )


def _unique(rows: Iterable[Any], short: Any, long: Any) -> dict[UUID, str]:
    found = list(rows)
    times: dict[str, int] = {}
    for row in found:
        times[_normal(short(row))] = times.get(_normal(short(row)), 0) + 1
    return {row.pk: short(row) if times[_normal(short(row))] == 1 else long(row) for row in found}


def _normal(text: str) -> str:
    return " ".join(str(text).split()).casefold()


@dataclass
class _Reader:
    """Reads the rows against what the municipality has. Collects every problem, so that one check is enough."""

    rows: Sequence[SheetRow]
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> Checked:
        self.measures = {measure.number: measure for measure in Measure.objects.all()}
        people, units = queries_measures.members(), queries_measures.departments()
        # What the export calls them comes first: it is never two of them. Then whatever else people may write.
        named, called = person_names(people), department_names(units)
        self.people = (
            _index((person.pk, (named[person.pk], person.email)) for person in people),
            _index((person.pk, (person.get_full_name(),)) for person in people),
        )
        self.units = (
            _index((unit.pk, (called[unit.pk],)) for unit in units),
            _index((unit.pk, (unit.name, unit.short_name)) for unit in units),
        )
        self.states = _states()
        seen: dict[int, int] = {}
        lines = [line for row in self.rows if (line := self._line(row, seen)) is not None]
        if self.problems:
            raise Unreadable(self.problems)
        revisions = {str(line.measure.number): line.measure.revision for line in lines if line.measure is not None}
        return Checked(lines, revisions)

    def _line(self, row: SheetRow, seen: dict[int, int]) -> Line | None:
        before = len(self.problems)
        measure = self._measure(row, seen)
        values = self._values(row, measure)
        if not (values.get("title") or "title" not in values):
            self._problem(row, "title", _("A measure has a title."))
        if len(self.problems) > before:
            return None
        self._check_whole(row, measure, values)
        if len(self.problems) > before:
            return None
        if measure is not None:
            values = {name: values[name] for name in differing(measure, values)}
        title = values.get("title") or (measure.title if measure is not None else "")
        return Line(row["row"], measure, title, values)

    def _measure(self, row: SheetRow, seen: dict[int, int]) -> Measure | None:
        text = str(row.get(NUMBER, "")).strip().upper().removeprefix("M").strip()
        if not text:
            return None
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
        measure = self.measures.get(number)
        if measure is None:
            self._problem(
                row,
                NUMBER,
                _("There is no measure M%(number)s. Leave the cell empty for a new one.") % {"number": text[:20]},
            )
        elif number in seen:
            self._problem(row, NUMBER, _("The measure stands in row %(row)s already.") % {"row": seen[number]})
        seen.setdefault(number, row["row"])
        return measure

    def _values(self, row: SheetRow, measure: Measure | None) -> dict[str, Any]:
        values: dict[str, Any] = {name: row[name] for name in _TEXTS if name in row}
        for name in _DAYS:
            if name in row:
                values[name] = date.fromisoformat(row[name]) if row[name] else None
        for name, places in _PLACES.items():
            if name in row:
                values[name] = self._decimal(row, name, places)
        for name in ("responsible", "deputy"):
            if name in row:
                unknown = _("“%(name)s” does not belong to the municipality.")
                values[f"{name}_id"] = self._found(row, name, self.people, unknown)
        if "org_unit" in row:
            values["org_unit_id"] = self._found(row, "org_unit", self.units, _("There is no department “%(name)s”."))
        values |= self._state(row, measure, values)
        return values

    def _decimal(self, row: SheetRow, name: str, places: int) -> Decimal | None:
        if not row[name]:
            return None
        number = Decimal(row[name]).quantize(Decimal(1).scaleb(-places))
        if name == "budget" and not 0 <= number < 10**10:
            self._problem(row, name, _("A budget is not negative."))
        return number

    def _found(self, row: SheetRow, name: str, indexes: Sequence[Mapping[str, set[UUID]]], unknown: str) -> UUID | None:
        if not row[name]:
            return None
        keys = next((found for index in indexes if (found := index.get(_normal(row[name])))), set())
        if not keys:
            self._problem(row, name, unknown % {"name": row[name][:60]})
        elif len(keys) > 1:
            self._problem(row, name, _("“%(name)s” is not unique here.") % {"name": row[name][:60]})
        return next(iter(keys), None)

    def _state(self, row: SheetRow, measure: Measure | None, values: Mapping[str, Any]) -> dict[str, Any]:
        """State, reason and day of being done, which belong together."""
        before = measure.state if measure is not None else MeasureState.PLANNED
        state: str = before
        if row.get("state"):
            known = self.states.get(_normal(row["state"]))
            if known is None:
                names = ", ".join(str(MeasureState(value).label) for value in MeasureState.values)
                unknown = _("There is no state “%(name)s”. Possible are: %(names)s.")
                self._problem(row, "state", unknown % {"name": row["state"][:60], "names": names})
                return {}
            state = known
        if measure is not None and state != before and (before, state) not in MEASURE_STEPS:
            names_of = {"source": MeasureState(before).label, "target": MeasureState(state).label}
            self._problem(row, "state", _("No step leads from “%(source)s” to “%(target)s”.") % names_of)
        reason = str(row.get("reason", measure.reason if measure is not None else ""))
        if state in WITH_REASON and not reason:
            self._problem(row, "reason", _("Waiting and given up want a reason."))
        return {
            "state": state,
            "reason": reason if state in WITH_REASON else "",
            "done_on": self._done_on(row, measure, state, values),
        }

    def _done_on(self, row: SheetRow, measure: Measure | None, state: str, values: Mapping[str, Any]) -> date | None:
        if state != MeasureState.DONE:
            if row.get("done_on"):
                self._problem(row, "done_on", _("Only what is done has this day."))
            return None
        stored = measure.done_on if measure is not None else None
        day: date = values.get("done_on") or stored or timezone.localdate()
        if day > timezone.localdate():
            self._problem(row, "done_on", _("The day is still to come."))
        return day

    def _check_whole(self, row: SheetRow, measure: Measure | None, values: Mapping[str, Any]) -> None:
        """What the fields of a measure must be to each other, those included that the sheet leaves alone."""

        def of(name: str) -> Any:
            return values[name] if name in values else getattr(measure, name, None)

        if of("starts_on") and of("due_on") and of("due_on") < of("starts_on"):
            self._problem(row, "due_on", _("The deadline lies before the beginning."))
        if of("baseline") is not None and of("baseline_on") is None:
            self._problem(row, "baseline_on", _("A starting value has the day on which it was measured."))
        if (of("baseline") is not None or of("target") is not None) and not of("indicator"):
            self._problem(row, "indicator", _("Values belong to an indicator: please name it."))
        if of("responsible_id") is not None and of("responsible_id") == of("deputy_id"):
            self._problem(row, "deputy", _("The deputy is somebody else."))

    def _problem(self, row: SheetRow, name: str, message: str) -> None:
        self.problems.append(Problem(row["row"], heading(name), message))


def _index(rows: Iterable[tuple[UUID, Iterable[str]]]) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    for key, names in rows:
        for name in filter(None, names):
            found.setdefault(_normal(name), set()).add(key)
    return found


def _states() -> dict[str, str]:
    """States by their names in every language of the site, and by their keys."""
    found = {value: value for value in MeasureState.values}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {_normal(str(state.label)): state.value for state in MeasureState}
    return found
