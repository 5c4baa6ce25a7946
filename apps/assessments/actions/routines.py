"""Routines and their checks. Every step takes the routine's lock; the audit record never names what was answered."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments import queries_routines
from apps.assessments.actions.answers import UnknownItem
from apps.assessments.actions.assessments import WrongState
from apps.assessments.models import Need, Routine, RoutineAnswer, RoutineCheck
from apps.assessments.queries import item_keys
from apps.assessments.routine_reading import KNOWN, RoutineReading, StillMissing, known_answers
from apps.audit.actions import record
from apps.instruments.definition import Item
from apps.instruments.questions import parse_values, violation_messages
from apps.municipalities.models import OrgUnit

State = RoutineCheck.State
NAME_CONSTRAINT = "routine_name_once"


class NameTaken(Exception):
    """There is a routine of this name already, perhaps an archived one."""


class NoQuestionnaire(Exception):
    """The questionnaire for routines has not been published yet."""


class Incomplete(Exception):
    """The check cannot be completed: questions are unanswered, or answers cannot stand."""

    def __init__(self, missing: list[StillMissing]) -> None:
        super().__init__(len(missing))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """The answer to one question as a page sends it; seen: fingerprint of what was stored when the page was shown."""

    values: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not stored: what was typed, why, and the fingerprint of what is stored now."""

    raw: str
    errors: tuple[str, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class SavedCheck:
    """A check after saving: its reading before and after, and what was refused, by question."""

    check: RoutineCheck
    before: RoutineReading
    reading: RoutineReading
    refused: Mapping[str, Refused] = field(default_factory=dict)


def fingerprint(value: str) -> str:
    """What a page sends back to say which answer it was shown with; "" for none."""
    return hashlib.sha256(value.encode()).hexdigest()[:16] if value else ""


@transaction.atomic
def add_routine(*, actor: Any, name: str, kind: str, org_unit: OrgUnit | None = None, description: str = "") -> Routine:
    """Put a routine on the municipality's list. Raises NameTaken."""
    row = Routine(name=name.strip(), kind=kind, org_unit=org_unit, description=description.strip())
    _save(row)
    record(actor=actor, verb="routine.added", target=row, data={"kind": row.kind})
    return row


@transaction.atomic
def change_routine(
    *, actor: Any, routine_id: UUID, name: str, kind: str, org_unit: OrgUnit | None = None, description: str = ""
) -> Routine:
    """Change what the list says. Raises Routine.DoesNotExist, WrongState for an archived one, NameTaken."""
    row = locked_routine(routine_id)
    _in_use(row)
    values = {"name": name.strip(), "kind": kind, "org_unit": org_unit, "description": description.strip()}
    changed = [column for column, value in values.items() if getattr(row, column) != value]
    if not changed:
        return row
    for column in changed:
        setattr(row, column, values[column])
    _save(row, changed)
    record(actor=actor, verb="routine.changed", target=row, data={"fields": changed})
    return row


@transaction.atomic
def archive_routine(*, actor: Any, routine_id: UUID) -> Routine:
    """Take a routine that is no longer used off the list; its open needs lapse. Raises Routine.DoesNotExist."""
    row = locked_routine(routine_id)
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save(update_fields=["archived_at", "updated_at"])
        lapsed = _open_needs(row).update(lapsed_at=row.archived_at, updated_at=row.archived_at)
        record(actor=actor, verb="routine.archived", target=row, data={"lapsed": lapsed})
    return row


@transaction.atomic
def restore_routine(*, actor: Any, routine_id: UUID) -> Routine:
    """Put an archived routine back, with the needs that lapsed with it. Raises Routine.DoesNotExist."""
    row = locked_routine(routine_id)
    if row.archived_at is not None:
        lapsed_with_it = Need.objects.filter(routine_check__routine=row, lapsed_at=row.archived_at)
        reopened = lapsed_with_it.update(lapsed_at=None, updated_at=timezone.now())
        row.archived_at = None
        row.save(update_fields=["archived_at", "updated_at"])
        record(actor=actor, verb="routine.restored", target=row, data={"needs": reopened})
    return row


@transaction.atomic
def start_check(*, actor: Any, routine_id: UUID) -> RoutineCheck:
    """Begin to check a routine; where a check is in progress, that one.

    Raises Routine.DoesNotExist, WrongState for an archived routine, NoQuestionnaire.
    """
    row = locked_routine(routine_id)
    _in_use(row)
    running = queries_routines.running_check(row)
    if running is not None:
        return running
    version = queries_routines.latest_version()
    if version is None:
        raise NoQuestionnaire
    check = RoutineCheck(routine=row, instrument_version=version, started_by=actor)
    check.save(force_insert=True)
    record(actor=actor, verb="routine.check_started", target=check, data={"version": version.version})
    return check


@transaction.atomic
def save_check(*, actor: Any, check_id: UUID, entries: Mapping[str, CheckEntry], language: str = "") -> SavedCheck:
    """Store what has changed of the answers; what cannot stand is refused, the others are stored all the same.

    Refused is what cannot be read, what breaks a rule of the questionnaire, and what somebody else has answered
    otherwise since the page was shown. actor: whoever answers; answers carry no name. Raises RoutineCheck.DoesNotExist,
    WrongState, UnknownItem.
    """
    check = locked_check(check_id)
    _in_progress(check)
    before = queries_routines.reading_of(check, language=language)
    changed: dict[str, str] = {}
    refused: dict[str, Refused] = {}
    for name, entry in entries.items():
        item = _item(before, name)
        stored = before.answers.get(name, "")
        parsed = parse_values(item, [value for value in map(str.strip, entry.values) if value])
        if parsed.error:
            refused[name] = Refused(parsed.raw, (parsed.error,), entry.seen)
        elif parsed.value == stored or fingerprint(parsed.value) == entry.seen or before.state[name].readonly:
            continue
        elif fingerprint(stored) != entry.seen:
            refused[name] = Refused(parsed.raw, (_elsewhere(before, item),), fingerprint(stored))
        else:
            changed[name] = parsed.value
    after = _keep_what_can_stand(before, changed, refused, entries)
    _store(check, changed)
    return SavedCheck(check, before, after, refused)


@transaction.atomic
def complete_check(*, actor: Any, check_id: UUID) -> RoutineCheck:
    """Close a check: what it found becomes needs of the municipality.

    A need that an earlier check of the routine found and this one finds again stays as it is, priority included; one
    that is found no longer lapses. Nothing to do for a check that is completed. Raises RoutineCheck.DoesNotExist,
    WrongState for an archived routine, Incomplete.
    """
    check = locked_check(check_id)
    if check.state == State.COMPLETED:
        return check
    _in_progress(check)
    reading = queries_routines.reading_of(check)
    missing = list(reading.still_missing())
    if missing:
        raise Incomplete(missing)
    _store(check, known_answers(reading.form, check.routine))
    check.state, check.completed_at = State.COMPLETED, timezone.now()
    check.save(update_fields=["state", "completed_at", "updated_at"])
    found, lapsed = _bring_needs_up_to_date(check, reading)
    data = {"found": len(reading.needs), "needs": found, "lapsed": lapsed}
    record(actor=actor, verb="routine.check_completed", target=check, data=data)
    return check


def locked_routine(routine_id: UUID) -> Routine:
    """The routine, locked: its checks follow one another. Raises Routine.DoesNotExist."""
    found: Routine = Routine.objects.select_for_update(of=("self",), no_key=True).get(pk=routine_id)
    return found


def locked_check(check_id: UUID) -> RoutineCheck:
    """A check under the lock of its routine, which is loaded. Raises RoutineCheck.DoesNotExist."""
    routine = locked_routine(RoutineCheck.objects.values_list("routine_id", flat=True).get(pk=check_id))
    check: RoutineCheck = RoutineCheck.objects.get(pk=check_id)
    check.routine = routine
    return check


def _in_use(row: Routine) -> None:
    if row.archived_at is not None:
        raise WrongState(_("The routine has been archived."))


def _in_progress(check: RoutineCheck) -> None:
    _in_use(check.routine)
    if check.state != State.IN_PROGRESS:
        raise WrongState(_("The check has been completed already."))


def _save(row: Routine, changed: Collection[str] | None = None) -> None:
    """Save in a savepoint, so that a name that is taken leaves the transaction usable."""
    try:
        with transaction.atomic():
            if changed is None:
                row.save(force_insert=True)
            else:
                row.save(update_fields=[*changed, "updated_at"])
    except IntegrityError as error:
        if NAME_CONSTRAINT not in str(error):
            raise
        raise NameTaken from error


def _item(reading: RoutineReading, name: str) -> Item:
    item = reading.form.items.get(name)
    if item is None or not item.takes_answer or name in KNOWN:
        raise UnknownItem(name)
    return item


def _elsewhere(reading: RoutineReading, item: Item) -> str:
    theirs = reading.shown(item) or _("no answer")
    return _("Somebody else has answered meanwhile: %(answer)s. Save again to replace that.") % {"answer": theirs}


def _keep_what_can_stand(
    before: RoutineReading,
    changed: dict[str, str],
    refused: dict[str, Refused],
    entries: Mapping[str, CheckEntry],
) -> RoutineReading:
    """Move changes that break a rule from `changed` to `refused`; the reading with those that are left.

    Leaving one out can only touch others that read it, so this ends after at most one round per change.
    """
    while True:
        after = RoutineReading(before.compiled, {**before.answers, **changed}, before.language)
        broken = [name for name in changed if after.state[name].violations]
        if not broken:
            return after
        for name in broken:
            messages = violation_messages(after.compiled, after.state[name], after.language)
            refused[name] = Refused(changed.pop(name), messages, entries[name].seen)


def _store(check: RoutineCheck, values: Mapping[str, str]) -> None:
    if not values:
        return
    keys = item_keys(check.instrument_version_id)
    RoutineAnswer.objects.bulk_create(
        [
            RoutineAnswer(municipality_id=check.municipality_id, check_of=check, item_id=keys[name], value=value)
            for name, value in values.items()
        ],
        update_conflicts=True,
        unique_fields=["municipality", "check_of", "item"],
        update_fields=["value", "updated_at"],
    )


def _open_needs(row: Routine) -> Any:
    return Need.objects.filter(routine_check__routine=row, lapsed_at=None)


def _bring_needs_up_to_date(check: RoutineCheck, reading: RoutineReading) -> tuple[int, int]:
    """How many needs are new, how many have lapsed. Questions of two versions are the same by their name."""
    found = {finding.item.name: finding.item for finding in reading.needs}
    # Not two of the same name: the routine's lock keeps its checks apart, and this is the only place that adds any.
    there = {need.item.name: need for need in _open_needs(check.routine).select_related("item")}
    gone = [need.pk for name, need in there.items() if name not in found]
    if gone:
        now = timezone.now()
        Need.objects.filter(pk__in=gone).update(lapsed_at=now, updated_at=now)
    keys = item_keys(check.instrument_version_id)
    new = [
        Need(
            municipality_id=check.municipality_id,
            routine_check=check,
            item_id=keys[name],
            kind=Need.Kind.ROUTINE,
            dimension=item.dimension,
            weight=item.weight,
        )
        for name, item in found.items()
        if name not in there
    ]
    Need.objects.bulk_create(new)
    return len(new), len(gone)
