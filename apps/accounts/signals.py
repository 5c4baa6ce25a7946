"""What allauth does to an account is put on record."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.dispatch import receiver

from apps.audit.actions import record


@receiver(account.user_logged_in)
def record_sign_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Put a sign-in on record, with the way it happened."""
    records = request.session.get("account_authentication_methods", [])
    methods = [entry["method"] for entry in records if isinstance(entry, dict) and "method" in entry]
    record(actor=user, verb="account.signed_in", target=user, data={"methods": methods})


@receiver([account.password_set, account.password_changed, account.password_reset])
def record_password(sender: Any, user: Any, **kwargs: Any) -> None:
    """Put a new password on record."""
    record(actor=user, verb="account.password_changed", target=user)


@receiver(account.email_changed)
def record_address(sender: Any, user: Any, **kwargs: Any) -> None:
    """Put a new primary address on record; the addresses themselves stay out of it."""
    record(actor=user, verb="account.email_changed", target=user)


@receiver(mfa.authenticator_added)
def record_factor_added(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Put a new second factor on record."""
    record(actor=user, verb="account.second_factor_added", target=user, data={"type": authenticator.type})


@receiver(mfa.authenticator_removed)
def record_factor_removed(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Put the removal of a second factor on record."""
    record(actor=user, verb="account.second_factor_removed", target=user, data={"type": authenticator.type})


@receiver(social.social_account_added)
def record_identity_added(sender: Any, request: Any, sociallogin: Any, **kwargs: Any) -> None:
    """Put the connection with an identity provider on record."""
    record(
        actor=request.user,
        verb="account.identity_connected",
        target=sociallogin.user,
        data={"provider": sociallogin.account.provider},
    )
