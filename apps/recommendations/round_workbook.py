"""All comments of a round as an Excel workbook: one row each, with what became of it."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from apps.assessments.documents.text import clean, day
from apps.assessments.documents.workbook import escaped
from apps.recommendations.synopsis import Synopsis

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Sequence[str | int | datetime | None]


def workbook(synopsis: Synopsis, made_at: datetime) -> bytes:
    """The workbook in the language of the moment. What looks like a formula is escaped."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = clean(f"{synopsis.code}, {synopsis.title}")
    book.properties.creator = clean(synopsis.code)
    book.properties.created = made_at.astimezone(UTC).replace(tzinfo=None)
    columns = [
        (pgettext("workbook", "No."), 7.0),
        (_("Part of the text"), 22.0),
        (_("Paragraph"), 10.0),
        (_("Text of the round"), 50.0),
        (_("Bench"), 18.0),
        (_("Name"), 24.0),
        (_("Function"), 28.0),
        (_("Kind"), 16.0),
        (_("Written on"), 17.0),
        (_("Comment"), 60.0),
        (_("Proposed wording"), 50.0),
        (_("Agreements"), 13.0),
        (_("Outcome"), 20.0),
        (_("Reason"), 60.0),
        (_("Answered with"), 14.0),
        (_("New wording"), 50.0),
    ]
    _sheet(book, _("Comments"), columns, _comments(synopsis))
    benches = ((word.bench, word.position, word.text) for word in synopsis.words)
    _sheet(book, _("Benches"), [(_("Bench"), 22.0), (_("Position"), 28.0), (_("Reasons"), 90.0)], benches)
    if synopsis.summaries:
        confidential = ((found.part or _("The whole text"), found.text) for found in synopsis.summaries)
        _sheet(book, _("Summaries"), [(_("Part of the text"), 26.0), (_("Summary"), 100.0)], confidential)
    _sheet(
        book,
        _("About this file"),
        [(pgettext("workbook", "Detail"), 32.0), (pgettext("workbook", "Content"), 80.0)],
        _about(synopsis, made_at),
    )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _comments(synopsis: Synopsis) -> Iterator[Cells]:
    for row in synopsis.rows:
        for entry in row.entries:
            yield (
                entry.number,
                row.part or _("The whole text"),
                row.number,
                row.text,
                entry.bench,
                entry.who,
                entry.function,
                entry.kind,
                timezone.localtime(entry.said_at).replace(tzinfo=None),
                entry.text,
                entry.wording,
                entry.agreed,
                _("withdrawn") if entry.is_withdrawn else entry.outcome or _("not answered yet"),
                entry.reason,
                entry.other or None,
                entry.new,
            )


def _about(synopsis: Synopsis, made_at: datetime) -> Iterator[Cells]:
    yield _("Recommendation"), f"{synopsis.code} {synopsis.title}"
    yield _("Version"), synopsis.version
    yield _("Round"), synopsis.number
    yield _("State"), synopsis.state
    yield _("Deadline"), day(synopsis.deadline)
    yield _("Data of"), timezone.localtime(made_at).replace(tzinfo=None)


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, float]], rows: Iterator[Cells]) -> None:
    """A sheet with a frozen header row and a filter. columns: title and width."""
    sheet: Worksheet = book.create_sheet(title)
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="E3E6EE")
    wrapped = Alignment(wrap_text=True, vertical="top")
    for column, (heading, width) in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=column, value=heading)
        cell.font, cell.fill, cell.alignment = bold, fill, wrapped
        sheet.column_dimensions[get_column_letter(column)].width = width
    last = 1
    for last, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            filled = sheet.cell(row=last, column=column, value=escaped(value) if isinstance(value, str) else value)
            filled.alignment = wrapped
            if isinstance(value, str):
                filled.data_type = "s"  # "#N/A" too is a text
            elif isinstance(value, datetime):
                filled.number_format = "DD.MM.YYYY HH:MM"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
