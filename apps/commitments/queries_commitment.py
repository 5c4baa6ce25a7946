"""Reads on the self-commitment as employer. Each runs in the scope the caller entered."""

from datetime import date
from pathlib import Path
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.commitments.models import SelfCommitment

_STARTING_TEXT = Path(__file__).parent / "library" / "self_commitment.txt"
_State = SelfCommitment.State


def starting_text() -> str:
    """The project's proposal for a text, in German, with places to be filled in in square brackets."""
    return _STARTING_TEXT.read_text(encoding="utf-8")


def commitments() -> "QuerySet[SelfCommitment]":
    """All commitments of the municipality with their document, the newest first."""
    found: QuerySet[SelfCommitment] = SelfCommitment.objects.select_related("document").order_by("-created_at")
    return found


def commitment(key: UUID) -> SelfCommitment | None:
    """One commitment with its document."""
    return commitments().filter(pk=key).first()


def in_force() -> SelfCommitment | None:
    """The commitment that is in force."""
    return commitments().filter(state=_State.IN_FORCE).first()


def published(today: date) -> SelfCommitment | None:
    """The commitment that everybody may read: in force, public, and valid on the day."""
    return (
        SelfCommitment.objects.filter(state=_State.IN_FORCE, is_public=True, valid_from__lte=today)
        .filter(Q(valid_until=None) | Q(valid_until__gte=today))
        .first()
    )
