"""Starting a recommendation, and what the project team says about a version as a whole."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.assessments.models import WritingPriority
from apps.audit.actions import record
from apps.recommendations.actions.lifecycle import NotPossible, locked
from apps.recommendations.models import Edition, Recommendation, RecommendationVersion

_MAX_KEY = 60
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "*": "", ":": " "})


@transaction.atomic
def start_recommendation(
    *,
    actor: Any,
    title: str,
    dimension: int,
    items: Sequence[str] = (),
    priority: WritingPriority | None = None,
    started_because: str = "",
) -> RecommendationVersion:
    """Begin a recommendation with the next number: version 1 as an idea, with an empty text. Returns the version.

    priority: the decision from the needs table that asks for it; without one `started_because` says why. Raises
    NotPossible where neither is given or the decision no longer counts.
    """
    started_because = started_because.strip()
    if priority is None and not started_because:
        raise NotPossible(_("Please say why it is written, or choose a decision from the needs table."))
    if priority is not None and WritingPriority.objects.filter(supersedes=priority.pk).exists():
        raise NotPossible(_("A later decision has taken this one's place."))
    number = next_number()
    return create(
        actor=actor,
        number=number,
        key=free_key(title),
        dimension=dimension,
        edition={"title": title.strip(), "items": list(items)},
        priority=priority,
        started_because=started_because,
    )


def next_number() -> int:
    """The next free number, kept for the running transaction."""
    lock_numbers()
    last = Recommendation.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def lock_numbers() -> None:
    """Until the transaction ends nobody else starts a recommendation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recommendations.next_number'))")


def free_key(title: str) -> str:
    """A key of the words of a title that no recommendation has yet."""
    base = slugify(title.casefold().translate(_LETTERS))[: _MAX_KEY - 4].strip("-") or "empfehlung"
    taken = set(Recommendation.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, 1_000))) if key not in taken)


def create(
    *,
    actor: Any,
    number: int,
    key: str,
    dimension: int,
    edition: dict[str, Any],
    priority: WritingPriority | None = None,
    started_because: str = "",
) -> RecommendationVersion:
    """The rows of a new recommendation: its first version, an idea, with an open text of these fields."""
    made = Recommendation.objects.create(
        number=number,
        key=key,
        dimension=dimension,
        priority=priority,
        started_because=started_because,
        started_by=actor,
    )
    version = RecommendationVersion.objects.create(recommendation=made, number=1, state_since=timezone.now())
    Edition.objects.create(version=version, number=1, **edition)
    data = {"number": number, "by_decision": priority is not None}
    record(actor=actor, verb="recommendation.started", target=version, data=data)
    return version


@transaction.atomic
def share_as_draft(*, actor: Any, version_id: UUID, shared: bool) -> RecommendationVersion:
    """Let municipalities read a version as a draft, or no longer. Nothing to do where it is so already.

    Raises RecommendationVersion.DoesNotExist.
    """
    version = locked(version_id)
    if (version.shared_as_draft_at is not None) != shared:
        version.shared_as_draft_at = timezone.now() if shared else None
        version.save(update_fields=["shared_as_draft_at", "updated_at"])
        record(actor=actor, verb=f"recommendation.{'shared' if shared else 'unshared'}", target=version)
    return version


@transaction.atomic
def set_doi(*, actor: Any, version_id: UUID, doi: str) -> RecommendationVersion:
    """Note the DOI of a version, or take it away. Raises RecommendationVersion.DoesNotExist."""
    version = locked(version_id)
    if version.doi != doi:
        version.doi = doi
        version.save(update_fields=["doi", "updated_at"])
        record(actor=actor, verb="recommendation.doi_set", target=version, data={"doi": doi})
    return version
