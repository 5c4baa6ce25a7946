"""Who gets what from the pages on items that several departments answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.assessments.actions import delegations
from apps.assessments.actions.answers import save_answers
from apps.assessments.policies import Recipient
from apps.core import scope
from apps.municipalities.models import Role
from tests.assessments import factories
from tests.consistency.access import Row, World
from tests.factories import member


def begun(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk}


def undecided(world: World) -> Mapping[str, Any]:
    """An item that two contributors have answered differently."""
    assessment = factories.started(world.municipality)
    coordinator = factories.person(world.municipality, Role.COORDINATOR)
    people = [world.people["contributor"], member(world.municipality, Role.CONTRIBUTOR)]
    with scope.enter(scope.municipality(world.municipality)):
        for person in people:
            delegations.give_sections(
                actor=coordinator,
                assessment_id=assessment.pk,
                sections=["d1"],
                user=person,
                due_on=timezone.localdate() + timedelta(days=3),
                base_url="https://kommunen.example",
            )
        for level, person in zip("13", people, strict=True):
            save_answers(
                actor=person,
                assessment_id=assessment.pk,
                entries=[factories.entry("d1_01", level)],
                only=Recipient(user_id=person.pk),
            )
    return {"assessment_id": assessment.pk, "name": "d1_01"}


ACCESS = {
    "assessments-departments": Row.in_municipality(coordinator=200, kwargs=begun),
    "assessments-departments-item": Row.in_municipality(coordinator=200, kwargs=undecided),
}
