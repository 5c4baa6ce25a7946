"""The needs table as an Excel workbook: the table as it is shown, wishes and obstacles, decisions, what it rests on."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.assessments.documents.workbook import escaped
from apps.assessments.models import Wave
from apps.assessments.models.priority import WritingPriority
from apps.assessments.needs_table.queries import Participation, SectionWords, is_superseded, subject_key
from apps.assessments.needs_table.table import Cell, Table
from apps.core.levels import LEVEL_COLOURS

Value = str | int | float | date | None
_PERCENT, _MOMENT, _DAY, _GENERAL = "0 %", "DD.MM.YYYY HH:MM", "DD.MM.YYYY", "General"


def workbook(
    *,
    wave: Wave,
    table: Table,
    words: Sequence[SectionWords],
    decisions: Sequence[WritingPriority],
    participation: Participation,
    choices: Iterable[tuple[str, str]],
    names: Mapping[UUID, str],
    subjects: Mapping[str, str],
    now: datetime,
) -> bytes:
    """The file in the language of the moment. choices: the filters in words; names: item names by key."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = escaped(str(wave))
    book.properties.created = now.astimezone(UTC).replace(tzinfo=None)
    _table(book, table)
    _words(book, words)
    _decisions(book, decisions, names, subjects)
    local = timezone.localtime(now).replace(tzinfo=None)
    about: list[Sequence[Value]] = [
        (_("Wave"), str(wave)),
        *choices,
        (_("Municipalities taking part"), participation.participants),
        (_("Municipalities counted"), participation.counted),
        (_("Data of"), local),
    ]
    _sheet(book, _("About this file"), [(_("Detail"), 34, _GENERAL), (_("Content"), 70, _MOMENT)], about)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _table(book: Workbook, table: Table) -> None:
    columns = [
        (pgettext("workbook", "No."), 7, _GENERAL),
        (pgettext("workbook", "Item"), 60, _GENERAL),
        (_("Target level"), 9, _GENERAL),
        (_("Weight"), 9, _GENERAL),
        (_("Below the target"), 10, _GENERAL),
        (_("Known"), 10, _GENERAL),
        (_("Share unknown"), 11, _PERCENT),
        *((column.name, 14, _GENERAL) for column in table.columns),
    ]
    rows = [
        (
            row.item.number or row.item.name,
            row.label,
            row.item.target_level,
            row.item.weight,
            row.below,
            row.known,
            row.share_unknown,
            *(_value(cell) for cell in row.cells),
        )
        for row in table.rows
    ]
    _sheet(book, _("Needs"), columns, rows, frozen="C2", levels_from=8)


def _value(cell: Cell) -> Value:
    return cell.level if cell.special is None else cell.word


def _words(book: Workbook, words: Sequence[SectionWords]) -> None:
    columns = [
        (_("Field of action"), 36, _GENERAL),
        (_("Municipality"), 26, _GENERAL),
        (_("Wishes"), 60, _GENERAL),
        (_("Obstacles"), 60, _GENERAL),
    ]
    rows = [(of.label, entry.municipality, entry.wishes, entry.obstacles) for of in words for entry in of.entries]
    _sheet(book, _("Wishes and obstacles"), columns, rows)


def _decisions(
    book: Workbook,
    decisions: Sequence[WritingPriority],
    names: Mapping[UUID, str],
    subjects: Mapping[str, str],
) -> None:
    columns = [
        (_("Subject"), 50, _GENERAL),
        (_("Place"), 9, _GENERAL),
        (_("Reason"), 60, _GENERAL),
        (_("Below the target"), 10, _GENERAL),
        (_("Known"), 10, _GENERAL),
        (_("Decided on"), 13, _DAY),
        (_("Recorded by"), 26, _GENERAL),
        (_("Superseded"), 13, _GENERAL),
    ]
    rows = [
        (
            subjects.get(key := subject_key(decision, names), key),
            decision.rank,
            decision.reason,
            decision.below,
            decision.counted,
            decision.decided_on,
            decision.decided_by.get_full_name(),
            _("yes") if is_superseded(decision) else _("no"),
        )
        for decision in decisions
    ]
    _sheet(book, _("Decisions"), columns, rows)


def _sheet(
    book: Workbook,
    title: str,
    columns: Sequence[tuple[str, float, str]],
    rows: Sequence[Sequence[Value]],
    *,
    frozen: str = "A2",
    levels_from: int = 0,
) -> None:
    """A sheet with its heading frozen and a filter. From the column `levels_from` on, levels have their colours."""
    sheet = book.create_sheet(title)
    wrapped = Alignment(wrap_text=True, vertical="top")
    for place, (heading, width, _format) in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=place, value=escaped(heading))
        cell.data_type = "s"
        cell.font, cell.fill, cell.alignment = Font(bold=True), PatternFill("solid", fgColor="E3E6EE"), wrapped
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(row=number, column=place)
            cell.alignment = wrapped
            if isinstance(value, str):
                cell.value = escaped(value)
                cell.data_type = "s"
                continue
            cell.value, cell.number_format = value, columns[place - 1][2]
            if levels_from and place >= levels_from and isinstance(value, int):
                colour = LEVEL_COLOURS[value]
                cell.fill = PatternFill("solid", fgColor=colour.fill.lstrip("#").upper())
                cell.font = Font(color=colour.text.lstrip("#").upper())
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
