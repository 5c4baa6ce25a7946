"""A person's municipalities, and a municipality's members."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.core.htmx import render_page, see_other
from apps.municipalities import policies
from apps.municipalities.actions import memberships as actions
from apps.municipalities.queries import memberships as queries
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def members(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Who has which role in the municipality."""
    require(policies.may_manage_people(request.roles))
    context = {"members": queries.active_members(), "invitations": queries.open_invitations().count()}
    return render_page(request, "municipalities/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request: MunicipalityRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask, then end a role."""
    require(policies.may_manage_people(request.roles))
    membership = get_object_or_404(queries.membership(pk))
    if request.method != "POST":
        return render_page(request, "municipalities/membership_end.html", {"membership": membership})
    try:
        actions.end_membership(actor=request.user, membership=membership)
    except actions.LastCoordinator:
        messages.error(request, _("The last coordinator cannot leave. Invite another one first."))
        return see_other(request, "municipalities-members", slug=slug)
    messages.success(
        request,
        _("%(name)s is no longer %(role)s.") % {"name": membership.user, "role": membership.get_role_display()},
    )
    if membership.user_id == request.user.pk and len(request.memberships) == 1:
        return see_other(request, "my-page")
    return see_other(request, "municipalities-members", slug=slug)
