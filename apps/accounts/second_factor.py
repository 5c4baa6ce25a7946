"""Who must sign in with a second factor, and whether they did."""

from collections.abc import Collection

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

STRONG_PROVIDER = "sso_second_factor"


def second_factor_missing(request: HttpRequest, roles: Collection[str]) -> bool:
    """Whether one of `roles` demands a second factor that the person has not set up.

    Once it is set up allauth asks for it at each sign-in; so a session that gave one need not be looked up again. A
    municipality's identity provider that is known to demand one counts too.
    """
    if set(settings.MFA_REQUIRED_ROLES).isdisjoint(roles):
        return False
    if request.session.get(STRONG_PROVIDER):
        return False
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user)):
        return False
    return not is_mfa_enabled(request.user)
