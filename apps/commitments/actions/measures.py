"""Planning measures: adding, copying, changing, saying where they stand.

Numbers, dependencies and imports are made under the lock of the municipality's plan, one after the other; all else
under the lock of the measure. The audit record names numbers, fields and states, never texts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments.models import Need
from apps.audit.actions import record
from apps.commitments import queries_measures
from apps.commitments.models import Adoption, Measure, MeasureNeed
from apps.commitments.queries_measure_templates import template
from apps.commitments.states import ENDED, MEASURE_STEPS, MeasureState
from apps.core import scope
from apps.core.keys import uuid7

#: What a plan says of a measure; the state has a step of its own.
FIELDS = (
    "title", "description", "org_unit_id", "responsible_id", "deputy_id", "starts_on", "due_on", "budget",
    "budget_note", "indicator", "indicator_definition", "unit_of_value", "baseline", "baseline_on", "target",
    "adoption_id",
)  # fmt: skip
WITH_REASON = frozenset({MeasureState.WAITING, MeasureState.DROPPED})


class ChangedMeanwhile(Exception):
    """Somebody else has changed the measure since the form was opened; `measure` is as it stands now."""

    def __init__(self, measure: Measure) -> None:
        super().__init__(str(measure.number))
        self.measure = measure


class NotAMember(Exception):
    """The person named in `field` does not belong to the municipality (any more)."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class AlreadySent(Exception):
    """The form has been sent before, with other values, and has added `measure`."""

    def __init__(self, measure: Measure) -> None:
        super().__init__(str(measure.number))
        self.measure = measure


class WrongStep(Exception):
    """From the state the measure is in, no step leads there; the text says so."""


class UnknownTemplate(Exception):
    """There is no such template, or no longer."""


@transaction.atomic
def create(
    *,
    actor: Any,
    values: Mapping[str, Any],
    need_ids: Iterable[UUID] = (),
    copied_from: str = "",
    request_key: UUID | None = None,
) -> Measure:
    """Add a measure with the next number. values: by names of FIELDS, what is missing stays empty.

    need_ids: needs it answers; those that are not there are left out. request_key: the same key with the same values
    gives the same measure again. Raises AlreadySent for the same key with other values, NotAMember,
    Adoption.DoesNotExist (also for one that has ended), ValueError for a field that is none.
    """
    lock_plan()
    known, request_key = _known(values), request_key or uuid7()
    before: Measure | None = Measure.objects.filter(request_key=request_key).first()
    if before is not None:
        if differing(before, known):
            raise AlreadySent(before)
        return before
    check_references(values)
    measure = Measure(number=next_number(), copied_from=copied_from, request_key=request_key, **known)
    measure.save(force_insert=True)
    link_needs(measure, need_ids)
    record(actor=actor, verb="measure.created", target=measure, data={"number": measure.number})
    return measure


@transaction.atomic
def copy_template(
    *, actor: Any, key: str, values: Mapping[str, Any] | None = None, request_key: UUID | None = None
) -> Measure:
    """Add the measure that a template proposes (key as of queries_measure_templates), with `values` over it.

    `copied_from` says where it came from; it answers the needs of the template. request_key: as in create.
    Raises UnknownTemplate, and as create.
    """
    found = template(key)
    if found is None:
        raise UnknownTemplate(key)
    proposed = {
        "title": found.title,
        "description": found.description,
        "indicator": found.indicator,
        "unit_of_value": found.unit_of_value,
        "adoption_id": found.adoption_id,
    }
    return create(
        actor=actor,
        values={**proposed, **(values or {})},
        need_ids=found.need_ids,
        copied_from=found.source,
        request_key=request_key,
    )


@transaction.atomic
def change(*, actor: Any, measure_id: UUID, revision: int, values: Mapping[str, Any]) -> Measure:
    """Change what the plan says. revision: of the measure the form was opened with.

    Nothing to do where nothing differs. Raises Measure.DoesNotExist, ChangedMeanwhile, NotAMember,
    Adoption.DoesNotExist, ValueError.
    """
    measure = locked(measure_id)
    if measure.revision != revision:
        raise ChangedMeanwhile(measure)
    changed = differing(measure, _known(values))
    if changed:
        check_references({name: values[name] for name in changed})
        store(measure, {name: values[name] for name in changed})
        data = {"number": measure.number, "fields": sorted(changed)}
        record(actor=actor, verb="measure.changed", target=measure, data=data)
    return measure


@transaction.atomic
def move(*, actor: Any, measure_id: UUID, state: str, reason: str = "", done_on: date | None = None) -> Measure:
    """Say where a measure stands. Waiting and given up want a reason; done has its day (today where none is given).

    Nothing to do where it stands there already. Raises Measure.DoesNotExist, WrongStep, ValueError for a reason that
    is missing or a day still to come.
    """
    measure = locked(measure_id)
    before = measure.state
    if before == state:
        return measure
    if (before, state) not in MEASURE_STEPS:
        names = {"source": measure.get_state_display(), "target": MeasureState(state).label}
        raise WrongStep(_("No step leads from “%(source)s” to “%(target)s”.") % names)
    store(measure, state_values(state, reason, done_on))
    data = {"number": measure.number, "from": before, "to": state}
    record(actor=actor, verb="measure.moved", target=measure, data=data)
    return measure


def state_values(state: str, reason: str, done_on: date | None) -> dict[str, Any]:
    """The fields that belong to a state. Raises ValueError for a missing reason and a day still to come."""
    reason = reason.strip() if state in WITH_REASON else ""
    if state in WITH_REASON and not reason:
        raise ValueError("The state wants a reason.")
    today = timezone.localdate()
    if state == MeasureState.DONE and done_on is not None and done_on > today:
        raise ValueError("What is still to come is not done.")
    return {"state": state, "reason": reason, "done_on": (done_on or today) if state == MeasureState.DONE else None}


def lock_plan() -> None:
    """One transaction at a time makes numbers and dependencies in the municipality of the scope."""
    with connection.cursor() as cursor:
        key = f"commitments.plan:{scope.require().municipality_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])


def locked(measure_id: UUID) -> Measure:
    """The measure under its lock. Raises Measure.DoesNotExist."""
    found: Measure = Measure.objects.select_for_update(of=("self",)).get(pk=measure_id)
    return found


def next_number() -> int:
    """The next number of the municipality; under the plan's lock."""
    return (Measure.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def differing(measure: Measure, values: Mapping[str, Any]) -> list[str]:
    """Names of the values that differ from what is stored."""
    return [name for name, value in values.items() if getattr(measure, name) != value]


def store(measure: Measure, values: Mapping[str, Any]) -> None:
    """Write these fields of a locked measure, as a new revision."""
    for name, value in values.items():
        setattr(measure, name, value)
    measure.revision += 1
    measure.save(update_fields=[*values, "revision", "updated_at"])


def check_references(values: Mapping[str, Any]) -> None:
    """The people named belong here, the adoption has not ended. Raises NotAMember, Adoption.DoesNotExist."""
    for field in ("responsible_id", "deputy_id"):
        if values.get(field) is not None and not queries_measures.is_member(values[field]):
            raise NotAMember(field.removesuffix("_id"))
    if values.get("adoption_id") is not None:
        Adoption.objects.exclude(state__in=ENDED).only("pk").get(pk=values["adoption_id"])


def link_needs(measure: Measure, need_ids: Iterable[UUID]) -> None:
    """Say which needs a new measure answers."""
    found = Need.objects.filter(pk__in=set(need_ids)).values_list("pk", flat=True)
    MeasureNeed.objects.bulk_create(MeasureNeed(measure=measure, need_id=key) for key in found)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"No fields of a measure: {sorted(unknown)}")
    return {name: _tidy(value) if isinstance(value, str) else value for name, value in values.items()}


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
