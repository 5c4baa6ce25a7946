"""Every write on people and their accounts."""

from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.audit.actions import record


class LastProjectStaff(Exception):
    """The project team would be without anybody."""


@transaction.atomic
def create_person(
    *,
    actor: Any,
    email: str,
    first_name: str = "",
    last_name: str = "",
    password: str | None = None,
    language: str = "de",
    email_is_verified: bool = False,
    fields: dict[str, Any] | None = None,
) -> User:
    """A new person with an address to sign in with; without `password` one is set by the link of a password reset.

    email_is_verified: the address is known to be the person's, because an invitation reached it. Raises IntegrityError
    where somebody has the address already.
    """
    user = User.objects.create_user(
        email, password, first_name=first_name, last_name=last_name, language=language, **(fields or {})
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=email_is_verified)
    record(actor=actor, verb="account.created", target=user)
    return user


def person_with_address(email: str) -> User | None:
    """Who uses this address, confirmed or not; None where nobody does."""
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        taken = EmailAddress.objects.filter(email__iexact=address).select_related("user").first()
        user = taken.user if taken else None
    return user


@transaction.atomic
def update_profile(*, actor: User, first_name: str, last_name: str, language: str) -> User:
    """Change one's own name and language."""
    actor.first_name, actor.last_name, actor.language = first_name, last_name, language
    actor.save(update_fields=["first_name", "last_name", "language", "updated_at"])
    return actor


@transaction.atomic
def add_project_staff(*, actor: User, email: str, first_name: str = "", last_name: str = "") -> tuple[User, bool]:
    """Take the person with this address into the project team; returns the person and whether the account is new.

    Who has no account gets one without a password: the caller sends the link that sets it.
    """
    user = person_with_address(email)
    is_new = user is None
    if user is None:
        user = create_person(actor=actor, email=email, first_name=first_name, last_name=last_name)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_project_staff:
        user.is_project_staff = True
        user.save(update_fields=["is_project_staff", "updated_at"])
        record(actor=actor, verb="account.project_staff_added", target=user)
    return user, is_new


@transaction.atomic
def remove_project_staff(*, actor: User, user: User) -> User:
    """Take a person out of the project team. Raises LastProjectStaff rather than leave it empty."""
    team = User.objects.select_for_update(of=("self",)).filter(is_project_staff=True, is_active=True).order_by("pk")
    members = {member.pk: member for member in team}
    user = members.get(user.pk) or User.objects.get(pk=user.pk)
    if not user.is_project_staff:
        return user
    if not set(members) - {user.pk}:
        raise LastProjectStaff
    user.is_project_staff = user.is_staff = user.is_superuser = False
    user.save(update_fields=["is_project_staff", "is_staff", "is_superuser", "updated_at"])
    record(actor=actor, verb="account.project_staff_removed", target=user)
    return user


def clear_expired_sessions() -> None:
    """Delete sessions that have expired. What they point to (the list of a person's devices) goes with them."""
    engine: Any = import_module(settings.SESSION_ENGINE)
    engine.SessionStore.clear_expired()
    _forget_devices()


def _forget_devices() -> None:
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    living = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()
