"""Single sign-on of municipalities, hung into allauth: which provider, whom it may sign in, how far that reaches.

A provider is trusted with its own municipality and nothing else. It never signs in as a person it merely names by
e-mail address, and a session that came through it is limited to its municipality (apps.municipalities.middleware).
"""

from typing import Any
from uuid import UUID

from allauth.account import app_settings as account_settings
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts import adapters, encryption, second_factor
from apps.accounts.actions import person_with_address
from apps.audit.actions import record
from apps.core import scope
from apps.municipalities.actions.single_sign_on import admit_employee
from apps.municipalities.middleware import SSO_MUNICIPALITY, limited_to
from apps.municipalities.models import Municipality
from apps.municipalities.models.single_sign_on import SingleSignOn

#: Session key: the municipality whose sign-in was started from its page.
STARTED = "sso_started"


class AccountAdapter(adapters.AccountAdapter):
    """Limits a session to the municipality whose provider signed it in."""

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        sociallogin = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if sociallogin is not None:
            request.session[SSO_MUNICIPALITY] = sociallogin.account.provider
            row = provider_of(request, sociallogin.account.provider)
            if row is not None and row.demands_second_factor:
                request.session[second_factor.STRONG_PROVIDER] = True
        return super().post_login(request, user, **kwargs)


class SocialAccountAdapter(adapters.SocialAccountAdapter):
    """Knows one provider: that of the municipality whose sign-in was started in this session."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        started = request.session.get(STARTED) if request is not None else None
        if not started or provider not in (None, started, "openid_connect"):
            return []
        row = provider_of(request, started)
        if row is None or client_id not in (None, row.client_id):
            return []
        return [app_of(row)]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Before allauth decides: which addresses are believed, and whether this identity may come in at all."""
        row = provider_of(request, sociallogin.account.provider)
        if row is None:
            raise ImmediateHttpResponse(refusal(request, "not_enabled"))
        for address in sociallogin.email_addresses:
            # The provider's own `email_verified` is not asked: it could claim anybody's address.
            address.verified = row.vouches_for(address.email)
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            if limited_to(request) is not None or not request.user.is_authenticated:
                raise ImmediateHttpResponse(refusal(request, "cannot_connect"))
            return
        if sociallogin.is_existing:
            return
        addresses = [address.email for address in sociallogin.email_addresses]
        if not addresses:
            raise ImmediateHttpResponse(refusal(request, "no_address"))
        if any(person_with_address(address) is not None for address in addresses):
            raise ImmediateHttpResponse(refusal(request, "address_in_use"))
        if not row.admits_employees:
            raise ImmediateHttpResponse(refusal(request, "by_invitation_only"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        row = provider_of(request, sociallogin.account.provider)
        return row is not None and row.admits_employees

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """A new identity becomes a person and an employee of the municipality."""
        sociallogin.user.email = sociallogin.user.email.lower()
        user = super().save_user(request, sociallogin, form)
        record(actor=user, verb="account.created", target=user, data={"by": "single_sign_on"})
        municipality = Municipality.objects.get(pk=sociallogin.account.provider)
        with scope.enter(scope.municipality(municipality)):
            admit_employee(municipality=municipality, user=user)
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        raise ImmediateHttpResponse(refusal(request, "provider_failed", status=502 if exception else 403))


def provider_of(request: HttpRequest, provider_id: str) -> SingleSignOn | None:
    """The provider in use of the municipality with this key; None where there is none.

    Read in that municipality's scope; within another scope there is none.
    """
    wanted = scope.municipality(UUID(str(provider_id)))
    if scope.current() not in (None, wanted):
        return None
    if not Municipality.objects.filter(pk=str(provider_id), is_active=True).exists():
        return None
    with scope.enter(wanted):
        row: SingleSignOn | None = SingleSignOn.objects.filter(is_enabled=True).first()
    return row


def app_of(row: SingleSignOn) -> SocialApp:
    """allauth's idea of a provider, never saved: the row with its secret stays behind row-level security."""
    return SocialApp(
        provider="openid_connect",
        provider_id=row.provider_id,
        name=row.name,
        client_id=row.client_id,
        secret=encryption.decrypt(row.encrypted_secret),
        settings={"server_url": row.server_url, "oauth_pkce_enabled": True},
    )


def refusal(request: HttpRequest, reason: str, *, status: int = 403) -> HttpResponse:
    """The page that says why the sign-in went no further."""
    return render(
        request, f"socialaccount/refused.{account_settings.TEMPLATE_EXTENSION}", {"reason": reason}, status=status
    )
