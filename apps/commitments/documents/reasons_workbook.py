"""The reasons against recommendations as an Excel workbook: numbers, and texts where enough have decided so."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from apps.assessments.documents.workbook import escaped
from apps.commitments.reasons import Reasons


def reasons_workbook(found: Sequence[Reasons]) -> bytes:
    """The workbook in the language of the moment."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(
        book,
        _("Numbers"),
        [
            (_("Recommendation"), 14),
            (_("Title"), 50),
            (_("Reason"), 36),
            (_("Times"), 10),
            (_("Municipalities"), 14),
        ],
        ([row.code, row.title, kind, count, row.against] for row in found for kind, count in row.kinds),
    )
    _sheet(
        book,
        _("Texts"),
        [(_("Recommendation"), 14), (_("Title"), 50), (_("Reason"), 36), (_("Text"), 90)],
        ([row.code, row.title, kind, words] for row in found for kind, words in row.texts),
    )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    wrapped = Alignment(wrap_text=True, vertical="top")
    for column, (heading, width) in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=column, value=heading)
        cell.font, cell.alignment = Font(bold=True), wrapped
        sheet.column_dimensions[get_column_letter(column)].width = width
    for place, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            filled = sheet.cell(row=place, column=column, value=escaped(value) if isinstance(value, str) else value)
            filled.alignment = wrapped
            if isinstance(value, str):
                filled.data_type = "s"
    sheet.freeze_panes = "A2"
