"""Who gets what from the pages of the assessments."""

from collections.abc import Mapping
from typing import Any

from tests.assessments import factories
from tests.consistency.access import Row, World


def begun(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.started(world.municipality).pk}


def invited(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.invited(world.municipality).pk}


def handed_in(world: World) -> Mapping[str, Any]:
    return {"assessment_id": factories.in_review(world.municipality).pk}


def section(world: World) -> Mapping[str, Any]:
    return {**begun(world), "name": "d1"}


def item(world: World) -> Mapping[str, Any]:
    return {**begun(world), "name": "d1_01"}


def wave(world: World) -> Mapping[str, Any]:
    return {"wave_id": factories.wave().pk}


def signed(world: World) -> Mapping[str, Any]:
    assessment = factories.signed(world.municipality)
    return {"wave_id": assessment.wave_id, "assessment_id": assessment.pk}


SIGNING = {"function": "Bürgermeisterin", "confirmed": "on"}

ACCESS = {
    "assessments-list": Row.in_municipality(all_roles=200, employee=403),
    "assessments-detail": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-check": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-review": Row.in_municipality(all_roles=200, employee=403, kwargs=handed_in),
    "assessments-result": Row.in_municipality(all_roles=200, employee=403, kwargs=begun),
    "assessments-section": Row.in_municipality(all_roles=200, employee=403, kwargs=section),
    "assessments-answer": Row.in_municipality(
        coordinator=200, contributor=200, method="post", kwargs=item, data={"answer-d1_01": "2"}
    ),
    "assessments-start": Row.in_municipality(coordinator=303, method="post", kwargs=invited),
    "assessments-submit": Row.in_municipality(coordinator=303, method="post", kwargs=begun),
    "assessments-sign": Row.in_municipality(signatory=303, method="post", kwargs=handed_in, data=SIGNING),
    "assessments-return": Row.in_municipality(
        signatory=303, coordinator=303, method="post", kwargs=handed_in, data={"reason": "Bitte prüfen"}
    ),
    "waves-list": Row.in_programme(),
    "waves-new": Row.in_programme(),
    "waves-detail": Row.in_programme(kwargs=wave),
    "waves-open": Row.in_programme(kwargs=wave),
    "waves-close": Row.in_programme(kwargs=wave),
    "waves-invite": Row.in_programme(staff=422, method="post", kwargs=wave),
    "waves-assessment-close": Row.in_programme(staff=303, method="post", kwargs=signed),
}
