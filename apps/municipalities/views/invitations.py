"""Inviting, and following an invitation."""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actions import person_with_address
from apps.accounts.forms import NewAccountForm
from apps.accounts.policies import require
from apps.accounts.rate_limit import is_exceeded
from apps.core.error_views import too_many_requests
from apps.core.htmx import render_page, see_other
from apps.core.requests import base_url
from apps.municipalities import policies
from apps.municipalities.actions import invitations as actions
from apps.municipalities.forms.memberships import CoordinatorForm, InvitationForm
from apps.municipalities.middleware import limited_to
from apps.municipalities.models import Municipality, Role
from apps.municipalities.models.invitation import Invitation
from apps.municipalities.queries import memberships as queries
from apps.municipalities.requests import GuestRequest, MunicipalityRequest, ProgrammeRequest
from apps.municipalities.views.join_pages import join_page

JOINS_PER_MINUTE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Open invitations, and a form for a new one."""
    require(policies.may_manage_people(request.roles))
    form = InvitationForm(request.POST or None, units=queries.org_units())
    if request.method == "POST" and form.is_valid():
        sent = _invite(request, form, request.municipality, **form.cleaned_data)
        if sent:
            return see_other(request, "municipalities-invitations", slug=slug)
    context = {"form": form, "invitations": queries.open_invitations()}
    return render_page(request, "municipalities/invitations.html", context, status=422 if form.is_bound else 200)


@require_POST
def resend(request: MunicipalityRequest, slug: str, pk: UUID) -> HttpResponse:
    """Send a new link; the old one ends."""
    require(policies.may_manage_people(request.roles))
    invitation = get_object_or_404(queries.open_invitations(), pk=pk)
    actions.resend(
        actor=request.user, municipality=request.municipality, invitation=invitation, base_url=base_url(request)
    )
    messages.success(request, _("A new link is on its way to %(email)s.") % {"email": invitation.email})
    return see_other(request, "municipalities-invitations", slug=slug)


@require_POST
def revoke(request: MunicipalityRequest, slug: str, pk: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    require(policies.may_manage_people(request.roles))
    invitation = get_object_or_404(queries.open_invitations(), pk=pk)
    actions.revoke(actor=request.user, invitation=invitation)
    messages.success(request, _("The invitation of %(email)s has been withdrawn.") % {"email": invitation.email})
    return see_other(request, "municipalities-invitations", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_coordinator(request: ProgrammeRequest, slug: str) -> HttpResponse:
    """The project team invites a coordinator: a municipality's first person. Runs in the programme's scope."""
    require(policies.may_invite_coordinators(request.user))
    municipality = get_object_or_404(Municipality, slug=slug, is_active=True)
    form = CoordinatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = _invite(request, form, municipality, role=Role.COORDINATOR, **form.cleaned_data)
        if sent:
            return see_other(request, "municipalities-invite-coordinator", slug=slug)
    context = {
        "form": form,
        "municipality": municipality,
        "coordinators": queries.active_members().filter(municipality=municipality, role=Role.COORDINATOR),
        "invitations": queries.open_invitations().filter(municipality=municipality, role=Role.COORDINATOR),
    }
    return render_page(request, "municipalities/invite_coordinator.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: GuestRequest, slug: str, token: str) -> HttpResponse:
    """The page that an invitation's link leads to: open an account, or accept with the one there is."""
    if is_exceeded(request, action="join", limit=JOINS_PER_MINUTE, seconds=60):
        return too_many_requests(request)
    invitation = Invitation.objects.filter(token_hash=actions.hash_of(token)).select_related("org_unit").first()
    if invitation is None:
        raise Http404
    try:
        if not invitation.is_acceptable:
            raise actions.NotAcceptable
        if request.user.is_authenticated:
            return _join_with_account(request, invitation)
        if person_with_address(invitation.email) is not None:
            return join_page(request, "sign_in", invitation, request.municipality)
        return _join_as_new_person(request, invitation)
    except actions.NotAcceptable:
        return join_page(request, "closed", invitation, request.municipality, status=410)


def _join_with_account(request: GuestRequest, invitation: Invitation) -> HttpResponse:
    user: Any = request.user
    is_elsewhere = limited_to(request) not in (None, str(invitation.municipality_id))
    if is_elsewhere or not actions.is_addressed_to(invitation, user):
        return join_page(
            request,
            "wrong_person",
            invitation,
            request.municipality,
            status=403 if request.method == "POST" else 200,
            is_elsewhere=is_elsewhere,
        )
    if request.method != "POST":
        return join_page(request, "accept", invitation, request.municipality)
    actions.accept_as(actor=user, invitation=invitation)
    messages.success(request, _("Welcome! You have accepted the invitation."))
    return see_other(request, f"/k/{request.municipality.slug}/")


def _join_as_new_person(request: GuestRequest, invitation: Invitation) -> HttpResponse:
    form = NewAccountForm(request.POST or None, email=invitation.email)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return join_page(request, "new", invitation, request.municipality, status=status, form=form)
    try:
        user = actions.accept_as_new_person(
            invitation=invitation,
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            password=form.cleaned_data["password"],
            language=(get_language() or "de")[:2],
        )
    except (actions.AddressInUse, IntegrityError):
        return see_other(request, request.path)
    record_authentication(request, user, method="password", email=user.email)
    response: HttpResponse = perform_login(request, user, redirect_url=f"/k/{request.municipality.slug}/")
    return response


def _invite(
    request: HttpRequest,
    form: Any,
    municipality: Municipality,
    **fields: Any,
) -> Invitation | None:
    try:
        invitation = actions.invite(actor=request.user, municipality=municipality, base_url=base_url(request), **fields)
    except actions.AlreadyMember:
        form.add_error("email", _("This person has the role already."))
        return None
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    return invitation
