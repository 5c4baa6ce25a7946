"""The report on an assessment, declared to the engine that makes it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assessments import queries_report
from apps.assessments.models import Assessment
from apps.assessments.report_data import ReportData, ReportItem, ReportProfileRow
from apps.core.levels import LEVELS, SPECIAL_ANSWERS
from apps.core.report_declaration import BuiltReport, Progress, ReportDefinition, ReportError, register
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role
from apps.reports.charts import WIDE, ProfileRow, profile_bars, spoken_profile
from apps.reports.pdf import render_pdf

#: The report shows what all departments wrote; a contributor has only the sections given to them.
READERS = frozenset({Role.COORDINATOR, Role.SIGNATORY, PROJECT_STAFF})
GRAVEST = 8
GRAVEST_SHORT = 6


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal basis with the date its text was checked, and the numbers of the items that rest on it."""

    text: str
    as_of: date | None
    numbers: str
    count: int


def may_request(request: HttpRequest, assessment: Assessment) -> bool:
    """Whoever sees all sections of the assessment, once there is something to see."""
    roles: frozenset[str] = getattr(request, "roles", frozenset())
    return assessment.state != Assessment.State.INVITED and not READERS.isdisjoint(roles)


def read(assessment_id: UUID) -> ReportData:
    """All the report says, in the language of the moment; raises ReportError where there is no such assessment."""
    try:
        return queries_report.report_data(assessment_id)
    except Assessment.DoesNotExist:
        raise ReportError(_("The assessment is no longer there.")) from None


def render(data: ReportData, progress: Progress) -> BuiltReport:
    """The PDF, in the language of the moment."""
    context = report_context(data)
    return render_pdf("assessments/report/report.html", context, made_at=data.generated_at, progress=progress)


def render_short(data: ReportData, progress: Progress) -> BuiltReport:
    """The PDF of two pages, in the language of the moment."""
    context = {**report_context(data), "gravest": data.needs[:GRAVEST_SHORT]}
    return render_pdf("assessments/report/short.html", context, made_at=data.generated_at, progress=progress)


def filename(assessment: Assessment) -> str:
    """Name of the download, in letters every file system takes: what, who, which wave."""
    parts = (_("needs-assessment"), assessment.municipality.slug, slugify(assessment.wave.label))
    return f"{'-'.join(parts)}.pdf"


def filename_short(assessment: Assessment) -> str:
    """As `filename`, for the short report."""
    parts = (_("needs-assessment-short"), assessment.municipality.slug, slugify(assessment.wave.label))
    return f"{'-'.join(parts)}.pdf"


def report_context(data: ReportData) -> dict[str, Any]:
    """What the templates need beyond the data itself: the chart, the list of legal bases, the scale in words."""
    rows = [_profile_row(row) for row in data.profile]
    return {
        "data": data,
        "rows": rows,
        "chart": profile_bars(rows, title=chart_alternative(data), description=spoken_profile(rows), characters=WIDE),
        "has_previous": any(row.previous is not None for row in data.profile),
        "no_result": [row.label for row in data.profile if row.value is None],
        "gravest": data.needs[:GRAVEST],
        "legal_bases": legal_bases(data),
        "levels": LEVELS,
        "special_counts": [
            (SPECIAL_ANSWERS["unknown"], data.method.unknown),
            (SPECIAL_ANSWERS["refused"], data.method.refused),
            (SPECIAL_ANSWERS["not_competent"], data.method.not_competent),
            (SPECIAL_ANSWERS["done_for_us"], data.method.done_for_us),
            (SPECIAL_ANSWERS["filtered"], data.method.filtered),
        ],
    }


def legal_bases(data: ReportData, *, items: Collection[str] | None = None) -> list[LegalBasis]:
    """Each legal basis once, in the order of its first item; `items`: names of those looked at, all by default."""
    found: dict[tuple[str, date | None], list[ReportItem]] = {}
    for section in data.sections:
        for item in section.items:
            if item.legal_basis and (items is None or item.name in items):
                found.setdefault((item.legal_basis, item.legal_basis_date), []).append(item)
    return [
        LegalBasis(text, as_of, ", ".join(item.number for item in resting), len(resting))
        for (text, as_of), resting in found.items()
    ]


def _profile_row(row: ReportProfileRow) -> ProfileRow:
    return ProfileRow(
        label=f"{row.dimension} {row.label}",
        value=row.value,
        lower=row.lower,
        upper=row.upper,
        coverage=row.coverage,
        previous=row.previous,
    )


def chart_alternative(data: ReportData) -> str:
    """The chart's text alternative; a PDF or a Word file has no longer description, so the numbers stand in it."""
    return _("Bar chart: results per field of action, %(municipality)s, %(wave)s. %(numbers)s") % {
        "municipality": data.municipality_name,
        "wave": data.wave,
        "numbers": spoken_profile([_profile_row(row) for row in data.profile]),
    }


register(
    ReportDefinition(
        kind="assessment",
        title=gettext_lazy("Report on the needs assessment"),
        subject_model_label="assessments.Assessment",
        may_request=may_request,
        read=read,
        render=render,
        filename=filename,
    ),
    ReportDefinition(
        kind="assessment-short",
        title=gettext_lazy("Short report on the needs assessment"),
        subject_model_label="assessments.Assessment",
        may_request=may_request,
        read=read,
        render=render_short,
        filename=filename_short,
    ),
)
