"""Certificates: the person's own, their verification by everybody, and revoking one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import htmx
from apps.municipalities.requests import PersonRequest, ProgrammeRequest
from apps.training import certificates as paper
from apps.training import queries_certificates as queries
from apps.training.actions import certificates as actions
from apps.training.forms_certificates import IssueForm, NumberForm, VerifyForm


@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """What I have completed, and its certificates."""
    return htmx.render_page(request, "training/certificates/mine.html", {"entries": queries.certifiable(request.user)})


@require_POST
def issue(request: PersonRequest) -> HttpResponse:
    """Make the certificate of something completed."""
    form = IssueForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This certificate cannot be made. Please try again from this page."))
        return htmx.see_other(request, "training-certificates")
    try:
        actions.issue(
            actor=request.user,
            source=form.cleaned_data["source"],
            neutral=form.cleaned_data["neutral"],
            verify_url=request.build_absolute_uri(reverse("training-verify")),
        )
    except actions.NothingToCertify:
        messages.error(request, _("There is nothing to be certified yet."))
    else:
        messages.success(request, _("The certificate is ready."))
    return htmx.see_other(request, "training-certificates")


@require_safe
@never_cache
def download(request: PersonRequest, certificate_id: UUID) -> HttpResponse:
    """The PDF as it was issued."""
    row = get_object_or_404(queries.certificates(request.user), pk=certificate_id)
    name = f"Teilnahmebescheinigung-{row.fields['issued_on']}.pdf"
    response = HttpResponse(bytes(row.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a number, and perhaps for the file; the answer is shown at once and names nobody in an address."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return htmx.render_page(request, "training/certificates/verify.html", {"form": form})
    if not form.is_valid():
        return htmx.render_page(request, "training/certificates/verify.html", {"form": form}, status=422)
    return _answer(request, form.cleaned_data["number"], form.pdf_sha256)


@require_safe
@never_cache
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """Where the QR code leads."""
    return _answer(request, paper.normalised(number), "")


def _answer(request: HttpRequest, number: str, pdf_sha256: str) -> HttpResponse:
    row = queries.seal_of(paper.lookup_of(number)) if number else None
    if row is None:
        return htmx.render_page(request, "training/certificates/unknown.html", {"number": number}, status=404)
    content = paper.unseal(number, row.sealed)
    fields = content.fields
    expires_on = date.fromisoformat(fields.expires_on) if fields.expires_on else None
    context = {
        "fields": fields,
        "days": [date.fromisoformat(day) for day in fields.days],
        "issued_on": date.fromisoformat(fields.issued_on),
        "expires_on": expires_on,
        "hours": fields.minutes // 60,
        "minutes": fields.minutes % 60,
        "is_genuine": paper.is_genuine(fields, content.signature, content.key_id),
        "revoked_at": row.revoked_at,
        "has_expired": expires_on is not None and expires_on < timezone.localdate(),
        "file_given": bool(pdf_sha256),
        "file_unchanged": pdf_sha256 == content.pdf_sha256,
        "signature": content.signature,
        "key_id": content.key_id,
        "form": VerifyForm(initial={"number": fields.number}),
    }
    return htmx.render_page(request, "training/certificates/verified.html", context)


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys, for whoever checks signatures without us (docs/training.md says how)."""
    return JsonResponse({"algorithm": "Ed25519", "keys": paper.public_keys()})


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: ProgrammeRequest) -> HttpResponse:
    """Revoke a certificate whose number is at hand."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(actor=request.user, number=form.cleaned_data["number"])
        except actions.UnknownNumber:
            form.add_error("number", _("No certificate has this number."))
        else:
            messages.success(request, _("The certificate is revoked. Its verification says so from now on."))
            return htmx.see_other(request, "training-certificate-revoke")
    context: dict[str, Any] = {"form": form}
    return htmx.render_page(request, "training/certificates/revoke.html", context, status=422 if form.errors else 200)
