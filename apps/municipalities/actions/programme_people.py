"""Roles in the programme: inviting members of benches and panel, taking a role, ending it, being named or not."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from apps.accounts.actions import person_with_address
from apps.accounts.models import ProgrammeInvitation, ProgrammeRole, User
from apps.audit.actions import record
from apps.municipalities.actions.invitations import (
    TOKEN_BYTES,
    AlreadyMember,
    NotAcceptable,
    WrongPerson,
    hash_of,
    is_addressed_to,
    open_account,
)
from apps.notifications.actions import send

State = ProgrammeInvitation.State


@transaction.atomic
def invite(
    *,
    actor: User,
    email: str,
    role: str,
    bench: str = "",
    function: str,
    organisation: str = "",
    base_url: str,
    language: str = "de",
) -> ProgrammeInvitation:
    """Offer a role in the programme to an address and send the link; an open invitation is renewed instead.

    base_url: scheme and host of this site. Runs in the programme's scope. Raises AlreadyMember.
    """
    email = email.strip().lower()
    person = person_with_address(email)
    if person is not None and ProgrammeRole.objects.filter(user=person, role=role, bench=bench, ended_at=None).exists():
        raise AlreadyMember
    invitation = (
        ProgrammeInvitation.objects.select_for_update(of=("self",))
        .filter(email=email, role=role, bench=bench, state=State.OPEN)
        .first()
    ) or ProgrammeInvitation(email=email, role=role, bench=bench)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.function, invitation.organisation, invitation.invited_by = function, organisation, actor
    invitation.token_hash = hash_of(token)
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    record(actor=actor, verb="programme_invitation.sent", target=invitation, data={"role": role, "bench": bench})
    _send_link(invitation, token, base_url, person.language if person else language)
    return invitation


@transaction.atomic
def revoke(*, actor: User, invitation: ProgrammeInvitation) -> ProgrammeInvitation:
    """Withdraw an open invitation; one that is closed already is returned as it is."""
    invitation = ProgrammeInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.state == State.OPEN:
        invitation.state, invitation.closed_at = State.REVOKED, timezone.now()
        invitation.save(update_fields=["state", "closed_at", "updated_at"])
        record(actor=actor, verb="programme_invitation.revoked", target=invitation)
    return invitation


@transaction.atomic
def accept_as_new_person(
    *, invitation: ProgrammeInvitation, first_name: str, last_name: str, password: str, language: str = "de"
) -> User:
    """Open an account and take the role. Raises NotAcceptable, AddressInUse."""
    invitation = _locked(invitation)
    user = open_account(invitation.email, first_name, last_name, password, language)
    _take_role(invitation, user)
    return user


@transaction.atomic
def accept_as(*, actor: User, invitation: ProgrammeInvitation) -> ProgrammeRole:
    """Take the role with an account there is. Raises NotAcceptable, WrongPerson."""
    invitation = _locked(invitation)
    if not is_addressed_to(invitation, actor):
        raise WrongPerson
    return _take_role(invitation, actor)


@transaction.atomic
def end_role(*, actor: User, role: ProgrammeRole) -> ProgrammeRole:
    """End a role. What was written, commented and voted in it stays."""
    role = ProgrammeRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if role.ended_at is None:
        role.ended_at = timezone.now()
        role.save(update_fields=["ended_at", "updated_at"])
        record(actor=actor, verb="programme_role.ended", target=role)
    return role


@transaction.atomic
def choose_naming(*, actor: User, role: ProgrammeRole, is_named: bool) -> ProgrammeRole:
    """Let the public read one's name, or only the function. Raises WrongPerson: nobody decides that for another."""
    role = ProgrammeRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if role.user_id != actor.pk:
        raise WrongPerson
    role.is_named = is_named
    role.save(update_fields=["is_named", "updated_at"])
    return role


def _locked(invitation: ProgrammeInvitation) -> ProgrammeInvitation:
    invitation = ProgrammeInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not invitation.is_acceptable:
        raise NotAcceptable
    return invitation


def _take_role(invitation: ProgrammeInvitation, user: User) -> ProgrammeRole:
    role, _created = ProgrammeRole.objects.get_or_create(
        user=user,
        role=invitation.role,
        bench=invitation.bench,
        ended_at=None,
        defaults={"function": invitation.function, "organisation": invitation.organisation},
    )
    invitation.state, invitation.accepted_as, invitation.closed_at = State.ACCEPTED, role, timezone.now()
    invitation.save(update_fields=["state", "accepted_as", "closed_at", "updated_at"])
    record(actor=user, verb="programme_invitation.accepted", target=invitation)
    return role


def _send_link(invitation: ProgrammeInvitation, token: str, base_url: str, language: str) -> None:
    with override(language):
        subject = gettext("Invitation to “Municipalities for all”")
    send(
        kind="programme_invitation",
        to=invitation.email,
        subject=subject,
        template="municipalities/mail/programme_invitation.txt",
        context={"invitation": invitation, "link": f"{base_url}/join/{token}/"},
        language=language,
    )
