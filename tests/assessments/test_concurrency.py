"""Many people at one assessment at once, in transactions that really commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.assessments import queries
from apps.assessments.actions.answers import Entry, NotOpen, save_answers
from apps.assessments.actions.assessments import return_to_progress, sign_off, submit_for_review
from apps.assessments.models import Answer, Assessment, AssessmentSection, Signature
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.factories import MunicipalityFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 20


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


def at_once(calls: list[Callable[[], Any]]) -> Iterator[Any]:
    """Run the calls in threads with connections of their own; yields results, or the exception raised."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        yield from pool.map(run, calls)


def saving(municipality: Municipality, assessment: Assessment, actor: Any, entries: list[Entry]) -> Callable[[], int]:
    def call() -> int:
        acknowledged = 0
        for entry in entries:
            with scope.enter(scope.municipality(municipality)):
                saved = save_answers(actor=actor, assessment_id=assessment.pk, entries=[entry])
            acknowledged += saved.status == 200
        return acknowledged

    return call


def test_twenty_writers_lose_and_double_nothing(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    people = [member(municipality, Role.CONTRIBUTOR) for _writer in range(WRITERS)]
    names = [name for name in factories.full_answers() if name.startswith("d")][:60]
    shares = [names[place::WRITERS] for place in range(WRITERS)]
    calls = [
        saving(
            municipality, assessment, person, [Entry(name, (str(place % 5),), note=f"von {place}") for name in share]
        )
        for place, (person, share) in enumerate(zip(people, shares, strict=True))
    ]
    assert sum(at_once(calls)) == len(names)
    with scope.enter(scope.municipality(municipality)):
        stored = queries.answers_of(queries.assessments().get(pk=assessment.pk))
        assert Answer.objects.filter(assessment=assessment).count() == len(stored)
        for place, share in enumerate(shares):
            for name in share:
                assert (stored[name].level, stored[name].note, stored[name].revision) == (
                    place % 5,
                    f"von {place}",
                    1,
                )
        reading = queries.read(queries.assessments().get(pk=assessment.pk))
        for row in AssessmentSection.objects.filter(assessment=assessment):
            section = next(s for s in reading.questionnaire.sections if s.name == row.name)
            assert row.answered == reading.progress(section).answered


def test_of_twenty_different_answers_to_one_question_one_is_stored_and_the_others_are_told(
    municipality: Municipality,
) -> None:
    assessment = factories.started(municipality)
    people = [member(municipality, Role.CONTRIBUTOR) for _writer in range(WRITERS)]
    calls = [
        saving(municipality, assessment, person, [Entry("units_involved", (f"Amt {place}",))])
        for place, person in enumerate(people)
    ]
    acknowledged = list(at_once(calls))
    assert sum(acknowledged) == 1
    with scope.enter(scope.municipality(municipality)):
        (answer,) = Answer.objects.filter(assessment=assessment).exclude(value="")
        assert answer.value == f"Amt {acknowledged.index(1)}"
        assert answer.revision == 1


def test_an_answer_is_in_the_signature_or_refused(municipality: Municipality) -> None:
    """Saving and handing in at once: whatever was acknowledged is part of what is signed."""
    assessment = factories.answered(municipality)
    coordinator, signatory = member(municipality), member(municipality, Role.SIGNATORY)

    def submit() -> Any:
        with scope.enter(scope.municipality(municipality)):
            return submit_for_review(actor=coordinator, assessment_id=assessment.pk, url="https://x.example/")

    writers = [
        saving(
            municipality,
            assessment,
            factories.person(municipality, Role.COORDINATOR),
            [Entry("d1_01", ("4",), note=f"{place}")],
        )
        for place in range(5)
    ]
    results = list(at_once([*writers, submit]))
    for result in results[:-1]:
        assert isinstance(result, (int, NotOpen))

    def sign() -> Any:
        with scope.enter(scope.municipality(municipality)):
            return sign_off(
                actor=signatory, assessment_id=assessment.pk, name="Kim Beispiel", function="Bürgermeisterin"
            )

    list(at_once([sign, sign, sign]))
    with scope.enter(scope.municipality(municipality)):
        (signature,) = Signature.objects.filter(assessment=assessment)
        from apps.assessments.content import content_hash

        fresh = queries.assessments().get(pk=assessment.pk)
        assert fresh.state == Assessment.State.SIGNED_OFF
        assert signature.content_hash == content_hash(queries.contents_of(queries.answers_of(fresh)))
    with scope.enter(scope.municipality(municipality)):
        return_to_progress(actor=signatory, assessment_id=assessment.pk, reason="Bitte 1.1 prüfen")
