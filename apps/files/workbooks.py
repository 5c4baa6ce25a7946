"""Reading an Excel sheet that somebody uploaded, once its kind and sizes have been checked (apps.files.checks)."""

import io
import re
import struct
import zipfile
import zlib
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# What openpyxl and what it reads with raise over files that are damaged or not what they claim to be.
_UNREADABLE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, InvalidFileException, LookupError, NotImplementedError,
    OSError, RecursionError, SyntaxError, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip  # SyntaxError: what is no XML, whether lxml or the standard library finds out


class UnreadableWorkbook(ValueError):
    """The file cannot be read as a workbook; the text says why, and what to do, in the language of the moment."""


def first_sheet(content: bytes, *, rows: int, columns: int) -> list[list[Any]]:
    """The values of the first sheet from its first row on; what lies beyond so many rows and columns is not read.

    Formulas are not calculated: a cell has the value it was saved with. Raises UnreadableWorkbook.
    """
    try:
        declares_entities = _declares_entities(content)
        read = [] if declares_entities else _values(content, rows, columns)
    except _UNREADABLE:
        raise UnreadableWorkbook(
            _("The file cannot be read. Please open it, save it anew as XLSX and try again.")
        ) from None
    if declares_entities:
        raise UnreadableWorkbook(_("The file declares XML entities and is not taken."))
    return read


def _values(content: bytes, rows: int, columns: int) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(min_row=1, max_row=rows, max_col=columns, values_only=True)]


def _declares_entities(content: bytes) -> bool:
    """Whether a part has a document type: no office program writes one, and entities can only come from it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # Without zero bytes: a part in UTF-16 has one after every letter.
        return any(_DOCTYPE.search(archive.read(name).replace(b"\x00", b"")) for name in archive.namelist())
