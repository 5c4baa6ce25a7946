"""Who gets what from the pages on needs, and from a dimension of the results."""

from collections.abc import Mapping
from typing import Any

from tests.assessments import factories
from tests.consistency.access import Row, World


def found(world: World) -> Mapping[str, Any]:
    assessment = factories.started(world.municipality)
    factories.save(assessment, {"d1_01": "1"})
    return {"assessment_id": assessment.pk}


def need(world: World) -> Mapping[str, Any]:
    return {**found(world), "item": "d1_01"}


def dimension(world: World) -> Mapping[str, Any]:
    return {**found(world), "dimension": 1}


ACCESS = {
    "assessments-needs": Row.in_municipality(all_roles=200, employee=403, kwargs=found),
    "assessments-need-priority": Row.in_municipality(coordinator=200, signatory=200, kwargs=need),
    "assessments-dimension": Row.in_municipality(all_roles=200, employee=403, kwargs=dimension),
}
