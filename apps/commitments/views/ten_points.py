"""The report on the Ten-Point Plan: periods, drafts, editing, Word. The PDF is made by apps.reports."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.commitments import policies, policies_ten_points, queries_ten_points, ten_point_documents
from apps.commitments.actions import ten_points as actions
from apps.commitments.forms_ten_points import DraftAnewForm, PeriodForm, PointForm
from apps.commitments.models import TenPointReport, TenPointSection
from apps.commitments.queries_ten_points import GERMAN
from apps.commitments.ten_points import POINTS
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest
from apps.recommendations.actions.lifecycle import NotPossible

PER_PAGE = 20
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def report_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All reports of the municipality."""
    require(policies.may_see_all_levels(request.roles))
    context = {
        "page": Paginator(queries_ten_points.reports(), PER_PAGE).get_page(request.GET.get("page")),
        "may_write": policies_ten_points.may_write(request.roles),
        "points": POINTS,
    }
    return htmx.render_page(request, "commitments/ten_points/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Have a report drafted for a period."""
    require(policies_ten_points.may_write(request.roles))
    form = PeriodForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            report = actions.start_report(actor=request.user, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _("The report is drafted. Read it point by point, and add what is missing."))
            return htmx.see_other(request, "ten-points-detail", slug, report.pk)
    context = {"form": form}
    return htmx.render_page(request, "commitments/ten_points/new.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: MunicipalityRequest, slug: str, report_id: UUID) -> HttpResponse:
    """The report with all its points."""
    report = _report(request, report_id)
    sections = {section.point: section for section in report.points}
    contents = ten_point_documents.contents(report)
    context = {
        "report": report,
        "points": [(point, sections.get(point.number)) for point in contents.points],
        "period": contents.period,
        "may_write": policies_ten_points.may_write(request.roles),
    }
    return htmx.render_page(request, "commitments/ten_points/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MunicipalityRequest, slug: str, report_id: UUID, point: int) -> HttpResponse:
    """Edit the text on one point."""
    report = _report(request, report_id)
    require(policies_ten_points.may_write(request.roles))
    section: TenPointSection | None = next((row for row in report.points if row.point == point), None)
    if section is None:
        raise Http404
    form = PointForm(request.POST) if request.method == "POST" else PointForm(initial={"text": section.text})
    if form.is_valid():
        actions.edit_point(actor=request.user, report_id=report_id, point=point, text=form.cleaned_data["text"])
        messages.success(request, _("The text is saved."))
        return htmx.see_other(request, _url(slug, report_id) + f"#point-{point}")
    context = {"report": report, "form": form, "point": POINTS[point - 1]}
    return htmx.render_page(request, "commitments/ten_points/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_anew(request: MunicipalityRequest, slug: str, report_id: UUID) -> HttpResponse:
    """Draft the points again; asks which of the edited texts may be overwritten."""
    report = _report(request, report_id)
    require(policies_ten_points.may_write(request.roles))
    edited = [row.point for row in report.points if row.edited_at is not None]
    form = DraftAnewForm(request.POST if request.method == "POST" else None, edited=edited)
    if form.is_valid():
        overwrite = form.cleaned_data.get("overwrite", [])
        number = actions.draft_anew(actor=request.user, report_id=report_id, overwrite=overwrite)
        text = ngettext("%(number)s point was drafted anew.", "%(number)s points were drafted anew.", number)
        messages.success(request, text % {"number": number})
        return htmx.see_other(request, "ten-points-detail", slug, report_id)
    context = {"report": report, "form": form, "edited": edited}
    return htmx.render_page(
        request, "commitments/ten_points/draft_anew.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MunicipalityRequest, slug: str, report_id: UUID) -> HttpResponse:
    """Delete a report; asks first."""
    report = _report(request, report_id)
    require(policies_ten_points.may_write(request.roles))
    if request.method == "POST":
        actions.delete_report(actor=request.user, report_id=report_id)
        messages.success(request, _("The report is deleted."))
        return htmx.see_other(request, "ten-points-list", slug)
    context = {"report": report, "cancel_url": _url(slug, report_id)}
    return htmx.render_page(request, "commitments/ten_points/delete.html", context)


@require_POST
def word(request: MunicipalityRequest, slug: str, report_id: UUID) -> HttpResponse:
    """The report as a Word file. By POST, because a download is recorded and a GET may not write."""
    report = _report(request, report_id)
    with translation.override(GERMAN):
        content = ten_point_documents.word(ten_point_documents.contents(report))
        name = ten_point_documents.filename(report, "docx")
    actions.record_download(actor=request.user, report=report, content=content)
    response = HttpResponse(content, content_type=WORD)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response


def _report(request: MunicipalityRequest, report_id: UUID) -> TenPointReport:
    require(policies.may_see_all_levels(request.roles))
    found = queries_ten_points.report(report_id)
    if found is None:
        raise Http404
    return found


def _url(slug: str, report_id: UUID) -> str:
    return reverse("ten-points-detail", args=[slug, report_id])
