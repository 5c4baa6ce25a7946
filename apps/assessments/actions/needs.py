"""Needs as rows: what an assessment has found, and how urgent the municipality says it is.

The audit record names item and priority, never the reason.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.assessments import queries, queries_needs
from apps.assessments.actions.answers import locked
from apps.assessments.models import Assessment, Need
from apps.assessments.questionnaire import Reading
from apps.assessments.signals import needs_recorded
from apps.audit.actions import record
from apps.instruments.scoring import DATA
from apps.instruments.scoring import Need as FoundNeed


class NotBegun(Exception):
    """The assessment has not been begun: nothing has been found."""


class NoNeed(Exception):
    """The item is no need as the answers stand."""


@transaction.atomic
def record_needs(*, assessment: Assessment, reading: Reading) -> None:
    """Bring the rows of an assessment's needs in line with its reading; the caller holds the assessment's lock.

    What is no longer found lapses, what is found again is open again; priorities stay in both cases. After the commit
    `signals.needs_recorded` is sent. `wave` of the assessment is loaded.
    """
    keys = queries.item_keys(assessment.wave.instrument_version_id)
    found = {keys[need.item]: _values(need) for need in reading.needs}
    there = {row.item_id: row for row in Need.objects.filter(assessment=assessment)}
    now = timezone.now()
    changed = []
    for key, row in there.items():
        values = found.get(key, {"lapsed_at": row.lapsed_at or now})
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in {**values, "updated_at": now}.items():
                setattr(row, name, value)
            changed.append(row)
    Need.objects.bulk_create(
        Need(municipality_id=assessment.municipality_id, assessment=assessment, item_id=key, **values)
        for key, values in found.items()
        if key not in there
    )
    Need.objects.bulk_update(changed, ["kind", "dimension", "level", "target", "weight", "lapsed_at", "updated_at"])
    transaction.on_commit(partial(_tell, assessment.municipality_id, assessment.pk))


@transaction.atomic
def set_priority(*, actor: Any, assessment_id: UUID, item: str, priority: str, reason: str) -> Need:
    """Say how urgent a need is, and why; from the first answer on, also of a closed assessment.

    Nothing to do where both stand already. Raises Assessment.DoesNotExist, NotBegun, NoNeed (the item is unknown, or
    not a need as the answers stand or were signed), ValueError for an unknown priority or an empty reason.
    """
    reason = reason.replace("\r\n", "\n").replace("\x00", "").strip()
    if not reason or priority not in Need.Priority.values:
        raise ValueError("A priority is one of four words, with a reason.")
    assessment = locked(assessment_id)
    if assessment.state == Assessment.State.INVITED:
        raise NotBegun
    reading = queries.read(assessment)
    if item not in {need.item for need in reading.needs}:
        raise NoNeed(item)
    if assessment.state in queries_needs.SIGNED and queries_needs.rows_of(assessment):
        # What was signed stays, whatever else a reading depends on has become since.
        transaction.on_commit(partial(_tell, assessment.municipality_id, assessment.pk))
    else:
        record_needs(assessment=assessment, reading=reading)
    need = queries_needs.rows_of(assessment).get(item)
    if need is None or need.lapsed_at is not None:
        raise NoNeed(item)
    if (need.priority, need.priority_reason) == (priority, reason):
        return need
    before = need.priority
    need.priority, need.priority_reason = priority, reason
    need.prioritised_by, need.prioritised_at = actor, timezone.now()
    need.save(update_fields=["priority", "priority_reason", "prioritised_by", "prioritised_at", "updated_at"])
    data = {"item": item, "priority": priority, "before": before}
    record(actor=actor, verb="need.prioritised", target=need, data=data)
    return need


def _values(need: FoundNeed) -> dict[str, Any]:
    return {
        "kind": Need.Kind.DATA if need.kind == DATA else Need.Kind.GAP,
        "dimension": need.dimension or None,
        "level": need.level,
        "target": need.target,
        "weight": need.weight,
        "lapsed_at": None,
    }


def _tell(municipality_id: UUID | None, assessment_id: UUID) -> None:
    needs_recorded.send_robust(Assessment, municipality_id=municipality_id, assessment_id=assessment_id)
