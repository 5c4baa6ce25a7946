"""Pages of the reports: request, follow, find again, download."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core import htmx, report_declaration
from apps.core.error_views import unprocessable
from apps.core.report_declaration import UnknownReport
from apps.municipalities.requests import PersonRequest
from apps.reports import actions, policies, queries
from apps.reports.forms import RequestForm
from apps.reports.models import ReportJob

PER_PAGE = 25


@require_GET
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """All reports of the municipality that this person may see."""
    page = Paginator(queries.archive(request), PER_PAGE).get_page(request.GET.get("page"))
    for job in page.object_list:
        job.title = report_declaration.get(job.kind).title
    return htmx.render_page(request, "reports/archive.html", {"page": page})


@require_POST
def request_report(request: PersonRequest, slug: str) -> HttpResponse:
    """Order a report and go where its making can be watched."""
    form = RequestForm(request.POST)
    if not form.is_valid():
        return unprocessable(request)
    try:
        definition = report_declaration.get(form.cleaned_data["kind"])
    except UnknownReport:
        raise Http404 from None
    subject = definition.subjects([form.cleaned_data["subject"]]).get(form.cleaned_data["subject"])
    if subject is None:
        raise Http404
    if not definition.may_request(request, subject):
        raise PermissionDenied
    job = actions.request_report(
        actor=request.user,
        kind=definition.kind,
        subject=subject,
        key=form.cleaned_data["key"],
    )
    return htmx.see_other(request, "reports-job", slug=slug, job_id=job.pk)


@require_GET
@never_cache
def job(request: HttpRequest, slug: str, job_id: UUID) -> HttpResponse:
    """How far one report is; its fragment asks again every second until there is nothing more to come."""
    found = _visible_job(request, job_id)
    context = {"job": found, "title": report_declaration.get(found.kind).title}
    response = htmx.render_page(request, "reports/job.html", context, fragment="reports/_job.html")
    if htmx.is_fragment(request) and not found.is_open:
        done = found.state == ReportJob.State.DONE
        htmx.announce(response, _("The report is finished.") if done else _("The report could not be made."))
    return response


@require_POST
def download(request: PersonRequest, slug: str, job_id: UUID) -> HttpResponseBase:
    """The file as an attachment.

    By POST: a download is recorded, and a GET may not write. It also keeps the file out of prefetching, of link
    previews and of the browser's history.
    """
    found = _visible_job(request, job_id)
    if found.state != ReportJob.State.DONE:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is no longer there. Please create the report again."))
        return htmx.see_other(request, "reports-job", slug=slug, job_id=found.pk)
    actions.record_download(actor=request.user, job=found)
    response = FileResponse(content, as_attachment=True, filename=found.filename, content_type="application/pdf")
    response["Cache-Control"] = "no-store, private"
    return response


def _visible_job(request: HttpRequest, job_id: UUID) -> ReportJob:
    found = queries.job(job_id)
    if found is None:
        raise Http404
    if not policies.may_see(request, found):
        raise PermissionDenied
    return found
