"""Rules as a table in a file: what the columns hold, reading them with every error in its place, writing them.

The columns have English keys, the same in every language, so that a file can be passed on; the page documents them. A
rule is known by questionnaire, item, competence, recommendation and module, never by a key of the database: a file from
elsewhere cannot take over another row. Reading writes nothing: it says what would be new, changed, the same, removed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult
from import_export.widgets import Widget
from tablib import Dataset  # type: ignore[import-untyped]  # tablib has no types

from apps.files.workbooks import UnreadableWorkbook, first_sheet
from apps.instruments.definition import PROFILES
from apps.recommendations import queries_rules
from apps.recommendations.matching import Rule
from apps.recommendations.models import MappingRule, Recommendation
from apps.recommendations.rule_checks import Known, circle_of, circle_text, natural_key, problems
from apps.recommendations.sheets import Sheet, sheets_workbook

MAX_ROWS = 2_000
MAX_COLUMNS = 40
MAX_CELL = 200
COLUMNS = (
    "instrument", "item", "threshold", "on_unknown", "profiles", "competence", "recommendation", "module", "priority",
    "prerequisite",
)  # fmt: skip
#: Without these a file is no table of rules; a missing other column is an empty one.
NEEDED = ("instrument", "item", "threshold", "recommendation", "module")
YES, NO = "yes", "no"
_TRUE = frozenset({"yes", "ja", "true", "1", "x"})
_FALSE = frozenset({"", "no", "nein", "false", "0"})
_WIDTHS = (24, 10, 10, 12, 24, 22, 16, 26, 9, 13)


class NotATable(ValueError):
    """The file as a whole cannot be read as rules; the text says why."""


# --- Cells ---------------------------------------------------------------------------------------------------------


class TextWidget(Widget):  # type: ignore[misc]  # import-export is untyped, here and below
    """A key; nothing is ""."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return str(value).strip() if value is not None else ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


class NumberWidget(Widget):  # type: ignore[misc]
    """A whole number; nothing is `default`. Raises ValueError for anything else."""

    def __init__(self, default: int | None = None) -> None:
        super().__init__(coerce_to_string=False)
        self.default = default

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = "" if value is None or isinstance(value, bool) else str(value).strip().removesuffix(".0")
        if value is None or (text == "" and not isinstance(value, bool)):
            return self.default
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            raise ValueError(_("“%(value)s” is not a whole number.") % {"value": str(value)[:40]})
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class YesNoWidget(Widget):  # type: ignore[misc]
    """yes or no, in English or German; nothing is no."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        text = str(value if value is not None else "").strip().lower()
        if text not in _TRUE | _FALSE:
            raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": text[:40]})
        return text in _TRUE

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return YES if value else NO


class ProfilesWidget(Widget):  # type: ignore[misc]
    """Names of profiles with spaces or commas between them, in the order of the questionnaires."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        named = str(value if value is not None else "").replace(",", " ").split()
        unknown = [name for name in named if name not in PROFILES]
        if unknown:
            raise ValueError(_("Not a profile: %(names)s.") % {"names": ", ".join(unknown)[:80]})
        return [profile for profile in PROFILES if profile in named]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return " ".join(value or ())


class RecommendationWidget(NumberWidget):
    """A recommendation by its number. Raises ValueError for one that is not there."""

    def __init__(self, by_number: Mapping[int, Recommendation]) -> None:
        super().__init__()
        self.by_number = by_number

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value).strip().upper().removeprefix("KFA-HE").strip() if isinstance(value, str) else value
        number = super().clean(text)
        if number is None:
            return None
        if number not in self.by_number:
            raise ValueError(_("There is no recommendation with the number %(number)s.") % {"number": number})
        return self.by_number[number]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value.number if value is not None else None


# --- The resource --------------------------------------------------------------------------------------------------


class _Loader(BaseInstanceLoader):  # type: ignore[misc]
    """Finds the stored rule of a row among those that the resource has loaded."""

    def get_instance(self, row: Mapping[str, Any]) -> MappingRule | None:
        try:
            values = [self.resource.fields[name].clean(row) for name in self.resource.get_import_id_fields()]
        except ValueError:  # the row is refused anyway, with its columns
            return None
        instrument, item, competence, recommendation, module = values
        number = recommendation.number if recommendation else None
        found: MappingRule | None = self.resource.stored.get((instrument, item, competence, number, module))
        return found


class RuleResource(resources.ModelResource):  # type: ignore[misc]
    """Reads and writes rules. It never saves: the action does, under its lock."""

    class Meta:
        model = MappingRule
        import_id_fields = ("instrument", "item", "competence", "recommendation", "module")
        fields = COLUMNS
        instance_loader_class = _Loader
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        store_instance = True
        use_transactions = False

    instrument = fields.Field("instrument", "instrument", TextWidget())
    item = fields.Field("item", "item", TextWidget())
    threshold = fields.Field("threshold", "threshold", NumberWidget(default=-1))
    on_unknown = fields.Field("on_unknown", "on_unknown", YesNoWidget())
    profiles = fields.Field("profiles", "profiles", ProfilesWidget())
    competence = fields.Field("competence", "competence", TextWidget())
    module = fields.Field("module", "module", TextWidget())
    priority = fields.Field("priority", "priority", NumberWidget(default=2))

    def __init__(self, stored: Sequence[MappingRule], known: Known, by_number: Mapping[int, Recommendation]) -> None:
        super().__init__()
        for name in ("recommendation", "prerequisite"):
            self.fields[name] = fields.Field(name, name, RecommendationWidget(by_number))
        self.stored = {natural_key(queries_rules.plain(row)): row for row in stored}
        self.checked_against = known
        self.seen: dict[Any, int] = {}

    def import_instance(self, instance: MappingRule, row: Mapping[str, Any], **kwargs: Any) -> None:
        """Set the fields. Raises ValidationError by column, for a row that stood further up as well."""
        super().import_instance(instance, row, **kwargs)
        key = natural_key(queries_rules.plain(instance))
        first = self.seen.setdefault(key, kwargs["row_number"])
        if first != kwargs["row_number"]:
            # The heading is the first row of the sheet.
            message = _("The same rule stands in row %(row)s already.") % {"row": first + 1}
            raise ValidationError({"item": message})

    def validate_instance(self, instance: MappingRule, import_validation_errors: Any = None, **kwargs: Any) -> None:
        """What a new or changed rule must fulfil. Raises ValidationError by column."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        if not errors:
            errors = dict(problems(queries_rules.plain(instance), self.checked_against))
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: MappingRule, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Nothing: reading is not storing."""


# --- Reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in a row of the sheet (the heading is row 1) and in which column; "" for the row as a whole."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """A stored rule that the file has with other values: (column, before, after)."""

    row: MappingRule
    rule: Rule
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file would do. state: fingerprint of the rules it was compared with."""

    new: tuple[MappingRule, ...] = ()
    changed: tuple[Change, ...] = ()
    same: int = 0
    removed: tuple[MappingRule, ...] = ()
    errors: tuple[CellError, ...] = ()
    state: str = ""

    @property
    def does_something(self) -> bool:
        return bool(self.new or self.changed or self.removed)


Cells = list[list[Any]]


def read_cells(content: bytes) -> Cells:
    """The rows of the first sheet in the order of COLUMNS, without the heading; empty rows stay, as empty ones.

    content: of an XLSX file whose sizes have been checked (apps.files.checks). Raises NotATable.
    """
    try:
        raw = first_sheet(content, rows=MAX_ROWS + 2, columns=MAX_COLUMNS)
    except UnreadableWorkbook as error:
        raise NotATable(str(error)) from None
    headings = [str(cell).strip().lower() if cell is not None else "" for cell in raw[0]] if raw else []
    if missing := [name for name in NEEDED if name not in headings]:
        raise NotATable(_("The first row must name the columns. Missing: %(names)s.") % {"names": ", ".join(missing)})
    if unknown := [name for name in headings if name and name not in COLUMNS]:
        raise NotATable(_("Columns that are not known: %(names)s.") % {"names": ", ".join(unknown)[:200]})
    if twice := sorted({name for name in headings if name and headings.count(name) > 1}):
        raise NotATable(_("Columns that stand there twice: %(names)s.") % {"names": ", ".join(twice)})
    if len(raw) > MAX_ROWS + 1:
        raise NotATable(_("More than %(number)s rows.") % {"number": MAX_ROWS})
    places = [headings.index(name) if name in headings else None for name in COLUMNS]
    return [[_cell(row, place) for place in places] for row in raw[1:]]


def _cell(row: Sequence[Any], place: int | None) -> Any:
    """A cell as JSON can carry it: a number, a yes or no, or text of bounded length."""
    value = row[place] if place is not None and place < len(row) else None
    return value if value is None or isinstance(value, bool | int) else str(value)[:MAX_CELL]


def plan(cells: Cells, *, remove_missing: bool) -> Plan:
    """Compare rows as `read_cells` gives them with the rules as they are; nothing is stored."""
    stored = list(queries_rules.rules())
    by_number = {row.number: row for row in Recommendation.objects.all()}
    targets = {place: item.target for place, item in queries_rules.published_items().items()}
    resource = RuleResource(stored, Known(targets, frozenset(by_number)), by_number)
    before = {row.pk: queries_rules.plain(row) for row in stored}
    filled = [(number, row) for number, row in enumerate(cells, start=2) if any(cell not in (None, "") for cell in row)]
    dataset = Dataset(*(row for _number, row in filled), headers=list(COLUMNS))
    results = resource.import_data(dataset, dry_run=True, use_transactions=False)
    if results.base_errors:
        raise NotATable("; ".join(str(error.error) for error in results.base_errors))
    numbers = [number for number, _row in filled]
    errors = _errors(results, numbers)
    rows: list[RowResult] = [] if errors else list(results.rows)
    new = tuple(result.instance for result in rows if result.is_new())
    changed = tuple(_change(resource, result) for result in rows if result.is_update())
    named = {result.instance.pk for result in rows}
    removed = tuple(row for row in stored if row.pk not in named) if remove_missing and not errors else ()
    if not errors:
        errors = _circle(resource, [*stored, *new], {row.pk for row in removed}, dataset, numbers)
    return Plan(
        new=new,
        changed=changed,
        same=sum(result.is_skip() for result in rows),
        removed=removed,
        errors=tuple(errors),
        state=fingerprint(before.values()),
    )


def _errors(results: Any, numbers: Sequence[int]) -> list[CellError]:
    """Every error by row and column, in the order of the sheet."""
    found = [
        CellError(numbers[invalid.number - 1], "" if column not in COLUMNS else column, str(message))
        for invalid in results.invalid_rows
        for column, messages in invalid.error_dict.items()
        for message in messages
    ]
    found += [
        CellError(numbers[failed.number - 1], "", str(error.error))
        for failed in results.error_rows
        for error in failed.errors
    ]
    return sorted(found, key=lambda error: (error.row, COLUMNS.index(error.column) if error.column else -1))


def _change(resource: RuleResource, result: RowResult) -> Change:
    """Before and after, column by column."""
    differences = []
    for name in COLUMNS:
        cell = resource.fields[name]
        old, new = cell.export(result.original), cell.export(result.instance)
        if old != new:
            differences.append((name, _shown(old), _shown(new)))
    return Change(result.instance, queries_rules.plain(result.instance), tuple(differences))


def _shown(value: Any) -> str:
    return "–" if value is None or value == "" else str(value)


def _circle(
    resource: RuleResource, rows: Iterable[MappingRule], removed: set[Any], dataset: Dataset, numbers: Sequence[int]
) -> list[CellError]:
    """Prerequisites that go round in a circle once all is imported; at each row of the file that is part of it.

    rows: all that will be there; those that the file changes carry their new values already.
    """
    circle = circle_of(queries_rules.plain(row) for row in rows if row.pk not in removed)
    if not circle:
        return []
    clean = resource.fields["recommendation"].clean, resource.fields["prerequisite"].clean
    found = []
    for number, row in zip(numbers, dataset.dict, strict=True):
        answer, before = (read(row) for read in clean)
        if answer is not None and before is not None and {answer.number, before.number} <= set(circle):
            found.append(CellError(number, "prerequisite", circle_text(circle)))
    return found or [CellError(1, "prerequisite", circle_text(circle))]


def fingerprint(rules: Iterable[Rule]) -> str:
    """Changes when any rule does."""
    rows = sorted(repr(rule) for rule in rules)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


# --- Writing -------------------------------------------------------------------------------------------------------


def workbook(stored: Sequence[MappingRule], now: datetime) -> bytes:
    """The rules as an Excel file that can be imported again; nothing in it can be taken for a formula."""
    exported = RuleResource(stored, Known({}, frozenset()), {}).export(list(stored))
    places = [exported.headers.index(name) for name in COLUMNS]
    rows = [[row[place] for place in places] for row in exported]
    return sheets_workbook([Sheet(_("Rules"), COLUMNS, rows, _WIDTHS)], now=now)
