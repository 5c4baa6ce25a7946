"""Who gets what from the pages on routines."""

from collections.abc import Mapping
from typing import Any

from tests.assessments import routine_factories as factories
from tests.consistency.access import Row, World


def routine(world: World) -> Mapping[str, Any]:
    return {"routine_id": factories.routine(world.municipality).pk}


def begun(world: World) -> Mapping[str, Any]:
    return {"routine_id": factories.begun(world.municipality).routine_id}


def answered(world: World) -> Mapping[str, Any]:
    return {"routine_id": factories.answered(world.municipality).routine_id}


def startable(world: World) -> Mapping[str, Any]:
    factories.questionnaire()
    return routine(world)


def completed(world: World) -> Mapping[str, Any]:
    return {"check_id": factories.completed(world.municipality).pk}


def released(world: World) -> Mapping[str, Any]:
    return {"check_id": factories.released(world.municipality).check_of_id}


def proposed(world: World) -> Mapping[str, Any]:
    return {"example_id": factories.released(world.municipality).example_id}


# These routines belong to no department: a contributor sees none of them, and adds none without a department.
ALL_BUT_CONTRIBUTORS = {"coordinator": 200, "signatory": 200, "staff": 200}

ACCESS = {
    "routines-list": Row.in_municipality(all_roles=200, employee=403),
    "routines-new": Row.in_municipality(coordinator=200),
    "routines-examples": Row.in_municipality(all_roles=200, employee=403),
    "routines-detail": Row.in_municipality(**ALL_BUT_CONTRIBUTORS, kwargs=routine),
    "routines-change": Row.in_municipality(coordinator=200, kwargs=routine),
    "routines-archive": Row.in_municipality(coordinator=200, kwargs=routine),
    "routines-restore": Row.in_municipality(coordinator=303, method="post", kwargs=routine),
    "routines-start": Row.in_municipality(coordinator=303, method="post", kwargs=startable),
    "routines-check": Row.in_municipality(**ALL_BUT_CONTRIBUTORS, kwargs=begun),
    "routines-complete": Row.in_municipality(coordinator=200, kwargs=answered),
    "routines-result": Row.in_municipality(**ALL_BUT_CONTRIBUTORS, kwargs=completed),
    "routines-release": Row.in_municipality(coordinator=200, kwargs=completed),
    "routines-take-back": Row.in_municipality(coordinator=200, kwargs=released),
    "routine-examples-review": Row.in_programme(),
    "routine-examples-detail": Row.in_programme(kwargs=proposed),
    "routine-examples-publish": Row.in_programme(staff=303, method="post", kwargs=proposed),
    "routine-examples-decline": Row.in_programme(staff=422, method="post", kwargs=proposed),
}
