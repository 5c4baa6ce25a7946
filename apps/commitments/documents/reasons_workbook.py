"""The reasons against recommendations as an Excel workbook: numbers, and texts where enough have decided so."""

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook

from apps.assessments.documents.workbook import add_sheet
from apps.commitments.reasons import Reasons


def reasons_workbook(found: Sequence[Reasons]) -> bytes:
    """The workbook in the language of the moment."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_sheet(
        book,
        _("Numbers"),
        [
            (_("Recommendation"), 14, ""),
            (_("Title"), 50, ""),
            (_("Reason"), 36, ""),
            (_("Times"), 10, ""),
            (_("Municipalities"), 14, ""),
        ],
        ([row.code, row.title, kind, count, row.against] for row in found for kind, count in row.kinds),
    )
    add_sheet(
        book,
        _("Texts"),
        [(_("Recommendation"), 14, ""), (_("Title"), 50, ""), (_("Reason"), 36, ""), (_("Text"), 90, "")],
        ([row.code, row.title, kind, words] for row in found for kind, words in row.texts),
    )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
