"""A person's calendar of trainings: its secret address made, made anew, revoked; titles shown or not.

Only a hash of the address's token is kept. What a person sets for oneself leaves no audit record.
"""

import hashlib
import secrets
from typing import Any

from django.db import transaction

from apps.training.models import TrainingCalendar

TOKEN_BYTES = 32


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_address(*, actor: Any) -> str:
    """A new token for the person's calendar; one that is there ends. Returns it: it is not kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _set(actor, token_hash=hash_of(token))
    return token


@transaction.atomic
def revoke_address(*, actor: Any) -> None:
    """The person's address no longer works."""
    _set(actor, token_hash="")


@transaction.atomic
def show_titles(*, actor: Any, show: bool) -> None:
    """Say whether calendar and mails may bear titles and places; confidential trainings never do."""
    _set(actor, show_titles=show)


def _set(actor: Any, **values: Any) -> None:
    TrainingCalendar.objects.update_or_create(user=actor, defaults=values)
