"""Who gets what from pilots, from the chain between need and level, and from the report on the Ten-Point Plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from apps.assessments.models import Need
from apps.commitments.actions import ten_points
from apps.commitments.models import Pilot
from apps.core import scope
from apps.municipalities.models import Role
from apps.recommendations.guards import KIND
from tests.assessments import factories
from tests.consistency.access import Row, World
from tests.factories import UserFactory
from tests.recommendations.factories import version_in

PLAN = {
    "plan": "Ein halbes Jahr lang im Bürgeramt.",
    "starts_on": date(2026, 10, 1),
    "indicator": "Tage bis zur Antwort",
}
#: What the forms are sent; a refusal comes before the form is read.
ENTRY = {"noted_on": "2026-11-01", "kind": "experience", "text": "Die Ämter fragen nach der Frist."}


def _pilot(world: World, state: str = "planned") -> Pilot:
    with scope.enter(scope.municipality(world.municipality)):
        pilot = Pilot(
            subject_kind=KIND,
            subject_id=world.municipality.pk,
            subject_title="Bürgerbeschwerde mit Frist",
            state=state,
            planned_by=UserFactory(staff=True),
            **PLAN,
        )
        pilot.save(force_insert=True)
        return pilot


def planned(world: World) -> Mapping[str, Any]:
    return {"pilot_id": _pilot(world).pk}


def running(world: World) -> Mapping[str, Any]:
    return {"pilot_id": _pilot(world, "running").pk}


def subject(world: World) -> Mapping[str, Any]:
    return {"kind": KIND, "subject_id": version_in("pilot_ready").pk}


def found_need(world: World) -> Mapping[str, Any]:
    assessment = factories.signed(world.municipality)
    with scope.enter(scope.municipality(world.municipality)):
        return {"need_id": Need.objects.filter(assessment=assessment)[0].pk}


def report(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(world.municipality)):
        made = ten_points.start_report(
            actor=factories.person(world.municipality, Role.COORDINATOR),
            period_from=date(2026, 1, 1),
            period_to=date(2027, 12, 31),
        )
        return {"report_id": made.pk}


def point(world: World) -> Mapping[str, Any]:
    return {**report(world), "point": 3}


ACCESS = {
    "pilots-overview": Row.in_programme(),
    "pilots-subject": Row.in_programme(kwargs=subject),
    "pilots-plan-in": Row.in_programme(kwargs=subject),
    "pilots-list": Row.in_municipality(all_roles=200, employee=403),
    "pilots-detail": Row.in_municipality(all_roles=200, employee=403, kwargs=planned),
    "pilots-plan": Row.in_municipality(coordinator=200, kwargs=planned),
    "pilots-begin": Row.in_municipality(coordinator=303, method="post", kwargs=planned),
    "pilots-note": Row.in_municipality(coordinator=303, contributor=303, method="post", kwargs=running, data=ENTRY),
    "pilots-evaluate": Row.in_municipality(coordinator=200, kwargs=running),
    "pilots-call-off": Row.in_municipality(coordinator=200, kwargs=running),
    "chain-list": Row.in_municipality(coordinator=200, signatory=200, staff=200),
    "chain-detail": Row.in_municipality(coordinator=200, signatory=200, staff=200, kwargs=found_need),
    "ten-points-list": Row.in_municipality(coordinator=200, signatory=200, staff=200),
    "ten-points-new": Row.in_municipality(coordinator=200),
    "ten-points-detail": Row.in_municipality(coordinator=200, signatory=200, staff=200, kwargs=report),
    "ten-points-edit": Row.in_municipality(coordinator=200, kwargs=point),
    "ten-points-draft-anew": Row.in_municipality(coordinator=200, kwargs=report),
    "ten-points-delete": Row.in_municipality(coordinator=200, kwargs=report),
    "ten-points-word": Row.in_municipality(coordinator=200, signatory=200, staff=200, method="post", kwargs=report),
}
