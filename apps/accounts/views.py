"""Pages of a person about their own account, and the project team's list of its members."""

from typing import Any
from uuid import UUID

from allauth.account.forms import ResetPasswordForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import actions
from apps.accounts.adapters import remember_language
from apps.accounts.forms import ProfileForm, ProjectStaffForm
from apps.accounts.models import User
from apps.accounts.policies import may_manage_project_staff, require
from apps.core.htmx import render_page, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name and language."""
    user: Any = request.user
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST":
        if not form.is_valid():
            return render_page(request, "accounts/profile.html", {"form": form}, status=422)
        actions.update_profile(actor=user, **form.cleaned_data)
        messages.success(request, _("Your details have been saved."))
        response = see_other(request, "accounts-profile")
        remember_language(response, user.language)
        return response
    return render_page(request, "accounts/profile.html", {"form": form})


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """What protects the account, each with the page where it is changed."""
    kinds = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    context = {
        "has_authenticator_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "is_limited": bool(request.session.get("sso_municipality")),
    }
    return render_page(request, "accounts/security.html", context)


@require_safe
def second_factor_required(request: HttpRequest) -> HttpResponse:
    """Where people are led whose role demands a second factor that they have not set up."""
    return render_page(request, "accounts/second_factor.html", {"is_set_up": is_mfa_enabled(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def project_staff(request: HttpRequest) -> HttpResponse:
    """The project team, and a form to take somebody in."""
    user: Any = request.user
    require(may_manage_project_staff(user))
    form = ProjectStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person, is_new = actions.add_project_staff(actor=user, **form.cleaned_data)
        if is_new:
            _send_password_link(request, person)
        messages.success(request, _("%(name)s now belongs to the project team.") % {"name": person})
        return see_other(request, "accounts-project-staff")
    team = User.objects.filter(is_project_staff=True, is_active=True)
    status = 422 if form.is_bound else 200
    return render_page(request, "accounts/project_staff.html", {"form": form, "team": team}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_project_staff(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then take a person out of the project team."""
    user: Any = request.user
    require(may_manage_project_staff(user))
    person = get_object_or_404(User, pk=pk, is_project_staff=True)
    if request.method != "POST":
        return render_page(request, "accounts/project_staff_remove.html", {"person": person})
    try:
        actions.remove_project_staff(actor=user, user=person)
    except actions.LastProjectStaff:
        messages.error(request, _("The project team must have at least one member."))
        return see_other(request, "accounts-project-staff")
    messages.success(request, _("%(name)s no longer belongs to the project team.") % {"name": person})
    return see_other(request, "my-page" if person.pk == user.pk else "accounts-project-staff")


def _send_password_link(request: HttpRequest, person: User) -> None:
    form = ResetPasswordForm({"email": person.email})
    form.is_valid()
    form.save(request)
