"""The report on the Ten-Point Plan as a Word file."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.documents.paper import Paper
from apps.commitments.models import TenPointReport
from apps.commitments.plain_text import HEADING, LIST, Part, parts
from apps.commitments.ten_points import POINTS


@dataclass(frozen=True, slots=True)
class PointText:
    """One point of a report: its title, what it asks, and the city's text in parts."""

    number: int
    title: str
    asks: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class ReportContents:
    """All the report says, as plain values."""

    municipality: str
    period_from: date
    period_to: date
    points: list[PointText]
    made_at: datetime

    @property
    def period(self) -> str:
        """The period as people write it."""
        return f"{_day(self.period_from)} – {_day(self.period_to)}"


def contents(report: TenPointReport) -> ReportContents:
    """The report in the language of the moment; `municipality` and `points` are loaded."""
    texts = {section.point: section.text for section in report.points}
    return ReportContents(
        municipality=report.municipality.name,
        period_from=report.period_from,
        period_to=report.period_to,
        points=[
            PointText(point.number, str(point.title), str(point.asks), parts(texts.get(point.number, "")))
            for point in POINTS
        ],
        made_at=timezone.now(),
    )


def filename(report: TenPointReport, ending: str) -> str:
    """Name of the download, in letters every file system takes."""
    kind = _("ten-point-report")
    return f"{kind}-{report.municipality.slug}-{report.period_from:%Y}-{report.period_to:%Y}.{ending}"


def title(data: ReportContents) -> str:
    """The title of the report."""
    return _("Report on the Ten-Point Plan of Action: %(municipality)s") % {"municipality": data.municipality}


def caution() -> str:
    """What readers have to know about the levels."""
    return _(
        "Levels are the city's own assessment on a scale from 0 (not present) to 4 (effective); they describe "
        "structures and procedures. That a level changed after a measure does not show that it changed because of it."
    )


def word(data: ReportContents) -> bytes:
    """The report as an editable Word file, in the language of the moment."""
    paper = Paper(title=title(data), author=data.municipality, made_at=data.made_at)
    paper.title(_("Report on the Ten-Point Plan of Action"))
    paper.fact(_("City"), data.municipality)
    paper.fact(_("Period"), data.period)
    paper.fact(pgettext("memo", "To"), _("European Coalition of Cities against Racism (ECCAR)"))
    paper.fact(_("As of"), _day(data.made_at))
    paper.text(caution())
    for point in data.points:
        paper.heading(f"{point.number}. {point.title}")
        paper.text(point.asks)
        for part in point.parts:
            if part.kind == HEADING:
                paper.heading(part.text, level=2)
            elif part.kind == LIST:
                paper.bullets(part.entries)
            else:
                paper.text(part.text)
    kind = _("Report on the Ten-Point Plan of Action")
    page, of = pgettext("footer of a report", "Page"), pgettext("page 3 of 12", "of")
    paper.footer(f"{data.municipality} · {kind}", page, of)
    return paper.save()


def _day(value: date | datetime) -> str:
    return date_format(timezone.localtime(value) if isinstance(value, datetime) else value, "SHORT_DATE_FORMAT")
