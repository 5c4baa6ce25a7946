"""Opening a workbook that somebody uploaded, safely, and handing it to pyxform.

pyxform reads the file and is the judge of the format. Before it may open an XLSX file (a ZIP archive of
XML), its sizes are looked at as those of every upload are.
"""

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData, XLRDError, get_xlsform
from pyxform.xls2xform import convert
from xlrd.compdoc import CompDocError  # type: ignore[import-untyped]  # xlrd has no types

from apps.files import archives

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = {"survey": 3_000, "choices": 20_000, "settings": 10}
SUFFIXES = (".xlsx", ".xls", ".csv", ".md")

_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0"
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROW = re.compile(r"\[row : (?P<row>\d+)\]\s*")
_SHEET = re.compile(r"[Oo]n the '(?P<sheet>\w+)' sheet")
# What the readers below pyxform raise over files that are damaged or not what they claim to be.
_UNREADABLE = (
    ArithmeticError, AssertionError, AttributeError, CompDocError, EOFError, InvalidFileException, LookupError, OSError,
    ParseError, RecursionError, TypeError, ValueError, XLRDError, struct.error, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Why a workbook is refused: the sheet ("" for the file), the row as the spreadsheet counts (0: none)."""

    sheet: str
    row: int
    message: str

    def __str__(self) -> str:
        if self.row:
            place = _("sheet “%(sheet)s”, row %(row)d") % {"sheet": self.sheet, "row": self.row}
        elif self.sheet:
            place = _("sheet “%(sheet)s”") % {"sheet": self.sheet}
        else:
            return self.message
        return f"{place}: {self.message}"


class InvalidWorkbook(ValueError):
    """The workbook is refused; `problems` lists every reason found, `warnings` what else was noticed."""

    def __init__(self, problems: Sequence[Problem], warnings: Sequence[str] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)


def refuse(message: str, sheet: str = "", row: int = 0) -> InvalidWorkbook:
    """Return the refusal of a workbook for one reason."""
    return InvalidWorkbook([Problem(sheet, row, message)])


def open_workbook(content: bytes, filename: str) -> tuple[DefinitionData, list[str]]:
    """Return the sheets of an XLSForm workbook as pyxform reads them, and pyxform's warnings.

    `filename` tells the format by its suffix. Raises InvalidWorkbook for a file that is too large, unsafe,
    unreadable, or that pyxform does not convert.
    """
    suffix = PurePath(filename).suffix.lower()
    _check_file(content, suffix)
    warnings: list[str] = []
    # pyxform and the readers below it print and log; nobody would see that here.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            sheets = get_xlsform(content, file_type=suffix)
        except PyXFormError as error:
            raise _pyxform_refusal(error) from error
        except _UNREADABLE as error:
            raise refuse(_("the file cannot be read: %(reason)s") % {"reason": error}) from error
        _check_rows(sheets)
        try:
            convert(asdict(sheets), warnings=warnings, validate=False)
        except PyXFormError as error:
            raise _pyxform_refusal(error) from error
        except _UNREADABLE as error:
            reason = f"{type(error).__name__}: {error}"
            raise refuse(_("pyxform cannot convert the form: %(reason)s") % {"reason": reason}) from error
    return sheets, warnings


def _pyxform_refusal(error: PyXFormError) -> InvalidWorkbook:
    """pyxform names sheet and row inside its message, in two ways."""
    message = str(error)
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    name = sheet["sheet"] if sheet else "survey" if row else ""
    return refuse(_ROW.sub("", message).strip(), name, int(row["row"]) if row else 0)


def _check_file(content: bytes, suffix: str) -> None:
    if suffix not in SUFFIXES:
        raise refuse(_("only these files can be read: %(suffixes)s") % {"suffixes": " ".join(SUFFIXES)})
    if not content:
        raise refuse(_("the file is empty"))
    if len(content) > MAX_BYTES:
        raise refuse(_("the file is larger than %(limit)d MB") % {"limit": MAX_BYTES // 1024**2})
    if suffix == ".xlsx":
        _check_archive(content)
    elif suffix == ".xls":
        if not content.startswith(_OLE2):
            raise refuse(_("this is not an Excel 97-2003 workbook"))
    else:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise refuse(_("the text is not encoded in UTF-8")) from error


def _check_archive(content: bytes) -> None:
    if not content.startswith(_ZIP):
        raise refuse(_("this is not an Excel workbook"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archives.check_sizes(archive, len(content)):
                if member.filename.lower().endswith("vbaproject.bin"):
                    raise refuse(_("the file holds macros"))
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_xml(archive.read(member))
    except archives.TooManyMembers:
        raise refuse(_("the file holds more than %(limit)d parts") % {"limit": archives.MAX_MEMBERS}) from None
    except archives.GrowsTooMuch:
        raise refuse(_("the file grows too much when unpacked")) from None
    except archives.PasswordProtected:
        raise refuse(_("the file is protected by a password")) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise refuse(_("the file cannot be read: %(reason)s") % {"reason": error}) from error


def _check_xml(data: bytes) -> None:
    """Refuse a document type: an Office file has none, and entities can only come from one."""
    # UTF-16 shows in a byte order mark or in zero bytes among the first characters.
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4] else "utf-8"
    if _DOCTYPE.search(data.decode(encoding, errors="replace")):
        raise refuse(_("the file declares XML entities"))


def _check_rows(sheets: DefinitionData) -> None:
    for sheet, limit in MAX_ROWS.items():
        rows: Sequence[Any] = getattr(sheets, sheet) or ()
        if len(rows) > limit:
            raise refuse(_("more than %(limit)d rows") % {"limit": limit}, sheet)
