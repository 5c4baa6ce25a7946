"""Lists of people as Excel sheets: the template of a group enrolment, what is read from one, and a session's list.

Pure. Whatever is written is escaped, so that no spreadsheet takes a name for a formula.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.assessments.documents.workbook import escaped
from apps.files.workbooks import UnreadableWorkbook, first_sheet

MAX_ROWS = 500
MAX_COLUMNS = 20
LONGEST_ADDRESS = 254
_ADDRESS = gettext_lazy("E-mail address")


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A row of a sheet: its number as Excel counts, and the address as it stands there."""

    row: int
    address: str


def template() -> bytes:
    """An empty sheet with the heading that is read, in the language of the moment."""
    return _sheet(_("People"), [(str(_ADDRESS), 40)], [])


def people(rows: Iterable[Sequence[str]]) -> bytes:
    """A session's people: name, address, department, state, since."""
    columns = [
        (_("Name"), 30),
        (str(_ADDRESS), 36),
        (_("Department"), 30),
        (_("State"), 22),
        (_("Asked on"), 18),
    ]
    return _sheet(_("People"), columns, rows)


def _sheet(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    for place, (heading, width) in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=place, value=heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3E6EE")
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=place, value=escaped(text))
            cell.data_type, cell.alignment = "s", Alignment(vertical="top")
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content: bytes) -> list[AddressRow]:
    """The addresses of the first sheet, below the heading that names them.

    content: of a file whose kind and sizes have been checked (apps.files.checks). Raises UnreadableWorkbook.
    """
    rows = first_sheet(content, rows=MAX_ROWS + 2, columns=MAX_COLUMNS)
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(_text(value) for value in row)]
    if not filled:
        raise UnreadableWorkbook(_("The sheet is empty."))
    known = set(_headings())
    column = next((place for place, value in enumerate(filled[0][1]) if _text(value).casefold() in known), None)
    if column is None:
        heading = str(_ADDRESS)
        raise UnreadableWorkbook(_("There is no column “%(heading)s” in the first row.") % {"heading": heading})
    if len(filled) > MAX_ROWS + 1:
        raise UnreadableWorkbook(_("The sheet has more than %(limit)d rows.") % {"limit": MAX_ROWS})
    if len(filled) == 1:
        raise UnreadableWorkbook(_("Below the headings the sheet is empty."))
    return [AddressRow(number, _text(row[column])[:LONGEST_ADDRESS]) for number, row in filled[1:]]


def _headings() -> Iterator[str]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield str(_ADDRESS).casefold()


def _text(value: object) -> str:
    return " ".join(str(value).replace("\x00", "").split()) if value is not None else ""
