"""The self-commitment as employer: its pages, and the public one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.commitments import policies_adoption as policies
from apps.commitments import queries_commitment as queries
from apps.commitments.actions import commitments as actions
from apps.commitments.forms_commitment import DecisionForm, EndForm, TextForm
from apps.commitments.models import SelfCommitment
from apps.commitments.plain_text import parts
from apps.core import htmx
from apps.files.views import download
from apps.municipalities.requests import GuestRequest, MunicipalityRequest
from apps.recommendations.actions.lifecycle import NotPossible

_State = SelfCommitment.State
HOME = "commitments-commitment"


@require_safe
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What is in force, the draft, and what was in force before."""
    rows = [row for row in queries.commitments() if policies.may_read_commitment(request.roles, row)]
    current = next((row for row in rows if row.state == _State.IN_FORCE), None)
    context = {
        "commitment": current,
        "parts": parts(current.text) if current else [],
        "today": timezone.localdate(),
        "draft": next((row for row in rows if row.state == _State.DRAFT), None),
        "earlier": [row for row in rows if row.state == _State.ENDED],
        "may_steer": policies.may_steer(request.roles),
        "may_decide": policies.may_decide(request.roles),
    }
    return htmx.render_page(request, "commitments/commitment/overview.html", context)


@require_safe
def detail(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponse:
    """One commitment: the draft, or one that is or was in force."""
    commitment = _load(request, commitment_id)
    context = {
        "commitment": commitment,
        "parts": parts(commitment.text),
        "may_steer": policies.may_steer(request.roles),
        "may_decide": policies.may_decide(request.roles),
    }
    return htmx.render_page(request, "commitments/commitment/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Begin a draft: with the project's proposal, or with the text that is in force."""
    require(policies.may_steer(request.roles))
    form = TextForm(request.POST or None, initial=_beginning())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_commitment(actor=request.user, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft has been saved."))
            return htmx.see_other(request, "commitments-commitment-detail", slug, made.pk)
    return _form_page(request, "new", form)


def _beginning() -> dict[str, str]:
    current = queries.in_force()
    if current is not None:
        return {"title": current.title, "text": current.text}
    return {"title": "Selbstverpflichtung als Arbeitgeberin gegen Rassismus", "text": queries.starting_text()}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponse:
    """Write on the draft."""
    commitment = _load_draft(request, commitment_id)
    require(policies.may_steer(request.roles))
    form = TextForm(request.POST or None, initial={"title": commitment.title, "text": commitment.text})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_commitment(actor=request.user, commitment_id=commitment_id, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft has been saved."))
            return htmx.see_other(request, "commitments-commitment-detail", slug, commitment_id)
    return _form_page(request, "edit", form, commitment)


@require_http_methods(["GET", "HEAD", "POST"])
def put_in_force(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponse:
    """Put the draft in force: the decision, who signed, validity."""
    commitment = _load_draft(request, commitment_id)
    require(policies.may_decide(request.roles))
    initial = {"valid_from": timezone.localdate()}
    form = DecisionForm(request.POST or None, request.FILES or None, text=commitment.text, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_in_force(actor=request.user, commitment_id=commitment_id, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The self-commitment is in force."))
            return htmx.see_other(request, HOME, slug)
    return _form_page(request, "in_force", form, commitment, replaces=queries.in_force())


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponse:
    """End the commitment in force, with a reason."""
    commitment = _load(request, commitment_id)
    if commitment.state != _State.IN_FORCE:
        raise Http404
    require(policies.may_decide(request.roles))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_commitment(actor=request.user, commitment_id=commitment_id, **form.cleaned_data)
        messages.success(request, _("The self-commitment has ended."))
        return htmx.see_other(request, HOME, slug)
    return _form_page(request, "end", form, commitment)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponse:
    """Delete the draft, after asking."""
    commitment = _load_draft(request, commitment_id)
    require(policies.may_steer(request.roles))
    if request.method == "POST":
        actions.discard_draft(actor=request.user, commitment_id=commitment_id)
        messages.success(request, _("The draft has been discarded."))
        return htmx.see_other(request, HOME, slug)
    context = {
        "commitment": commitment,
        "cancel_url": reverse("commitments-commitment-detail", args=[slug, commitment_id]),
    }
    return htmx.render_page(request, "commitments/commitment/discard.html", context)


@require_POST
def publicity(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponse:
    """Show the commitment in force on a public page, or no longer (`public`: 1 or 0)."""
    _load(request, commitment_id)
    require(policies.may_decide(request.roles))
    is_public = request.POST.get("public") == "1"
    try:
        actions.show_in_public(actor=request.user, commitment_id=commitment_id, is_public=is_public)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        shown, hidden = _("Everybody can read it now."), _("The public page is gone.")
        messages.success(request, shown if is_public else hidden)
    return htmx.see_other(request, HOME, slug)


@require_safe
def document(request: MunicipalityRequest, slug: str, commitment_id: UUID) -> HttpResponseBase:
    """The decision as it was uploaded."""
    commitment = _load(request, commitment_id)
    if commitment.document is None:
        raise Http404
    return download(commitment.document)


@require_safe
def public(request: GuestRequest, slug: str) -> HttpResponse:
    """The commitment for everybody: 404 unless it is public, in force and valid today."""
    commitment = queries.published(timezone.localdate())
    if commitment is None:
        raise Http404
    context = {"commitment": commitment, "parts": parts(commitment.text)}
    return htmx.render_page(request, "commitments/commitment/public.html", context)


def _load(request: MunicipalityRequest, key: UUID) -> SelfCommitment:
    """The commitment; 404 where there is none, 403 for whom it is not meant."""
    commitment = queries.commitment(key)
    if commitment is None:
        raise Http404
    require(policies.may_read_commitment(request.roles, commitment))
    return commitment


def _load_draft(request: MunicipalityRequest, key: UUID) -> SelfCommitment:
    commitment = _load(request, key)
    if commitment.state != _State.DRAFT:
        raise Http404
    return commitment


def _form_page(
    request: MunicipalityRequest, page: str, form: Any, commitment: SelfCommitment | None = None, **more: Any
) -> HttpResponse:
    context = {"form": form, "commitment": commitment, "file_lost": bool(request.FILES), **more}
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, f"commitments/commitment/{page}.html", context, status=status)
