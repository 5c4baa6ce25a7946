"""What the pages on attendance show: whose list it is, the code in the room, the list on paper."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from apps.core.report_declaration import BuiltReport
from apps.municipalities.models import Municipality
from apps.reports.pdf import render_pdf
from apps.training import check_in, pages_sessions, queries_sessions
from apps.training.attendance_list import Sheet
from apps.training.models import Session, SessionDate

GERMAN = "de"
"""The list goes on file in German, whatever the language of the pages."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a list: a trainer, the hosting municipality, or the project team (both None and False)."""

    host: Municipality | None = None
    is_trainer: bool = False

    def url(self, name: str, session_id: UUID, *args: Any) -> str:
        """The address of a page on the session: detail, attendance, attendance-tick, attendance-pdf, hold."""
        if self.is_trainer:
            return reverse(f"trainer-sessions-{name}", args=[session_id, *args])
        return pages_sessions.Desk(self.host).url(name, session_id, *args)

    def links(self, session_id: UUID) -> dict[str, str]:
        """Addresses of the pages around the list."""
        names = ("detail", "attendance", "attendance-tick", "attendance-pdf", "hold")
        start = reverse("trainer-sessions-list") if self.is_trainer else pages_sessions.Desk(self.host).url("list")
        return {"list": start, **{name.replace("-", "_"): self.url(name, session_id) for name in names}}


@dataclass(frozen=True, slots=True)
class Shown:
    """The code in the room at a moment. picture: QR code as SVG; code: to be read out; address: where it leads."""

    picture: SafeString
    code: str
    address: str
    opens_at: datetime
    ends_at: datetime
    changes_at: datetime
    is_early: bool
    is_over: bool


def code(date: SessionDate, now: datetime, base: str) -> Shown:
    """The code of a date (with its session) as the trainer shows it. base: scheme and host of this site."""
    token = check_in.token_at(date, now)
    address = base + reverse("training-check-in-code", args=[token])
    picture = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff"
    )
    return Shown(
        picture=mark_safe(picture),  # noqa: S308  # made from letters and digits of our own
        code=check_in.code_of(token),
        address=address,
        opens_at=check_in.opens_at(date),
        ends_at=date.ends_at,
        changes_at=check_in.changes_at(date, now),
        is_early=now < check_in.opens_at(date),
        is_over=now > date.ends_at,
    )


def list_pdf(session: Session, sheet: Sheet) -> BuiltReport:
    """The list of an ordinary session as a tagged PDF (PDF/UA-1), for signing or filing. Raises ValueError else."""
    if session.confidential:
        raise ValueError("There is no list of a confidential session.")
    with translation.override(GERMAN):
        context = {
            "session": session,
            "title": queries_sessions.title(session),
            "dates": [(pages_sessions.period(column.date), column) for column in sheet.columns],
            "sheet": sheet,
        }
        return render_pdf(
            "training/attendance/list_pdf.html", context, made_at=timezone.now(), progress=lambda percent: None
        )
