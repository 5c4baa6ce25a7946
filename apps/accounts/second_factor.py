"""Who must sign in with a second factor."""

from collections.abc import Collection
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings


def second_factor_missing(user: Any, roles: Collection[str]) -> bool:
    """Whether one of `roles` demands a second factor that `user` has not set up."""
    return not set(settings.MFA_REQUIRED_ROLES).isdisjoint(roles) and not is_mfa_enabled(user)
