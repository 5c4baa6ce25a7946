"""The then-test: rating the answers of the wave before again, from what is known today. Both are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.assessments import queries, queries_delegations, queries_previous, queries_results
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem, locked
from apps.assessments.models import Answer, Assessment, ThenRating
from apps.assessments.policies import EVERYTHING, Recipient
from apps.audit.actions import record


@dataclass(frozen=True, slots=True)
class Rating:
    """How the time of the wave before looks today: a level, or None for unknown."""

    level: int | None
    note: str = ""


@transaction.atomic
def save_ratings(
    *, actor: Any, assessment_id: UUID, ratings: Mapping[str, Rating | None], only: Recipient | None = None
) -> int:
    """Store what has changed of the ratings, by name of the item (None: none); returns how many.

    only: whose delegations limit what may be rated. Raises Assessment.DoesNotExist, NotOpen (also where the wave asks
    for no then-test), UnknownItem (there is nothing to rate for it), NotGiven; then nothing is stored.
    """
    assessment = locked(assessment_id)
    wave = assessment.wave
    if assessment.state != Assessment.State.IN_PROGRESS or not wave.is_open or not wave.then_test:
        raise NotOpen(assessment)
    reading = queries.read(assessment)
    previous = queries_previous.previous(assessment)
    rateable = previous.rateable(reading) if previous is not None else {}
    access = EVERYTHING if only is None else queries_delegations.access_for(assessment, only)
    unknown = ratings.keys() - rateable.keys()
    if unknown:
        raise UnknownItem(min(unknown))
    stored = queries_results.ratings_in_hindsight(assessment)
    changed = {name: rating for name, rating in ratings.items() if rating != _rating_of(stored.get(name))}
    if not all(access.answers_item(reading.questionnaire.form.items[name]) for name in changed):
        raise NotGiven
    _write(assessment, changed, rateable, stored)
    if changed:
        record(actor=actor, verb="assessment.rated_in_hindsight", target=assessment, data={"items": len(changed)})
    return len(changed)


def _rating_of(row: ThenRating | None) -> Rating | None:
    return Rating(row.level, row.note) if row is not None else None


def _write(
    assessment: Assessment,
    changed: Mapping[str, Rating | None],
    rateable: Mapping[str, Answer],
    stored: Mapping[str, ThenRating],
) -> None:
    keys, now = queries.item_keys(assessment.wave.instrument_version_id), timezone.now()
    gone = [stored[name].pk for name, rating in changed.items() if rating is None]
    if gone:
        ThenRating.objects.filter(pk__in=gone).delete()
    rows = [
        ThenRating(
            municipality_id=assessment.municipality_id,
            assessment=assessment,
            item_id=keys[name],
            earlier=rateable[name],
            level=rating.level,
            is_unknown=rating.level is None,
            note=rating.note,
            rated_at=now,
        )
        for name, rating in changed.items()
        if rating is not None
    ]
    ThenRating.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["municipality", "assessment", "item"],
        update_fields=["earlier", "level", "is_unknown", "note", "rated_at", "updated_at"],
    )
