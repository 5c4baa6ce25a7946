"""Lists as an Excel file: headings frozen and filtered, nothing in it can be taken for a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook

from apps.assessments.documents.workbook import add_sheet


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its heading; widths in characters."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[float]


def sheets_workbook(sheets: Sequence[Sheet], *, now: datetime) -> bytes:
    """A workbook with headings frozen and filtered; text is escaped, numbers stay numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = now.astimezone(UTC).replace(tzinfo=None)
    for content in sheets:
        columns = [(heading, width, "") for heading, width in zip(content.columns, content.widths, strict=True)]
        add_sheet(book, content.title[:31], columns, [[_plain(value) for value in row] for row in content.rows])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(value: Any) -> int | str | None:
    return value if value is None or isinstance(value, int) else str(value)
