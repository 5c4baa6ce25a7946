"""What must be stored before training records open, and how the municipality handles them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.files.views import download
from apps.municipalities.requests import MunicipalityRequest
from apps.training import policies_gates as policies
from apps.training import queries_gates as queries
from apps.training.actions import gates as actions
from apps.training.forms_gates import DocumentForm, HandlingForm
from apps.training.models import GateDocument

HOME = "training-gate"


@require_safe
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What is stored, what is missing, whether records are open."""
    require(policies.may_read(request.roles))
    return _page(request)


def _page(request: MunicipalityRequest, status: int = 200, **forms: Any) -> HttpResponse:
    rows = list(queries.documents())
    opening = queries.opening_of(request.municipality)
    newest: dict[str, GateDocument] = {}
    for row in rows:
        newest.setdefault(row.kind, row)
    handling = {"approval": opening.approval, "names_visible": opening.names_visible} if opening else {}
    context = {
        "opening": opening,
        "rows": rows,
        "newest": set(newest.values()),
        "missing": [GateDocument.Kind(kind).label for kind in queries.missing(set(newest))],
        "may_open": policies.may_open(request.roles),
        "form": forms.get("form") or DocumentForm(),
        "handling": forms.get("handling") or HandlingForm(initial=handling),
    }
    return htmx.render_page(request, "training/gates/overview.html", context, status=status)


@require_POST
def store(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Store a document."""
    require(policies.may_open(request.roles))
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, 422, form=form)
    actions.store(actor=request.user, **form.cleaned_data)
    messages.success(request, _("Stored."))
    return htmx.see_other(request, HOME, slug)


@require_POST
def open_records(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Open the records."""
    return _step(request, slug, actions.open_records, _("Training records are open: employees can enrol."))


@require_http_methods(["GET", "HEAD", "POST"])
def close_records(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Close them, after asking."""
    require(policies.may_open(request.roles))
    opening = queries.opening_of(request.municipality)
    if opening is None or not opening.is_open:
        raise Http404
    if request.method == "POST":
        return _step(request, slug, actions.close_records, _("Nobody can enrol any more."))
    return htmx.render_page(request, "training/gates/close.html", {"opening": opening})


def _step(request: MunicipalityRequest, slug: str, action: Any, done: str) -> HttpResponse:
    require(policies.may_open(request.roles))
    try:
        action(actor=request.user, municipality_id=request.municipality.pk)
    except actions.NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return htmx.see_other(request, HOME, slug)


@require_POST
def configure(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Say how enrolments and status lists are handled."""
    require(policies.may_open(request.roles))
    form = HandlingForm(request.POST)
    if form.is_valid():
        try:
            actions.configure(actor=request.user, municipality_id=request.municipality.pk, **form.cleaned_data)
        except actions.NotPossible as refused:
            form.add_error("names_visible", str(refused))
        else:
            messages.success(request, _("Saved."))
            return htmx.see_other(request, HOME, slug)
    return _page(request, 422, handling=form)


@require_safe
def document(request: MunicipalityRequest, slug: str, document_id: UUID) -> HttpResponseBase:
    """A stored document, for those who may read it."""
    require(policies.may_read(request.roles))
    row = get_object_or_404(queries.documents(), pk=document_id)
    if row.document is None:
        raise Http404
    return download(row.document)
