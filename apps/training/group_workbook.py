"""Lists of people as Excel sheets: the template of a group enrolment, what is read from one, and a session's list.

Pure. Whatever is written is escaped, so that no spreadsheet takes a name for a formula.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from apps.assessments.documents.workbook import escaped

MAX_ROWS = 500
MAX_COLUMNS = 20
LONGEST_ADDRESS = 254
_ADDRESS = gettext_lazy("E-mail address")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# What openpyxl raises over files that are damaged or not what they claim to be.
_UNREADABLE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, InvalidFileException, LookupError, OSError, ParseError,
    RecursionError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class Unreadable(ValueError):
    """The file is not taken; the message is a sentence to show."""


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

    content: of a file whose kind and sizes have been checked (apps.files.checks). Raises Unreadable.
    """
    _check_xml(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [
            list(row) for row in sheet.iter_rows(min_row=1, max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
        ]
    except _UNREADABLE:
        raise Unreadable(_("The file cannot be read. Please open it, save it anew as XLSX and try again.")) from None
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(_text(value) for value in row)]
    if not filled:
        raise Unreadable(_("The sheet is empty."))
    known = set(_headings())
    column = next((place for place, value in enumerate(filled[0][1]) if _text(value).casefold() in known), None)
    if column is None:
        heading = str(_ADDRESS)
        raise Unreadable(_("There is no column “%(heading)s” in the first row.") % {"heading": heading})
    if len(filled) > MAX_ROWS + 1:
        raise Unreadable(_("The sheet has more than %(limit)d rows.") % {"limit": MAX_ROWS})
    if len(filled) == 1:
        raise Unreadable(_("Below the headings the sheet is empty."))
    return [AddressRow(number, _text(row[column])[:LONGEST_ADDRESS]) for number, row in filled[1:]]


def _headings() -> Iterator[str]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield str(_ADDRESS).casefold()


def _text(value: object) -> str:
    return " ".join(str(value).replace("\x00", "").split()) if value is not None else ""


def _check_xml(content: bytes) -> None:
    """Refuse a document type: an Office file has none, and entities can only come from one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                data = archive.read(name) if name.lower().endswith((".xml", ".rels", ".vml")) else b""
                if _DOCTYPE.search(data.replace(b"\x00", b"")):
                    raise Unreadable(_("The file declares XML entities and is not taken."))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        raise Unreadable(_("This is no Excel file (XLSX).")) from None
