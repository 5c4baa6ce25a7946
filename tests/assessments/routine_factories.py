"""Routines and their checks for tests, made by the actions."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from apps.assessments import queries_routines
from apps.assessments.actions import routine_examples as example_actions
from apps.assessments.actions import routines as actions
from apps.assessments.actions.routines import CheckEntry, SavedCheck, fingerprint
from apps.assessments.models import Routine, RoutineCheck, RoutineExample, RoutineRelease
from apps.assessments.routine_reading import KNOWN, RoutineReading
from apps.core import scope
from apps.instruments.actions import publish_version
from apps.instruments.definition import SELECT_MULTIPLE, SELECT_ONE
from apps.instruments.models import InstrumentVersion
from apps.instruments.xlsform import Reading, read_workbook
from apps.municipalities.models import Municipality, Role
from tests.assessments.factories import person
from tests.factories import UserFactory
from tests.instruments.imported import imported

LIBRARY = Path(__file__).parents[2] / "apps/instruments/library/routinencheck.xlsx"


def questionnaire() -> InstrumentVersion:
    """The published questionnaire for routines; imported where it is not there yet."""
    found = queries_routines.latest_version()
    if found is not None:
        return found
    content, reading = _library()
    with scope.enter(scope.programme()):
        version = imported(actor=None, content=content, filename=LIBRARY.name, reading=reading)
        return publish_version(actor=None, version=version)


@cache
def _library() -> tuple[bytes, Reading]:
    content = LIBRARY.read_bytes()
    return content, read_workbook(content, LIBRARY.name)


def routine(municipality: Municipality, name: str = "Antrag auf Bewohnerparkausweis", **fields: Any) -> Routine:
    """A routine on the municipality's list: a form, unless `kind` says otherwise."""
    values = {"kind": "form", **fields}
    with scope.enter(scope.municipality(municipality)):
        return actions.add_routine(actor=person(municipality, Role.COORDINATOR), name=name, **values)


def begun(municipality: Municipality, of: Routine | None = None) -> RoutineCheck:
    """A check in progress."""
    questionnaire()
    of = of or routine(municipality)
    with scope.enter(scope.municipality(municipality)):
        return actions.start_check(actor=person(municipality, Role.COORDINATOR), routine_id=of.pk)


def reading(municipality: Municipality, check: RoutineCheck) -> RoutineReading:
    """The check over what is stored."""
    with scope.enter(scope.municipality(municipality)):
        found = queries_routines.check(check.pk)
        assert found is not None
        return queries_routines.reading_of(found, language="de")


def save(municipality: Municipality, check: RoutineCheck, answers: Mapping[str, str]) -> SavedCheck:
    """Save answers as a page would that shows what is stored."""
    stored = reading(municipality, check).answers
    entries = {
        name: CheckEntry(tuple(value.split()) if " " in value and name == "r3_02" else (value,) if value else (),
                         fingerprint(stored.get(name, "")))
        for name, value in answers.items()
    }  # fmt: skip
    with scope.enter(scope.municipality(municipality)):
        return actions.save_check(
            actor=person(municipality, Role.COORDINATOR), check_id=check.pk, entries=entries, language="de"
        )


def answered(
    municipality: Municipality, of: Routine | None = None, answers: Mapping[str, str] | None = None
) -> RoutineCheck:
    """A check in which everything is answered: all is well, but for what `answers` says."""
    check, given = begun(municipality, of), dict(answers or {})
    save(municipality, check, given)
    while missing := list(reading(municipality, check).still_missing()):
        save(municipality, check, {found.item.name: _well(found.item) for found in missing})
    return check


def _well(item: Any) -> str:
    assert item.name not in KNOWN
    if item.is_level:
        return "4"
    by_list = {"answer": "yes", "yes_no": "yes", "decided_by": "two", "characteristics": "none"}
    if item.kind in (SELECT_ONE, SELECT_MULTIPLE):
        return by_list[item.list_name] if item.name != "r4_auto" else "no"
    return "§ 45 StVO"


def complete(municipality: Municipality, check: RoutineCheck) -> RoutineCheck:
    """Close a check."""
    with scope.enter(scope.municipality(municipality)):
        return actions.complete_check(actor=person(municipality, Role.COORDINATOR), check_id=check.pk)


def completed(
    municipality: Municipality, of: Routine | None = None, answers: Mapping[str, str] | None = None
) -> RoutineCheck:
    """A completed check; by default two things are missing and one is not known."""
    given = answers if answers is not None else {"r2_01": "1", "r2_04": "no", "r5_02": "unknown"}
    return complete(municipality, answered(municipality, of, given))


TEXTS = {
    "title": "Ausweis für Anwohnende",
    "found": "Es fehlte eine Telefonnummer für Fragen.",
    "changed": "Funktionsnummer in alle Fassungen aufgenommen.",
}


def released(municipality: Municipality, check: RoutineCheck | None = None, **texts: str) -> RoutineRelease:
    """An example proposed to the project team."""
    check = check or completed(municipality)
    with scope.enter(scope.municipality(municipality)):
        return example_actions.release_example(
            actor=person(municipality, Role.COORDINATOR), check_id=check.pk, **{**TEXTS, **texts}
        )


def published(municipality: Municipality, check: RoutineCheck | None = None, **texts: str) -> RoutineExample:
    """An example that everybody may read."""
    release = released(municipality, check, **texts)
    with scope.enter(scope.programme()):
        return example_actions.publish_example(actor=UserFactory(staff=True), example_id=release.example_id)
