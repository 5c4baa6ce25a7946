"""What is written beside a measure: values of its indicator, evidence, comments, what it waits for.

Each step takes the measure's lock, dependencies the plan's. The audit record carries no texts, values or addresses.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.audit.actions import record
from apps.commitments import queries_measures
from apps.commitments.actions.measures import lock_plan, locked
from apps.commitments.models import IndicatorValue, Measure, MeasureComment, MeasureDependency, MeasureEvidence
from apps.files.actions import delete_file, store_upload
from apps.files.checks import Checked

MAX_EVIDENCE = 50


class NoIndicator(Exception):
    """The measure has no indicator that a value could belong to."""


class DayTaken(Exception):
    """There is a value of this day already."""


class TooMuchEvidence(Exception):
    """The measure has MAX_EVIDENCE pieces already."""


class Circle(Exception):
    """The measures would wait for each other; `chain` names them from the first to the first again."""

    def __init__(self, chain: Sequence[Measure]) -> None:
        super().__init__(" → ".join(f"M{measure.number}" for measure in chain))
        self.chain = tuple(chain)


@transaction.atomic
def add_value(*, actor: Any, measure_id: UUID, measured_on: date, value: Decimal, note: str = "") -> IndicatorValue:
    """Record a measured value. Raises Measure.DoesNotExist, NoIndicator, DayTaken."""
    measure = locked(measure_id)
    if not measure.indicator:
        raise NoIndicator
    if IndicatorValue.objects.filter(measure=measure, measured_on=measured_on).exists():
        raise DayTaken
    row = IndicatorValue(measure=measure, measured_on=measured_on, value=value, note=note.strip(), recorded_by=actor)
    row.save(force_insert=True)
    record(actor=actor, verb="measure.value_added", target=row, data={"number": measure.number})
    return row


@transaction.atomic
def remove_value(*, actor: Any, measure_id: UUID, value_id: UUID) -> None:
    """Take a value back. Raises Measure.DoesNotExist, IndicatorValue.DoesNotExist."""
    measure = locked(measure_id)
    row = IndicatorValue.objects.get(pk=value_id, measure=measure)
    record(actor=actor, verb="measure.value_removed", target=row, data={"number": measure.number})
    row.delete()


@transaction.atomic
def add_evidence(
    *,
    actor: Any,
    measure_id: UUID,
    title: str,
    dated_on: date,
    document: Checked | None = None,
    url: str = "",
) -> MeasureEvidence:
    """Add a document or an address, one of them. Raises Measure.DoesNotExist, TooMuchEvidence, ValueError."""
    if (document is None) == (not url):
        raise ValueError("Evidence is a document or an address.")
    measure = locked(measure_id)
    if queries_measures.evidence_of(measure).count() >= MAX_EVIDENCE:
        raise TooMuchEvidence
    row = MeasureEvidence(
        measure=measure,
        title=title.strip(),
        dated_on=dated_on,
        document=store_upload(actor=actor, uploaded=document) if document is not None else None,
        url=url,
        added_by=actor,
    )
    row.save(force_insert=True)
    record(actor=actor, verb="measure.evidence_added", target=row, data={"number": measure.number})
    return row


@transaction.atomic
def remove_evidence(*, actor: Any, measure_id: UUID, evidence_id: UUID) -> None:
    """Remove a piece of evidence with its document. Raises Measure.DoesNotExist, MeasureEvidence.DoesNotExist."""
    measure = locked(measure_id)
    row = MeasureEvidence.objects.select_related("document").get(pk=evidence_id, measure=measure)
    record(actor=actor, verb="measure.evidence_removed", target=row, data={"number": measure.number})
    document = row.document
    row.delete()
    if document is not None:
        delete_file(stored=document)


@transaction.atomic
def add_comment(*, actor: Any, measure_id: UUID, text: str) -> MeasureComment:
    """Write a comment. Raises Measure.DoesNotExist, ValueError for an empty one."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise ValueError("A comment says something.")
    measure = locked(measure_id)
    row = MeasureComment(measure=measure, author=actor, text=text)
    row.save(force_insert=True)
    record(actor=actor, verb="measure.commented", target=row, data={"number": measure.number})
    return row


@transaction.atomic
def add_dependency(*, actor: Any, measure_id: UUID, after_id: UUID) -> None:
    """Say that a measure waits for another. Nothing to do where it does already.

    Raises Measure.DoesNotExist, Circle where the other waits for it, by whichever way.
    """
    lock_plan()
    found = {row.pk: row for row in Measure.objects.filter(pk__in={measure_id, after_id})}
    if measure_id not in found or after_id not in found:
        raise Measure.DoesNotExist
    way = way_back(queries_measures.waiting_pairs(), measure_id, after_id)
    if way:
        rows = {row.pk: row for row in Measure.objects.filter(pk__in=way)}
        raise Circle([found[measure_id], *(rows[key] for key in way)])
    row, is_new = MeasureDependency.objects.get_or_create(measure=found[measure_id], after=found[after_id])
    if is_new:
        data = {"number": found[measure_id].number, "after": found[after_id].number}
        record(actor=actor, verb="measure.dependency_added", target=row, data=data)


@transaction.atomic
def remove_dependency(*, actor: Any, measure_id: UUID, after_id: UUID) -> None:
    """Say that it no longer waits for the other. Raises MeasureDependency.DoesNotExist."""
    lock_plan()
    row = MeasureDependency.objects.select_related("measure", "after").get(measure=measure_id, after=after_id)
    data = {"number": row.measure.number, "after": row.after.number}
    record(actor=actor, verb="measure.dependency_removed", target=row, data=data)
    row.delete()


def way_back(pairs: Sequence[tuple[UUID, UUID]], measure: UUID, after: UUID) -> list[UUID]:
    """If `measure` waited for `after`: the way from `after` back to `measure`, both included; [] where none is."""
    waits: dict[UUID, list[UUID]] = {}
    for before, for_which in pairs:
        waits.setdefault(before, []).append(for_which)
    came_from: Mapping[UUID, UUID | None] = _walk(waits, after)
    if measure not in came_from:
        return []
    way: list[UUID] = []
    step: UUID | None = measure
    while step is not None:
        way.append(step)
        step = came_from[step]
    return way[::-1]


def _walk(waits: Mapping[UUID, list[UUID]], start: UUID) -> dict[UUID, UUID | None]:
    """Everything `start` waits for, each with the one before it on the shortest way."""
    came_from: dict[UUID, UUID | None] = {start: None}
    queue = [start]
    for key in queue:
        for following in waits.get(key, ()):
            if following not in came_from:
                came_from[following] = key
                queue.append(following)
    return came_from
