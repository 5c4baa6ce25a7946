"""The plan of measures as an Excel sheet: written, and read back. No queries here.

What is read is plain data (texts, days and numbers as ISO texts), so that it can be carried from the check of a file to
its import. A column that the sheet does not have leaves its field alone; an empty cell empties it.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from apps.assessments.documents.workbook import escaped
from apps.commitments.models import Measure
from apps.files.workbooks import UnreadableWorkbook, first_sheet

MAX_ROWS = 1_000
MAX_COLUMNS = 40
_TEXT, _DAY, _NUMBER = "text", "day", "number"
_FORMATS = {_TEXT: "@", _DAY: "DD.MM.YYYY", _NUMBER: "#,##0.00##"}
_ESCAPED = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name of its value, heading, kind, width."""

    name: str
    heading: str | Promise
    kind: str = _TEXT
    width: int = 20
    longest: int = 0


NUMBER = "number"
COLUMNS = (
    Column(NUMBER, pgettext_lazy("workbook", "No."), width=8),
    Column("title", gettext_lazy("Title"), width=50, longest=160),
    Column("state", gettext_lazy("State"), width=15),
    Column("reason", gettext_lazy("Reason"), width=40, longest=2_000),
    Column("org_unit", gettext_lazy("Responsible department"), width=30),
    Column("responsible", gettext_lazy("Responsible person"), width=28),
    Column("deputy", gettext_lazy("Deputy"), width=28),
    Column("starts_on", gettext_lazy("Begins"), _DAY, 13),
    Column("due_on", gettext_lazy("Deadline"), _DAY, 13),
    Column("done_on", gettext_lazy("Done on"), _DAY, 13),
    Column("budget", gettext_lazy("Budget in euros"), _NUMBER, 16),
    Column("budget_note", gettext_lazy("Where the money comes from"), width=30, longest=200),
    Column("indicator", gettext_lazy("Indicator"), width=36, longest=200),
    Column("indicator_definition", gettext_lazy("How it is measured"), width=40, longest=1_000),
    Column("unit_of_value", gettext_lazy("Unit"), width=14, longest=40),
    Column("baseline", gettext_lazy("Starting value"), _NUMBER, 14),
    Column("baseline_on", gettext_lazy("Measured on"), _DAY, 13),
    Column("target", gettext_lazy("Target value"), _NUMBER, 14),
    Column("description", gettext_lazy("Description"), width=60, longest=4_000),
)
BY_NAME = {column.name: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is not taken: the row as Excel counts (0: the file), the column's heading ("": the row)."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.row:
            return self.message
        place = _("Row %(row)s") % {"row": self.row}
        if self.column:
            place = _("Row %(row)s, column “%(column)s”") % {"row": self.row, "column": self.column}
        return f"{place}: {self.message}"


class Unreadable(ValueError):
    """The file is not taken; `problems` has every reason found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def heading(name: str) -> str:
    """The heading of a column in the language of the moment."""
    return str(BY_NAME[name].heading)


# --- Writing ------------------------------------------------------------------------------------------------------


def write_plan(measures: Iterable[Measure], person: Callable[[Any], str], department: Callable[[Any], str]) -> bytes:
    """The plan as a workbook in the language of the moment. person, department: how they are named, so that reading
    finds them again."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(_("Measures"))
    wrapped = Alignment(wrap_text=True, vertical="top")
    for place, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row=1, column=place, value=str(column.heading))
        cell.font, cell.fill, cell.alignment = Font(bold=True), PatternFill("solid", fgColor="E3E6EE"), wrapped
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    last = 1
    for last, measure in enumerate(measures, start=2):
        for place, (column, value) in enumerate(zip(COLUMNS, _row(measure, person, department), strict=True), start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(row=last, column=place, value=escaped(value) if isinstance(value, str) else value)
            cell.alignment = wrapped
            if isinstance(value, str):
                cell.data_type = "s"
            else:
                cell.number_format = _FORMATS[column.kind]
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{last}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _row(
    measure: Measure, person: Callable[[Any], str], department: Callable[[Any], str]
) -> Iterator[str | date | Decimal | None]:
    for column in COLUMNS:
        value = getattr(measure, column.name)
        if column.name == NUMBER:
            yield f"M{value}"
        elif column.name == "state":
            yield str(measure.get_state_display())
        elif column.name == "org_unit":
            yield department(value) if value is not None else ""
        elif column.name in ("responsible", "deputy"):
            yield person(value) if value is not None else ""
        else:
            yield value


# --- Reading ------------------------------------------------------------------------------------------------------

#: A row as it is carried: "row" (int), and by column name a text, "" where the cell is empty.
SheetRow = dict[str, Any]


def read_plan(content: bytes) -> list[SheetRow]:
    """The rows of the first sheet. content: of a file whose kind and sizes have been checked (apps.files.checks).

    Raises Unreadable.
    """
    try:
        rows = first_sheet(content, rows=MAX_ROWS + 2, columns=MAX_COLUMNS)
    except UnreadableWorkbook as error:
        raise _refuse(str(error)) from None
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(_is_filled(value) for value in row)]
    if not filled:
        raise _refuse(_("The sheet is empty."))
    first, head = filled[0]
    columns = _columns(first, head)
    if len(filled) > MAX_ROWS + 1 or len(rows) > MAX_ROWS + 1:
        raise _refuse(_("The sheet has more than %(limit)d rows.") % {"limit": MAX_ROWS})
    problems: list[Problem] = []
    read = [_read_row(number, row, columns, problems) for number, row in filled[1:]]
    if problems:
        raise Unreadable(problems)
    if not read:
        raise _refuse(_("Below the headings the sheet is empty."))
    return read


def _refuse(message: str) -> Unreadable:
    return Unreadable([Problem(0, "", message)])


def _is_filled(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _columns(row: int, head: Sequence[Any]) -> dict[int, Column]:
    """Which column stands where; headings in any language of the site."""
    known = {_normal(text): column for text, column in _headings()}
    found: dict[int, Column] = {}
    problems = []
    for place, value in enumerate(head):
        if not _is_filled(value):
            continue
        column = known.get(_normal(str(value)))
        if column is None:
            problems.append(Problem(row, str(value)[:60], _("There is no such column.")))
        elif column in found.values():
            problems.append(Problem(row, str(value)[:60], _("The column is there twice.")))
        else:
            found[place] = column
    missing = [heading(name) for name in (NUMBER, "title") if BY_NAME[name] not in found.values()]
    problems += [Problem(row, name, _("The column is missing.")) for name in missing]
    if problems:
        raise Unreadable(problems)
    return found


def _headings() -> Iterator[tuple[str, Column]]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for column in COLUMNS:
                yield str(column.heading), column


def _normal(text: str) -> str:
    return " ".join(text.split()).casefold()


def _read_row(number: int, row: Sequence[Any], columns: Mapping[int, Column], problems: list[Problem]) -> SheetRow:
    read: SheetRow = {"row": number}
    for place, column in columns.items():
        value = row[place] if place < len(row) else None
        try:
            read[column.name] = _READERS[column.kind](value) if _is_filled(value) else ""
        except (ValueError, InvalidOperation):
            problems.append(
                Problem(number, str(column.heading), str(_MESSAGES[column.kind]) % {"value": str(value)[:60]})
            )
            continue
        if column.longest and len(read[column.name]) > column.longest:
            message = _("The text is longer than %(limit)d characters.") % {"limit": column.longest}
            problems.append(Problem(number, str(column.heading), message))
    return read


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\r\n", "\n").replace("\x00", "").strip()
    return _ESCAPED.sub("", text)


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    for pattern in ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y"):
        try:
            return datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    raise ValueError(text)


def _decimal(value: Any) -> str:
    """A number as it is stored: 12 345,50 and 12.345,50 as well as 12345.5. Raises ValueError for anything else."""
    if isinstance(value, (bool, date)):
        raise ValueError(value)
    text = str(value)
    if isinstance(value, str):
        text = re.sub(r"[\s\u00a0\u202f€%]", "", value)
        if re.fullmatch(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", text) or re.fullmatch(r"[+-]?\d+,\d+", text):
            text = text.replace(".", "").replace(",", ".")
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 10:
        raise ValueError(text)
    return str(number)


_READERS: dict[str, Callable[[Any], str]] = {_TEXT: _text, _DAY: _day, _NUMBER: _decimal}
_MESSAGES = {
    _TEXT: "%(value)s",
    _DAY: gettext_lazy("“%(value)s” is no day. Please write it like 31.12.2027."),
    _NUMBER: gettext_lazy("“%(value)s” is no number that can be stored."),
}
