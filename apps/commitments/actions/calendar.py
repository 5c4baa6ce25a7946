"""Addresses of the calendar of deadlines: made, made anew, revoked. Only a hash of the token is kept."""

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.actions import record
from apps.commitments.actions.measures import lock_plan
from apps.commitments.models import CalendarToken

TOKEN_BYTES = 32


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_address(*, actor: Any, only_mine: bool) -> str:
    """A new token for the actor's calendar in the municipality of the scope; one that is there ends. Returns it."""
    _revoke(actor)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = CalendarToken(user=actor, token_hash=hash_of(token), only_mine=only_mine)
    row.save(force_insert=True)
    record(actor=actor, verb="calendar.address_created", target=row, data={"only_mine": only_mine})
    return token


@transaction.atomic
def revoke_address(*, actor: Any) -> bool:
    """The actor's address no longer works. False where there is none."""
    row = _revoke(actor)
    if row is None:
        return False
    record(actor=actor, verb="calendar.address_revoked", target=row)
    return True


def _revoke(actor: Any) -> CalendarToken | None:
    # Two addresses made at once would otherwise both find none to revoke.
    lock_plan()
    row: CalendarToken | None = CalendarToken.objects.filter(user=actor, revoked_at=None).first()
    if row is not None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at", "updated_at"])
    return row
