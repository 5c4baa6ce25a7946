"""Signing in through a municipality's identity provider, and connecting that provider."""

import logging
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from requests import RequestException

from apps.accounts.policies import require
from apps.core.htmx import render_page, see_other
from apps.municipalities import policies
from apps.municipalities.actions import single_sign_on as actions
from apps.municipalities.adapters import STARTED, refusal
from apps.municipalities.forms.memberships import SingleSignOnForm
from apps.municipalities.middleware import limited_to
from apps.municipalities.models.single_sign_on import SingleSignOn
from apps.municipalities.requests import GuestRequest, MunicipalityRequest

logger = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: GuestRequest, slug: str) -> HttpResponse:
    """The page a municipality gives to its people: on to its own sign-in, or to connect the account there is.

    Without a provider in use there is no such page: 404, as for a municipality that does not take part.
    """
    provider = SingleSignOn.objects.filter(is_enabled=True).first()
    if provider is None:
        raise Http404
    may_connect = bool(request.roles) and limited_to(request) is None
    if request.method != "POST":
        is_connected = SocialAccount.objects.filter(user_id=request.user.pk, provider=provider.provider_id).exists()
        context = {"provider": provider, "may_connect": may_connect, "is_connected": is_connected}
        return render_page(request, "municipalities/sso.html", context)
    connects = "connect" in request.POST
    require(may_connect or not connects)
    request.session[STARTED] = provider.provider_id
    process = AuthProcess.CONNECT if connects else AuthProcess.LOGIN
    return _redirect_to(request, provider, process=process)


def _redirect_to(request: GuestRequest, provider: SingleSignOn, *, process: str) -> HttpResponse:
    here = get_adapter(request).get_provider(request, provider=provider.provider_id)
    try:
        response = here.redirect(request, process=process, next_url=f"/k/{request.municipality.slug}/")
    except (RequestException, ValueError, KeyError) as error:
        logger.warning("The provider of %s does not answer as it should: %s", request.municipality.slug, error)
        return refusal(request, "provider_failed", status=502)
    # Not a redirect: the policy `form-action 'self'` holds for those that follow a form, too.
    return render_page(request, "municipalities/sso_leave.html", {"provider": provider, "url": response["Location"]})


@require_http_methods(["GET", "HEAD", "POST"])
def configure(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The project team connects the municipality's provider. The client secret can be written, not read."""
    require(policies.may_configure_single_sign_on(request.roles))
    provider = SingleSignOn.objects.first()
    form = SingleSignOnForm(request.POST or None, instance=provider)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = form.values()
        actions.configure(actor=request.user, municipality=request.municipality, **values)
        messages.success(request, _("The single sign-on has been saved."))
        return see_other(request, "municipalities-single-sign-on", slug=slug)
    context = {
        "form": form,
        "provider": provider,
        "callback_url": request.build_absolute_uri(f"/accounts/oidc/{request.municipality.pk}/login/callback/"),
        "start_url": request.build_absolute_uri(f"/k/{request.municipality.slug}/sso/"),
    }
    return render_page(request, "municipalities/single_sign_on.html", context, status=422 if form.is_bound else 200)
