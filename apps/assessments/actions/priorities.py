"""What is to be written first: decided by the project team, on record. And the needs table taken out of the house."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.assessments.models import Wave
from apps.assessments.models.priority import WritingPriority
from apps.assessments.needs_table import queries
from apps.assessments.queries import item_keys
from apps.audit.actions import record


class NotDecided(Exception):
    """The decision cannot be recorded; the message says why."""


@transaction.atomic
def decide_priority(
    *,
    actor: Any,
    wave: Wave,
    subject: str,
    rank: int | None,
    reason: str,
    decided_on: date,
    seen: UUID | None = None,
) -> WritingPriority:
    """Record that a subject is written in this place, or (rank None) that it is taken off the list.

    subject: `d5` or `d5_03`, of the wave's questionnaire and profile. seen: the decision that counted when the person
    decided. Raises NotDecided where another one has been recorded since, where the subject is none of the wave, where
    nothing is to be taken off, or where the date lies ahead; ValueError without a reason or with a rank below 1.
    """
    reason = reason.strip()
    if not reason or (rank is not None and rank < 1):
        raise ValueError("A decision needs a reason and, if any, a rank from 1 on.")
    wave = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if wave.state == Wave.State.DRAFT or subject not in queries.subjects(wave, ""):
        raise NotDecided(gettext("This is not part of the wave's questionnaire."))
    if decided_on > timezone.localdate():
        raise NotDecided(gettext("The date of the decision lies ahead."))
    before = queries.current_decision(wave, subject)
    if (before.pk if before else None) != seen:
        raise NotDecided(gettext("Meanwhile somebody has recorded another decision on this. Please look at it first."))
    if rank is None and (before is None or before.rank is None):
        raise NotDecided(gettext("It is not on the list."))
    below, counted = queries.basis_of(wave, subject)
    item_id = item_keys(wave.instrument_version_id).get(subject)
    decision = WritingPriority.objects.create(
        wave=wave,
        item_id=item_id,
        dimension=int(subject[1:]) if item_id is None else None,
        revision=before.revision + 1 if before else 1,
        supersedes=before,
        rank=rank,
        reason=reason,
        decided_by=actor,
        decided_on=decided_on,
        below=below,
        counted=counted,
    )
    data = {"wave": str(wave), "subject": subject, "rank": rank, "before": before.rank if before else None}
    record(actor=actor, verb="priority.decided", target=decision, data=data)
    return decision


def record_export(*, actor: Any, wave: Wave, municipalities: int, basis: str, content: bytes) -> None:
    """Record that somebody took the needs table as a file: how many municipalities, on which basis."""
    digest = hashlib.sha256(content).hexdigest()
    data = {"wave": str(wave), "municipalities": municipalities, "basis": basis, "sha256": digest}
    record(actor=actor, verb="needs_table.exported", target=wave, data=data)
