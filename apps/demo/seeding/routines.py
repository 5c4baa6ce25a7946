"""Routines of two municipalities: never checked, being checked, checked with needs, told to others as an example."""

from collections.abc import Mapping
from uuid import UUID

from apps.accounts.models import User
from apps.assessments.actions.routine_examples import publish_example, release_example
from apps.assessments.actions.routines import (
    CheckEntry,
    SavedCheck,
    add_routine,
    complete_check,
    fingerprint,
    save_check,
    start_check,
)
from apps.assessments.models import Routine, RoutineCheck
from apps.core import scope
from apps.demo.content import routines as content
from apps.demo.content.routines import ROUTINES, DemoRoutine
from apps.demo.seeding.people_of import coordinator_of, place_of
from apps.instruments.definition import INTEGER, SELECT_MULTIPLE, SELECT_ONE, Item
from apps.municipalities.models import Municipality, OrgUnit

#: Answers open further questions; more rounds than any of them needs.
ROUNDS = 6


def seed_routines(staff: User, municipalities: Mapping[str, Municipality]) -> None:
    """Put routines on the lists of those that have never had any."""
    for slug in dict.fromkeys(wanted.slug for wanted in ROUTINES):
        to_publish = []
        with scope.enter(scope.municipality(municipalities[slug])):
            if Routine.objects.exists():
                continue
            for wanted in ROUTINES:
                if wanted.slug == slug:
                    to_publish += _routine(coordinator_of(place_of(slug)), wanted)
        with scope.enter(scope.programme()):
            for key in to_publish:
                publish_example(actor=staff, example_id=key)


def _routine(actor: User, wanted: DemoRoutine) -> list[UUID]:
    """One routine with its check; returns the example that is to be published, if there is one."""
    unit = OrgUnit.objects.get(name=wanted.unit)
    routine = add_routine(
        actor=actor, name=wanted.name, kind=wanted.kind, org_unit=unit, description=wanted.description
    )
    if wanted.answers is None:
        return []
    check = start_check(actor=actor, routine_id=routine.pk)
    saved = _save(actor, check, wanted.answers, {})
    if not wanted.is_complete:
        return []
    _answer_the_rest(actor, check, wanted, saved)
    complete_check(actor=actor, check_id=check.pk)
    if wanted.example is None:
        return []
    told = wanted.example
    release = release_example(actor=actor, check_id=check.pk, title=told.title, found=told.found, changed=told.changed)
    return [release.example_id] if told.is_published else []


def _answer_the_rest(actor: User, check: RoutineCheck, wanted: DemoRoutine, saved: SavedCheck) -> None:
    for _round in range(ROUNDS):
        missing = [found.item for found in saved.reading.still_missing()]
        if not missing:
            return
        answers = {item.name: (wanted.answers or {}).get(item.name) or _well(item) for item in missing}
        saved = _save(actor, check, answers, saved.reading.answers)
    raise ValueError(f"{wanted.name}: {[found.item.name for found in saved.reading.still_missing()]}")


def _save(actor: User, check: RoutineCheck, answers: Mapping[str, str], stored: Mapping[str, str]) -> SavedCheck:
    entries = {name: CheckEntry((value,), seen=fingerprint(stored.get(name, ""))) for name, value in answers.items()}
    saved = save_check(actor=actor, check_id=check.pk, entries=entries, language="de")
    if saved.refused:
        raise ValueError(f"{check.routine}: {saved.refused}")
    return saved


def _well(item: Item) -> str:
    if item.is_level:
        return content.WELL_LEVEL
    if item.kind in (SELECT_ONE, SELECT_MULTIPLE):
        return content.WELL_BY_LIST[item.list_name]
    return content.WELL_NUMBER if item.kind == INTEGER else content.WELL_TEXT
