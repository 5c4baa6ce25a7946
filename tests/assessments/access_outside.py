"""Who gets what from the readings from outside."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.assessments.actions import outside
from apps.core import scope
from apps.municipalities.models import Role
from tests.assessments import factories
from tests.consistency.access import Row, World


def begun(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk}


def invited(world: World) -> Mapping[str, Any]:
    assessment = factories.started(world.municipality)
    actor = factories.person(world.municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(world.municipality)):
        row = outside.invite(
            actor=actor,
            assessment_id=assessment.pk,
            organisation="Beratung Regenbogen e. V.",
            contact="Alex Muster",
            email="post@regenbogen.example",
            due_on=timezone.localdate() + timedelta(days=3),
            base_url="https://kommunen.example",
        )
    return {"reading_id": row.pk}


def no_link(world: World) -> Mapping[str, Any]:
    return {"token": "nobody-was-ever-sent-this"}


ACCESS = {
    "assessments-outside": Row.in_municipality(coordinator=200, kwargs=begun),
    "assessments-outside-invite": Row.in_municipality(coordinator=200, kwargs=begun),
    "assessments-outside-differences": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-outside-renew": Row.in_municipality(coordinator=303, method="post", kwargs=invited),
    "assessments-outside-withdraw": Row.in_municipality(coordinator=200, kwargs=invited),
    # The token is the key, whoever has it; without a valid one there is nothing for anybody.
    "assessments-outside-read": Row.for_all(404, kwargs=no_link),
    "assessments-outside-submit": Row.for_all(404, kwargs=no_link),
    "assessments-outside-section": Row.for_all(404, kwargs=lambda world: {**no_link(world), "name": "d1"}),
}
