"""The report on the Ten-Point Plan, declared to the engine that makes PDFs."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.commitments import queries_ten_points, ten_point_documents
from apps.commitments.models import TenPointReport
from apps.commitments.policies import may_see_all_levels
from apps.commitments.queries_ten_points import GERMAN
from apps.commitments.ten_point_documents import ReportContents
from apps.core.report_declaration import BuiltReport, Progress, ReportDefinition, ReportError, register
from apps.reports.pdf import render_pdf


def may_request(request: HttpRequest, report: TenPointReport) -> bool:
    """Whoever may read the report."""
    return may_see_all_levels(getattr(request, "roles", frozenset()))


def read(report_id: UUID) -> ReportContents:
    """All the report says, in German as its texts are; raises ReportError where there is no such report."""
    found = queries_ten_points.report(report_id)
    if found is None:
        raise ReportError(_("The report is no longer there."))
    with translation.override(GERMAN):
        return ten_point_documents.contents(found)


def render(data: ReportContents, progress: Progress) -> BuiltReport:
    """The PDF, in German."""
    with translation.override(GERMAN):
        context = {"data": data, "title": ten_point_documents.title(data), "caution": ten_point_documents.caution()}
        return render_pdf("commitments/ten_points/report.html", context, made_at=data.made_at, progress=progress)


def filename(report: TenPointReport) -> str:
    """Name of the download."""
    with translation.override(GERMAN):
        return ten_point_documents.filename(report, "pdf")


register(
    ReportDefinition(
        kind="ten-points",
        title=gettext_lazy("Report on the Ten-Point Plan of Action"),
        subject_model_label="commitments.TenPointReport",
        may_request=may_request,
        read=read,
        render=render,
        filename=filename,
    ),
)
