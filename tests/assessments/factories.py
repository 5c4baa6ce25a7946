"""Assessments for tests: made by the actions, or in bulk where a benchmark needs thousands."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.assessments import queries
from apps.assessments.actions.answers import Entry, Saved, save_answers
from apps.assessments.actions.assessments import sign_off, start_assessment, submit_for_review
from apps.assessments.actions.waves import create_wave, invite_municipalities, open_wave
from apps.assessments.content import Seen
from apps.assessments.models import Answer, Assessment, Wave
from apps.core import scope
from apps.instruments import definition
from apps.instruments.actions import publish_version
from apps.instruments.models import InstrumentVersion
from apps.instruments.xlsform import Reading, read_workbook
from apps.municipalities.models import Membership, Municipality, Role
from tests.factories import UserFactory, member
from tests.instruments.imported import imported

LIBRARY = Path(__file__).parents[2] / "apps/instruments/library/bedarfserhebung.xlsx"
CONTEXT = {
    "reference_date": ("2026-10-01",),
    "municipality_kind": ("municipality",),
    "size_class": ("mun_4",),
    "employees": ("420",),
    "competences": tuple(definition.COMPETENCES),
    "staff_council": ("yes",),
}


@lru_cache(maxsize=1)
def _library() -> tuple[bytes, Reading]:
    content = LIBRARY.read_bytes()
    return content, read_workbook(content, LIBRARY.name)


def published_version(actor: User | None = None) -> InstrumentVersion:
    """The project's own questionnaire, imported and published."""
    content, reading = _library()
    with scope.enter(scope.programme()):
        version = imported(actor=actor, content=content, filename=LIBRARY.name, reading=reading)
        return publish_version(actor=actor, version=version)


def draft_wave(label: str = "T0", **fields: Any) -> Wave:
    """A wave in preparation."""
    actor = fields.pop("actor", None) or UserFactory(staff=True)
    version = fields.pop("instrument_version", None) or published_version()
    values: dict[str, Any] = {
        "profile": "standard",
        "opens_on": date(2026, 11, 1),
        "closes_on": date(2027, 1, 31),
        "evidence_required": False,
        **fields,
    }
    with scope.enter(scope.programme()):
        return create_wave(actor=actor, label=label, instrument_version=version, **values)


def wave(label: str = "T0", **fields: Any) -> Wave:
    """An open wave."""
    prepared = draft_wave(label, **fields)
    with scope.enter(scope.programme()):
        return open_wave(actor=None, wave=prepared)


def invited(municipality: Municipality, in_wave: Wave | None = None) -> Assessment:
    """An assessment to which the municipality has been invited."""
    in_wave = in_wave or wave()
    with scope.enter(scope.programme()):
        (assessment,) = invite_municipalities(
            actor=None, wave=in_wave, municipalities=[municipality], base_url="https://kommunen.example"
        )
    return assessment


def person(municipality: Municipality, role: str) -> User:
    """The first person with `role` in the municipality; made where there is none."""
    with scope.enter(scope.municipality(municipality)):
        found = Membership.objects.filter(role=role, ended_at=None).select_related("user").first()
    return found.user if found else member(municipality, role)


def started(municipality: Municipality, in_wave: Wave | None = None) -> Assessment:
    """An assessment that the coordinator has begun."""
    coordinator = person(municipality, Role.COORDINATOR)
    assessment = invited(municipality, in_wave)
    with scope.enter(scope.municipality(municipality)):
        return start_assessment(actor=coordinator, assessment_id=assessment.pk)


def save(assessment: Assessment, answers: Mapping[str, Any], *, actor: User | None = None, **fields: Any) -> Saved:
    """Save answers as a page would that shows what is stored: item name → value, list of choices, or Entry."""
    municipality = assessment.municipality
    actor = actor or person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        fresh = queries.assessments().get(pk=assessment.pk)
        stored = queries.answers_of(fresh)
        entries = [entry(name, value, stored.get(name), **fields) for name, value in answers.items()]
        return save_answers(actor=actor, assessment_id=assessment.pk, entries=entries)


def entry(name: str, value: Any, stored: Answer | None = None, **fields: Any) -> Entry:
    """An entry for the value, seen as it is stored."""
    from apps.assessments.content import content_of

    if isinstance(value, Entry):
        return value
    values = (value,) if isinstance(value, str) else tuple(value)
    seen = Seen.of(content_of(stored), stored.revision if stored else 0)
    return Entry(name, values, seen=seen, **fields)


def full_answers(levels: Iterable[str] = ("0", "1", "2", "3", "4")) -> dict[str, Any]:
    """An answer to every level item, the levels in turn, and to the questions on context."""
    turn = list(levels)
    _content, reading = _library()
    items = reading.form.level_items
    return {**CONTEXT, **{item.name: turn[place % len(turn)] for place, item in enumerate(items)}}


def answered(
    municipality: Municipality, in_wave: Wave | None = None, answers: Mapping[str, Any] | None = None
) -> Assessment:
    """An assessment in which everything is answered."""
    assessment = started(municipality, in_wave)
    save(assessment, answers or full_answers())
    return assessment


def in_review(municipality: Municipality, in_wave: Wave | None = None, **fields: Any) -> Assessment:
    """An assessment handed in for signature."""
    assessment = answered(municipality, in_wave, **fields)
    with scope.enter(scope.municipality(municipality)):
        return submit_for_review(
            actor=person(municipality, Role.COORDINATOR), assessment_id=assessment.pk, url="https://x.example/"
        )


def signed(municipality: Municipality, in_wave: Wave | None = None, **fields: Any) -> Assessment:
    """A signed assessment."""
    signatory = person(municipality, Role.SIGNATORY)
    assessment = in_review(municipality, in_wave, **fields)
    with scope.enter(scope.municipality(municipality)):
        return sign_off(
            actor=signatory, assessment_id=assessment.pk, name=signatory.get_full_name(), function="Bürgermeisterin"
        )


def bulk_answered(municipalities: Iterable[Municipality], in_wave: Wave, *, by: User) -> int:
    """Full assessments for many municipalities by bulk inserts, without actions; returns the number of answers.

    Run it in the programme's connection role of a benchmark or as the owner: each municipality in its own scope.
    """
    keys = queries.item_keys(in_wave.instrument_version_id)
    now = timezone.now()
    answers = {name: value for name, value in full_answers().items() if name in keys}
    count = 0
    for municipality in municipalities:
        with scope.enter(scope.municipality(municipality)):
            assessment = Assessment.objects.create(
                wave=in_wave, state=Assessment.State.IN_PROGRESS, started_at=now - timedelta(days=1)
            )
            rows = [
                Answer(
                    assessment=assessment,
                    item_id=keys[name],
                    level=int(value) if isinstance(value, str) else None,
                    value="" if isinstance(value, str) else " ".join(value),
                    answered_by=by,
                    answered_at=now,
                )
                for name, value in answers.items()
            ]
            count += len(Answer.objects.bulk_create(rows))
    return count
