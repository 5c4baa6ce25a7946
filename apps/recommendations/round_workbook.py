"""All comments of a round as an Excel workbook: one row each, with what became of it."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from apps.assessments.documents.text import clean, day
from apps.assessments.documents.workbook import add_sheet
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
        (pgettext("workbook", "No."), 7, ""),
        (_("Part of the text"), 22, ""),
        (_("Paragraph"), 10, ""),
        (_("Text of the round"), 50, ""),
        (_("Bench"), 18, ""),
        (_("Name"), 24, ""),
        (_("Function"), 28, ""),
        (_("Kind"), 16, ""),
        (_("Written on"), 17, ""),
        (pgettext("round", "Comment"), 60, ""),
        (_("Proposed wording"), 50, ""),
        (_("Agreements"), 13, ""),
        (_("Outcome"), 20, ""),
        (_("Reason"), 60, ""),
        (_("Answered with"), 14, ""),
        (_("New wording"), 50, ""),
    ]
    add_sheet(book, pgettext("round", "Comments"), columns, _comments(synopsis))
    benches = ((word.bench, word.position, word.text) for word in synopsis.words)
    add_sheet(book, _("Benches"), [(_("Bench"), 22, ""), (_("Position"), 28, ""), (_("Reasons"), 90, "")], benches)
    if synopsis.summaries:
        confidential = ((found.part or _("The whole text"), found.text) for found in synopsis.summaries)
        add_sheet(book, _("Summaries"), [(_("Part of the text"), 26, ""), (_("Summary"), 100, "")], confidential)
    add_sheet(
        book,
        _("About this file"),
        [(pgettext("workbook", "Detail"), 32, ""), (pgettext("workbook", "Content"), 80, "")],
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
