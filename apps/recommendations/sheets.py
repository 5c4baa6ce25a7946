"""Lists as an Excel file: headings frozen and filtered, nothing in it can be taken for a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.assessments.documents.workbook import escaped


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
        sheet = book.create_sheet(content.title[:31])
        for place, heading in enumerate(content.columns, start=1):
            cell = sheet.cell(row=1, column=place, value=escaped(heading))
            cell.data_type = "s"
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3E6EE")
            sheet.column_dimensions[get_column_letter(place)].width = content.widths[place - 1]
        for number, row in enumerate(content.rows, start=2):
            for place, value in enumerate(row, start=1):
                if value is None or value == "":
                    continue
                cell = sheet.cell(row=number, column=place)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if isinstance(value, int):
                    cell.value = value
                else:
                    cell.value, cell.data_type = escaped(str(value)), "s"
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(content.columns))}{len(content.rows) + 1}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
