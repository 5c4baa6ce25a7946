from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core.htmx import announce, is_fragment, render_page, see_other
from apps.instruments import actions, actions_paper, pages, queries
from apps.instruments.export import workbook_of
from apps.instruments.forms import WorkbookForm
from apps.instruments.models import InstrumentVersion, Workbook
from apps.instruments.policies import may_manage_instruments
from apps.instruments.workbook import InvalidWorkbook


@require_safe
def instrument_list(request: HttpRequest) -> HttpResponse:
    """All questionnaires with their versions, and the upload of a workbook."""
    require(may_manage_instruments(request.user))
    return _list(request, WorkbookForm())


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a workbook in as a draft, or answer 422 with every problem, sheet and row."""
    require(may_manage_instruments(request.user))
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    file = form.cleaned_data["workbook"]
    try:
        version = actions.import_instrument(actor=request.user, content=file.read(), filename=file.name)
    except InvalidWorkbook as refused:
        return _list(request, WorkbookForm(), refused=refused, filename=file.name, status=422)
    messages.success(request, _("“%(version)s” is there as a draft.") % {"version": version})
    return see_other(request, "instruments-version", pk=version.pk)


def _list(request: HttpRequest, form: WorkbookForm, *, status: int = 200, **context: Any) -> HttpResponse:
    instruments = queries.instruments_with_versions()
    context |= {"form": form, "instruments": instruments}
    return render_page(request, "instruments/list.html", context, status=status)


@require_safe
def version_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A section of a version as those who answer will see it, with what only the project team needs to know."""
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion.objects.select_related("instrument"), pk=pk)
    language = request.GET.get("language") or get_language() or ""
    section = request.GET.get("section", "")
    context = pages.preview(version, queries.load_compiled(version), language, section)
    context["predecessor"] = queries.predecessor_of(version)
    return render_page(request, "instruments/version.html", context)


@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A version to be printed and answered with a pen."""
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion.objects.select_related("instrument"), pk=pk)
    language = request.GET.get("language") or get_language() or ""
    context = pages.preview(version, queries.load_compiled(version), language)
    return render_page(request, "instruments/paper.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def paper_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questionnaire as a PDF to print: what becomes of it; POST orders it."""
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion.objects.select_related("instrument"), pk=pk)
    language = pages.language_of(version, request.GET.get("language") or get_language() or "")
    if request.method == "POST":
        actions_paper.order_paper(actor=request.user, version=version, language=language)
        return see_other(request, pages.paper_url(version, language))
    copy = queries.paper_copy_of(version, language)
    context = {"version": version, "copy": copy, "language": language, "languages": version.languages}
    response = render_page(request, "instruments/paper_pdf.html", context, fragment="instruments/_paper_copy.html")
    if copy is not None and is_fragment(request) and not copy.is_open:
        announce(response, _("The PDF is finished.") if copy.is_done else _("The PDF could not be made."))
    return response


@require_safe
def paper_file(request: HttpRequest, pk: UUID, language: str) -> HttpResponseBase:
    """The finished PDF, as an attachment."""
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion.objects.select_related("instrument"), pk=pk)
    copy = queries.paper_copy_of(version, language)
    if copy is None or not copy.is_done:
        raise Http404
    try:
        content = copy.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = f"{version.instrument.key}-{version.version}-{language}.pdf"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


@require_safe
def workbook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The workbook as it was handed in."""
    require(may_manage_instruments(request.user))
    stored = get_object_or_404(Workbook, version_id=pk)
    response = HttpResponse(bytes(stored.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = pages.attachment(stored.filename)
    return response


@require_safe
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The version written anew as an XLSForm workbook, for other programmes and for the next version."""
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion.objects.select_related("instrument"), pk=pk)
    form = queries.load_compiled(version).form
    response = HttpResponse(workbook_of(form), content_type=pages.XLSX)
    response.headers["Content-Disposition"] = pages.attachment(f"{form.key}-{form.version}.xlsx")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The version beside the one before; POST: what was decided about the items that are ticked."""
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion.objects.select_related("instrument"), pk=pk)
    if request.method != "POST":
        context = pages.comparison(version, queries.predecessor_of(version), get_language() or "")
        return render_page(request, "instruments/compare.html", context)
    decisions = {key: request.POST.get(f"decision-{key}", "") for key in request.POST.getlist("checked")}
    try:
        count = actions.confirm_concordance(actor=request.user, version=version, decisions=decisions)
    except actions.WrongState as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(count)d item is confirmed.", "%(count)d items are confirmed.", count)
        messages.success(request, said % {"count": count})
    return see_other(request, "instruments-compare", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then publish a draft."""
    return _change(request, pk, actions.publish_version, pages.PUBLISH)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then retire a published version."""
    return _change(request, pk, actions.retire_version, pages.RETIRE)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then delete a draft."""
    return _change(request, pk, actions.discard_draft, pages.DISCARD)


def _change(request: HttpRequest, pk: UUID, action: Callable[..., object], step: pages.Step) -> HttpResponse:
    require(may_manage_instruments(request.user))
    version = get_object_or_404(InstrumentVersion, pk=pk)
    if request.method != "POST":
        return render_page(request, "instruments/confirm.html", step.context(version))
    try:
        action(actor=request.user, version=version)
    except actions.WrongState as refused:
        messages.error(request, str(refused))
        return see_other(request, "instruments-version", pk=pk)
    messages.success(request, str(step.done))
    if step is pages.DISCARD:
        return see_other(request, "instruments-list")
    return see_other(request, "instruments-version", pk=pk)
