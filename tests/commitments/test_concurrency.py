"""Several people at one municipality's plan, or at one version's pilots, in transactions that really commit."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.commitments.actions import adoptions, measures, pilots
from apps.commitments.models import Adoption, AdoptionChange, Measure, Pilot
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.recommendations.actions.pilots import follow_pilots
from apps.recommendations.models import StateChange
from tests.assessments.test_concurrency import at_once
from tests.commitments.factories import adoption, next_standard
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.recommendations.factories import evaluated_pilot, version_in

pytestmark = pytest.mark.django_db(transaction=True)

SEVERAL = 6


def within(carried: scope.Scope, call: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with scope.enter(carried):
            return call()

    return run


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def staff() -> User:
    return UserFactory(staff=True)


def test_a_version_is_considered_once(municipality: Municipality, staff: User) -> None:
    version, person = version_in("standard", staff=staff), member(municipality)
    here = scope.municipality(municipality)
    call = within(here, lambda: adoptions.consider(actor=person, version_id=version.pk, needs={}))
    results = list(at_once([call] * SEVERAL))
    assert len({made.pk for made in results}) == 1, results
    with scope.enter(here):
        assert Adoption.objects.count() == AdoptionChange.objects.count() == 1


def test_a_new_version_is_confirmed_once(municipality: Municipality, staff: User) -> None:
    version, person = version_in("standard", staff=staff), member(municipality)
    old = adoption(municipality, version)
    newer = next_standard(version, staff)
    here = scope.municipality(municipality)
    decision = adoptions.Decision("Vorlage 1", timezone.localdate(), "Ada Beispiel", "Bürgermeisterin")

    def confirm() -> Any:
        return adoptions.confirm_version(actor=person, adoption_id=old.pk, version_id=newer.pk, decision=decision)

    results = list(at_once([within(here, confirm)] * SEVERAL))
    assert sum(isinstance(result, Adoption) for result in results) == 1, results
    with scope.enter(here):
        assert Adoption.objects.filter(version=newer, state="adopted").count() == 1


def test_measures_added_at_once_have_different_numbers(municipality: Municipality) -> None:
    person, here = member(municipality), scope.municipality(municipality)
    call = within(here, lambda: measures.create(actor=person, values={"title": "Frist"}))
    results = list(at_once([call] * SEVERAL))
    assert sorted(made.number for made in results) == list(range(1, SEVERAL + 1)), results
    with scope.enter(here):
        assert Measure.objects.count() == SEVERAL


def test_a_form_sent_several_times_at_once_adds_one_measure(municipality: Municipality) -> None:
    person, here, key = member(municipality), scope.municipality(municipality), uuid4()
    call = within(here, lambda: measures.create(actor=person, values={"title": "Frist"}, request_key=key))
    results = list(at_once([call] * SEVERAL))
    assert {made.number for made in results} == {1}, results
    with scope.enter(here):
        assert Measure.objects.count() == 1


def test_the_second_pilot_is_evaluated_once_and_moves_the_version_once(municipality: Municipality, staff: User) -> None:
    version, person = version_in("pilot_ready", staff=staff), member(municipality)
    with scope.enter(scope.programme()):
        evaluated_pilot(version.pk, MunicipalityFactory(), staff)
        second = evaluated_pilot(
            version.pk, municipality, staff, state="running", verdict="", verdict_reason="", evaluated_at=None,
            ends_on=None,
        )  # fmt: skip
        follow_pilots(version_id=version.pk)

    def evaluate() -> Any:
        return pilots.evaluate_pilot(
            actor=person, pilot_id=second.pk, ends_on=timezone.localdate(), result=None, verdict="works",
            verdict_reason="Es trägt.",
        )  # fmt: skip

    calls = [within(scope.municipality(municipality), evaluate)] * SEVERAL
    assert all(isinstance(result, Pilot) for result in at_once(calls))
    follow = within(scope.programme(), lambda: follow_pilots(version_id=version.pk))
    taken = list(at_once([follow] * SEVERAL))
    assert StateChange.objects.filter(version=version, transition="conclude_piloting").count() == 1, taken


def test_a_municipality_gets_one_pilot_of_a_version(municipality: Municipality, staff: User) -> None:
    version = version_in("pilot_ready", staff=staff)

    def plan() -> Any:
        return pilots.plan_pilot(
            actor=staff, municipality=municipality, subject_kind="recommendation", subject_id=version.pk,
            base_url="https://x.example",
        )  # fmt: skip

    results = list(at_once([within(scope.programme(), plan)] * SEVERAL))
    assert sum(isinstance(result, Pilot) for result in results) == 1, results
