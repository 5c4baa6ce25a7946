"""The municipality's own data as an Excel workbook: answers, further details, results, needs."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from apps.assessments.documents.text import clean, day
from apps.assessments.report_data import ReportData
from apps.core.levels import LEVELS, SPECIAL_ANSWERS

# OWASP, CSV injection: what a spreadsheet may take for the beginning of a formula, full-width forms included. Excel
# does not read a text cell as one, but the sheet will be saved as CSV, or copied elsewhere, one day.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST = 32_767
"""Characters that a cell takes (Excel's specifications and limits)."""

Value = str | int | float | date | None
PERCENT, MOMENT, WHOLE = "0 %", "DD.MM.YYYY HH:MM", "0"


def workbook(data: ReportData, answered_at: Mapping[str, datetime]) -> bytes:
    """The workbook in the language of the moment. answered_at: by item name, when its answer was last changed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = clean(f"{data.municipality_name}, {data.wave}")
    book.properties.creator = clean(data.municipality_name)
    book.properties.created = data.generated_at.astimezone(UTC).replace(tzinfo=None)
    _answers(book, data, answered_at)
    _details(book, data, answered_at)
    _results(book, data)
    _needs(book, data)
    _about(book, data)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def escaped(text: str) -> str:
    """Text that no spreadsheet takes for a formula, in the length and the characters a cell can hold."""
    text = clean(text)
    return (f"'{text}" if text.startswith(_FORMULA) else text)[:LONGEST]


def _answers(book: Workbook, data: ReportData, answered_at: Mapping[str, datetime]) -> None:
    columns: list[tuple[str, float, str]] = [
        (pgettext("workbook", "No."), 7, ""),
        (_("Field of action"), 30, ""),
        (pgettext("workbook", "Item"), 60, ""),
        (_("Level"), 8, WHOLE),
        (_("Name of the level"), 18, ""),
        (_("Special answer"), 22, ""),
        (pgettext("workbook", "Done by"), 18, ""),
        (pgettext("workbook", "Target level"), 11, WHOLE),
        (pgettext("workbook", "Weight"), 10, WHOLE),
        (pgettext("workbook", "Need"), 9, ""),
        (_("Note"), 50, ""),
        (_("Evidence"), 40, ""),
        (_("Answered on"), 17, MOMENT),
    ]
    add_sheet(book, pgettext("workbook", "Answers"), columns, _answer_rows(data, answered_at))


def _answer_rows(data: ReportData, answered_at: Mapping[str, datetime]) -> Iterator[Sequence[Value]]:
    for section in data.sections:
        for item in section.items:
            special = "" if item.level is not None else str(SPECIAL_ANSWERS.get(item.special, _("not answered")))
            yield (
                item.number,
                _field(section.dimension, section.label),
                item.label,
                item.level,
                "" if item.level is None else str(LEVELS[item.level]),
                special,
                item.done_by,
                item.target,
                item.weight,
                pgettext("workbook", "yes") if item.is_need else pgettext("workbook", "no"),
                item.note,
                item.evidence,
                _local(answered_at.get(item.name)),
            )


def _details(book: Workbook, data: ReportData, answered_at: Mapping[str, datetime]) -> None:
    columns = [
        (pgettext("workbook", "Section"), 30, ""),
        (pgettext("workbook", "Question"), 60, ""),
        (_("Answer"), 60, ""),
        (_("Note"), 50, ""),
        (_("Answered on"), 17, MOMENT),
    ]
    add_sheet(book, _("Further details"), columns, _detail_rows(data, answered_at))


def _detail_rows(data: ReportData, answered_at: Mapping[str, datetime]) -> Iterator[Sequence[Value]]:
    for section in data.sections:
        name = _field(section.dimension, section.label)
        for question in section.questions:
            yield name, question.label, question.answer, question.note, _local(answered_at.get(question.name))
        if section.wishes:
            yield name, _("What the administration wishes for"), section.wishes, "", None
        if section.obstacles:
            yield name, _("What stands in the way"), section.obstacles, "", None


def _results(book: Workbook, data: ReportData) -> None:
    columns = [
        (pgettext("workbook", "No."), 7, WHOLE),
        (_("Field of action"), 45, ""),
        (_("Result"), 12, PERCENT),
        (_("Lower bound"), 14, PERCENT),
        (_("Upper bound"), 14, PERCENT),
        (_("Coverage"), 12, PERCENT),
        (_("Share unknown"), 16, PERCENT),
        (_("Share with evidence"), 18, PERCENT),
        (_("Wave before"), 14, PERCENT),
        (_("Items counted"), 16, WHOLE),
        (_("Items with a level"), 18, WHOLE),
    ]
    rows = (
        (
            row.dimension,
            row.label,
            row.value,
            row.lower,
            row.upper,
            row.coverage,
            row.unknown_share,
            row.evidence_share,
            row.previous,
            row.counted,
            row.answered,
        )
        for row in data.profile
    )
    add_sheet(book, _("Results"), columns, rows)


def _needs(book: Workbook, data: ReportData) -> None:
    labels = {row.dimension: row.label for row in data.profile}
    columns = [
        (pgettext("workbook", "Rank"), 8, WHOLE),
        (pgettext("workbook", "No."), 7, ""),
        (_("Field of action"), 30, ""),
        (pgettext("workbook", "Need"), 60, ""),
        (_("Level"), 8, WHOLE),
        (_("Special answer"), 22, ""),
        (pgettext("workbook", "Target level"), 11, WHOLE),
        (pgettext("workbook", "Weight"), 10, WHOLE),
        (pgettext("workbook", "Rule"), 60, ""),
        (_("Priority"), 12, ""),
        (pgettext("workbook", "Reason"), 50, ""),
    ]
    rows = (
        (
            rank,
            need.number,
            _field(need.dimension, labels.get(need.dimension, "")),
            need.label,
            need.level,
            str(SPECIAL_ANSWERS[need.special]) if need.special else "",
            need.target,
            need.weight,
            need.rule,
            need.priority,
            need.priority_reason,
        )
        for rank, need in enumerate(data.needs, start=1)
    )
    add_sheet(book, _("Needs"), columns, rows)


def _about(book: Workbook, data: ReportData) -> None:
    rows: list[Sequence[Value]] = [
        (_("Municipality"), data.municipality_name),
        (_("Wave"), data.wave),
        (_("Instrument"), f"{data.instrument_title}, {data.instrument_version}"),
        (_("Profile"), data.method.profile),
        (_("State"), data.state_label),
    ]
    if data.signature is not None:
        rows.append((_("Signed off on"), day(data.signature.signed_at)))
        rows.append((_("Checksum of the signed answers"), data.signature.content_hash))
    else:
        rows.append((_("Signed off on"), _("not signed off yet; answers can still change")))
    rows.append((_("Data of"), _local(data.generated_at)))
    add_sheet(
        book,
        _("About this file"),
        [(pgettext("workbook", "Detail"), 32, ""), (pgettext("workbook", "Content"), 80, MOMENT)],
        rows,
    )


def add_sheet(
    book: Workbook, title: str, columns: Sequence[tuple[str, float, str]], rows: Iterable[Sequence[Any]]
) -> None:
    """A sheet with a frozen header row and a filter; nothing in it can be taken for a formula.

    columns: title, width, number format of what is no text ("": days with time as such, numbers as they are).
    """
    sheet: Worksheet = book.create_sheet(title)
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="E3E6EE")
    wrapped = Alignment(wrap_text=True, vertical="top")
    for column, (heading, width, _format) in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=column, value=escaped(heading))
        cell.data_type = "s"
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
            elif number_format := columns[column - 1][2] or (MOMENT if isinstance(value, datetime) else ""):
                filled.number_format = number_format
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _field(dimension: int | None, label: str) -> str:
    return label if dimension is None else f"{dimension} {label}"


def _local(moment: datetime | None) -> datetime | None:
    """Local time without its zone: Excel knows none."""
    return None if moment is None else timezone.localtime(moment).replace(tzinfo=None)
