"""Inviting people: the only way to an account besides a municipality's single sign-on."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from apps.accounts.actions import create_person, person_with_address
from apps.accounts.models import ProgrammeInvitation, User
from apps.audit.actions import record
from apps.municipalities.actions.memberships import add_membership
from apps.municipalities.models import Membership, Municipality, OrgUnit
from apps.municipalities.models.invitation import Invitation
from apps.notifications.actions import send

TOKEN_BYTES = 32


class NotAcceptable(Exception):
    """The invitation was accepted or withdrawn, or has expired."""


class WrongPerson(Exception):
    """The invitation is addressed to somebody else."""


class AddressInUse(Exception):
    """There is an account with this address: its owner signs in to accept."""


class AlreadyMember(Exception):
    """The person has this role already."""


def hash_of(token: str) -> str:
    """What is stored of a link's token: SHA-256. The token has 256 random bits, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    actor: Any,
    municipality: Municipality,
    email: str,
    role: str,
    base_url: str,
    org_unit: OrgUnit | None = None,
    language: str = "de",
) -> Invitation:
    """Offer a role to an address and send the link. An open invitation of the same role is renewed instead.

    base_url: scheme and host of this site, without a slash at the end. Runs in the municipality's scope, or in the
    programme's. Raises AlreadyMember.
    """
    email = email.strip().lower()
    person = person_with_address(email)
    if person is not None and _has_role(municipality, person, role):
        raise AlreadyMember
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(municipality=municipality, email=email, role=role, state=Invitation.State.OPEN)
        .first()
    )
    if invitation is not None:
        return _send_again(actor, municipality, invitation, base_url, language)
    token, expires_at = secrets.token_urlsafe(TOKEN_BYTES), _expiry()
    invitation = Invitation(
        municipality=municipality,
        email=email,
        role=role,
        org_unit=org_unit,
        token_hash=hash_of(token),
        expires_at=expires_at,
        invited_by=actor,
    )
    invitation.save(force_insert=True)
    record(actor=actor, verb="invitation.sent", target=invitation, municipality=municipality, data={"role": role})
    _send_link(municipality, invitation, token, base_url, language)
    return invitation


@transaction.atomic
def resend(
    *, actor: Any, municipality: Municipality, invitation: Invitation, base_url: str, language: str = "de"
) -> Invitation:
    """Send a new link with a new term; the old link no longer works. Raises NotAcceptable unless it is open."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.state != Invitation.State.OPEN:
        raise NotAcceptable
    return _send_again(actor, municipality, invitation, base_url, language)


@transaction.atomic
def revoke(*, actor: Any, invitation: Invitation) -> Invitation:
    """Withdraw an open invitation; one that is closed already is returned as it is."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.state != Invitation.State.OPEN:
        return invitation
    invitation.state, invitation.revoked_at = Invitation.State.REVOKED, timezone.now()
    invitation.save(update_fields=["state", "revoked_at", "updated_at"])
    record(actor=actor, verb="invitation.revoked", target=invitation)
    return invitation


@transaction.atomic
def accept_as_new_person(
    *, invitation: Invitation, first_name: str, last_name: str, password: str, language: str = "de"
) -> User:
    """Open an account and take the role. Raises NotAcceptable, AddressInUse."""
    invitation = _locked(invitation)
    user = open_account(invitation.email, first_name, last_name, password, language)
    _take_role(invitation, user)
    return user


def open_account(email: str, first_name: str, last_name: str, password: str, language: str) -> User:
    """An account for who has followed a link that went to this address: it counts as confirmed. Raises AddressInUse."""
    if person_with_address(email) is not None:
        raise AddressInUse
    return create_person(
        actor=None,
        email=email,
        first_name=first_name,
        last_name=last_name,
        password=password,
        language=language,
        email_is_verified=True,
    )


@transaction.atomic
def accept_as(*, actor: User, invitation: Invitation) -> Membership:
    """Take the role with an account there is. Raises NotAcceptable, WrongPerson."""
    invitation = _locked(invitation)
    if not is_addressed_to(invitation, actor):
        raise WrongPerson
    return _take_role(invitation, actor)


def is_addressed_to(invitation: Invitation | ProgrammeInvitation, user: Any) -> bool:
    """Whether the invitation's address is one the person has confirmed."""
    if not user.is_authenticated:
        return False
    return bool(EmailAddress.objects.filter(user_id=user.pk, email__iexact=invitation.email, verified=True).exists())


def _has_role(municipality: Municipality, user: User, role: str) -> bool:
    return bool(Membership.objects.filter(municipality=municipality, user=user, role=role, ended_at=None).exists())


def _locked(invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not invitation.is_acceptable:
        raise NotAcceptable
    return invitation


def _take_role(invitation: Invitation, user: User) -> Membership:
    municipality = Municipality.objects.get(pk=str(invitation.municipality_id))
    membership = add_membership(
        actor=user, municipality=municipality, user=user, role=invitation.role, org_unit=invitation.org_unit
    )
    invitation.state, invitation.accepted_by, invitation.accepted_at = (
        Invitation.State.ACCEPTED,
        user,
        timezone.now(),
    )
    invitation.save(update_fields=["state", "accepted_by", "accepted_at", "updated_at"])
    record(actor=user, verb="invitation.accepted", target=invitation)
    return membership


def _expiry() -> Any:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _send_again(
    actor: Any, municipality: Municipality, invitation: Invitation, base_url: str, language: str
) -> Invitation:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.token_hash, invitation.expires_at = hash_of(token), _expiry()
    invitation.save(update_fields=["token_hash", "expires_at", "updated_at"])
    record(actor=actor, verb="invitation.sent_again", target=invitation, municipality=municipality)
    _send_link(municipality, invitation, token, base_url, language)
    return invitation


def _send_link(municipality: Municipality, invitation: Invitation, token: str, base_url: str, language: str) -> None:
    person = person_with_address(invitation.email)
    language = person.language if person else language
    with override(language):
        subject = gettext("Invitation: %(municipality)s at Municipalities for all") % {
            "municipality": municipality.name
        }
    send(
        kind="invitation",
        to=invitation.email,
        subject=subject,
        template="municipalities/mail/invitation.txt",
        context={
            "municipality": municipality,
            "invitation": invitation,
            "link": f"{base_url}/k/{municipality.slug}/join/{token}/",
        },
        language=language,
    )
