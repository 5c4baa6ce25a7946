"""Members of benches and panel, and trainers: inviting them, following the invitation, being named in public or not."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import queries
from apps.accounts.actions import person_with_address
from apps.accounts.forms import NewAccountForm
from apps.accounts.models import ProgrammeInvitation, ProgrammeRole, ProgrammeRoleKind
from apps.accounts.rate_limit import is_exceeded
from apps.core.error_views import too_many_requests
from apps.core.htmx import render_page, see_other
from apps.core.requests import base_url
from apps.municipalities.actions import programme_people as actions
from apps.municipalities.actions.invitations import AddressInUse, AlreadyMember, NotAcceptable, hash_of, is_addressed_to
from apps.municipalities.forms.programme_people import ProgrammeInvitationForm
from apps.municipalities.middleware import limited_to
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.municipalities.views.invitations import JOINS_PER_MINUTE
from apps.municipalities.views.join_pages import join_page

TEMPLATES = "municipalities/programme_people"


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: ProgrammeRequest) -> HttpResponse:
    """Members of benches and panel, trainers, open invitations, and a form for a new one."""
    form = ProgrammeInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.invite(actor=request.user, base_url=base_url(request), **form.values())
        except AlreadyMember:
            form.add_error("email", _("This person has the role already."))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": sent.email})
            return see_other(request, "municipalities-programme-people")
    context = {
        "form": form,
        "benches": queries.bearers(ProgrammeRoleKind.BENCH_MEMBER),
        "panel": queries.bearers(ProgrammeRoleKind.PANEL_MEMBER),
        "trainers": queries.bearers(ProgrammeRoleKind.TRAINER),
        "invitations": queries.open_invitations(),
    }
    return render_page(request, f"{TEMPLATES}/people.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = actions.revoke(actor=request.user, invitation=get_object_or_404(ProgrammeInvitation, pk=pk))
    messages.success(request, _("The invitation of %(email)s has been withdrawn.") % {"email": invitation.email})
    return see_other(request, "municipalities-programme-people")


@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Ask, and end a role."""
    role = get_object_or_404(ProgrammeRole.objects.select_related("user"), pk=pk, ended_at=None)
    if request.method == "POST":
        actions.end_role(actor=request.user, role=role)
        messages.success(request, _("The role has ended."))
        return see_other(request, "municipalities-programme-people")
    return render_page(request, f"{TEMPLATES}/end.html", {"role": role})


@require_safe
def my_roles(request: WorkshopRequest) -> HttpResponse:
    """The workshop's first page: one's own roles, and how the public reads them."""
    return render_page(request, f"{TEMPLATES}/mine.html", {"roles": request.programme_roles})


@require_POST
def choose_naming(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """Be named in public, or by function only."""
    role = next((role for role in request.programme_roles if role.pk == pk), None)
    if role is None:
        raise Http404
    actions.choose_naming(actor=request.user, role=role, is_named=request.POST.get("is_named") == "yes")
    messages.success(request, _("Saved."))
    return see_other(request, "workshop")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page that an invitation's link leads to: open an account, or accept with the one there is."""
    if is_exceeded(request, action="join", limit=JOINS_PER_MINUTE, seconds=60):
        return too_many_requests(request)
    invitation = get_object_or_404(ProgrammeInvitation, token_hash=hash_of(token))
    try:
        if not invitation.is_acceptable:
            raise NotAcceptable
        if request.user.is_authenticated:
            return _join_with_account(request, invitation)
        if person_with_address(invitation.email) is not None:
            return join_page(request, "sign_in", invitation, None)
        return _join_as_new_person(request, invitation)
    except NotAcceptable:
        return join_page(request, "closed", invitation, None, status=410)


def _join_with_account(request: HttpRequest, invitation: ProgrammeInvitation) -> HttpResponse:
    user: Any = request.user
    if limited_to(request) is not None or not is_addressed_to(invitation, user):
        status = 403 if request.method == "POST" else 200
        is_elsewhere = limited_to(request) is not None
        return join_page(request, "wrong_person", invitation, None, status=status, is_elsewhere=is_elsewhere)
    if request.method != "POST":
        return join_page(request, "accept", invitation, None)
    actions.accept_as(actor=user, invitation=invitation)
    messages.success(request, _("Welcome! You have accepted the invitation."))
    return see_other(request, "workshop")


def _join_as_new_person(request: HttpRequest, invitation: ProgrammeInvitation) -> HttpResponse:
    form = NewAccountForm(request.POST or None, email=invitation.email)
    if request.method != "POST" or not form.is_valid():
        return join_page(request, "new", invitation, None, status=422 if form.is_bound else 200, form=form)
    try:
        user = actions.accept_as_new_person(
            invitation=invitation,
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            password=form.cleaned_data["password"],
            language=(get_language() or "de")[:2],
        )
    except (AddressInUse, IntegrityError):
        return see_other(request, request.path)
    record_authentication(request, user, method="password", email=user.email)
    response: HttpResponse = perform_login(request, user, redirect_url="/workshop/")
    return response
