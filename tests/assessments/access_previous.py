"""Who gets what from the pages on deadlines, on changes between waves and on the then-test."""

from collections.abc import Mapping
from typing import Any

from tests.assessments import earlier, factories
from tests.consistency.access import Row, World


def second_wave(world: World) -> Mapping[str, Any]:
    return {"assessment_id": earlier.two_waves(world.municipality, earlier.NOW, then_test=True).pk}


def section(world: World) -> Mapping[str, Any]:
    return {**second_wave(world), "name": "d5"}


def wave(world: World) -> Mapping[str, Any]:
    return {"wave_id": factories.wave().pk}


def begun(world: World) -> Mapping[str, Any]:
    assessment = factories.started(world.municipality)
    return {"wave_id": assessment.wave_id, "assessment_id": assessment.pk}


ACCESS = {
    "assessments-changes": Row.in_municipality(all_roles=200, employee=403, kwargs=second_wave),
    "assessments-then-overview": Row.in_municipality(all_roles=200, employee=403, kwargs=second_wave),
    "assessments-then": Row.in_municipality(all_roles=200, employee=403, kwargs=section),
    "waves-extend": Row.in_programme(kwargs=wave),
    "waves-assessment-extend": Row.in_programme(kwargs=begun),
}
