"""Packages of a module for a municipality's own learning platform: order, follow, take."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core.htmx import announce, is_fragment, render_page, see_other
from apps.municipalities.requests import MunicipalityRequest
from apps.training import policies_packages
from apps.training import queries_packages as queries
from apps.training.actions import packages as actions
from apps.training.forms_packages import PackageForm
from apps.training.models import Module, Package


@require_safe
def modules(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All modules that packages can be made of."""
    require(policies_packages.may_read(request.roles))
    return render_page(request, "training/packages/modules.html", {"modules": queries.packable_modules()})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def packages(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """The packages of a module; POST orders one."""
    require(policies_packages.may_read(request.roles))
    module = _module(key)
    assert module.offered is not None  # packable modules are offered
    may_order = policies_packages.may_order(request.roles)
    changed_at = queries.additions_changed_at(module)
    form = PackageForm(
        request.POST if request.method == "POST" else None,
        languages=queries.languages(module.offered),
        has_additions=changed_at is not None,
    )
    if request.method == "POST":
        require(may_order)
        if form.is_valid():
            try:
                actions.order_package(
                    actor=request.user,
                    module_id=module.pk,
                    kind=form.cleaned_data["kind"],
                    language=form.cleaned_data["language"],
                    with_overlay=form.cleaned_data.get("with_overlay", False),
                )
            except actions.NotPossible as error:
                form.add_error(None, str(error))
            else:
                return see_other(request, f"{resolve_url('packages-module', slug, key)}#packages")
    listed = queries.packages_of(module, changed_at)
    is_open = any(found.package.state in Package.OPEN for found in listed)
    context = {"module": module, "form": form, "may_order": may_order, "listed": listed, "is_open": is_open}
    response = render_page(
        request,
        "training/packages/packages.html",
        context,
        fragment="training/packages/_packages.html",
        status=422 if form.errors else 200,
    )
    if is_fragment(request) and not is_open:
        announce(response, _("The packages are finished."))
    return response


@require_POST
def download(request: MunicipalityRequest, slug: str, key: str, package_id: UUID) -> HttpResponseBase:
    """A finished package as an attachment. By POST: a download is recorded, and a GET may not write."""
    require(policies_packages.may_read(request.roles))
    found = queries.package(_module(key), package_id)
    if found is None or found.state != Package.State.DONE:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is no longer there. Please have the package made again."))
        return see_other(request, "packages-module", slug, key)
    actions.record_download(actor=request.user, package=found)
    is_paper = found.kind == Package.Kind.PRINT
    response = FileResponse(
        content,
        as_attachment=True,
        filename=_file_name(found),
        content_type="application/pdf" if is_paper else "application/zip",
    )
    response["Cache-Control"] = "no-store, private"
    return response


def _module(key: str) -> Module:
    found = queries.packable(key)
    if found is None:
        raise Http404
    return found


def _file_name(found: Package) -> str:
    version = found.edition.version
    kinds = {
        Package.Kind.SCORM_12: "SCORM-1.2",
        Package.Kind.SCORM_2004: "SCORM-2004",
        Package.Kind.WEB: "Web",
        Package.Kind.PRINT: "Print",
    }
    kind = kinds[Package.Kind(found.kind)]
    ending = "pdf" if found.kind == Package.Kind.PRINT else "zip"
    code = version.module.code.replace(" ", "-")
    return f"{code}-v{version.number}.{found.edition.number}-{kind}-{found.language}.{ending}"
