"""Who may read which text."""

from collections.abc import Mapping
from typing import Any

from tests.consistency.access import Row, World
from tests.recommendations.factories import version_in


def draft(world: World) -> Mapping[str, Any]:
    return {"pk": version_in("idea").pk}


def pilot_ready(world: World) -> Mapping[str, Any]:
    return {"pk": version_in("pilot_ready").pk}


def standard(world: World) -> Mapping[str, Any]:
    return {"number": version_in("standard").recommendation.number}


ACCESS = {
    "recommendations-read": Row.in_workshop(kwargs=draft),
    "recommendations-compare-editions": Row.in_workshop(kwargs=draft),
    "recommendations-read-municipality": Row.in_municipality(all_roles=200, employee=403, kwargs=pilot_ready),
    "recommendations-public-list": Row.for_all(),
    "recommendations-public": Row.for_all(kwargs=standard),
    "recommendations-public-history": Row.for_all(kwargs=standard),
    "recommendations-public-version": Row.for_all(kwargs=lambda world: {**standard(world), "version": 1}),
    "recommendations-compare": Row.for_all(kwargs=lambda world: {**standard(world), "old": 1, "new": 1}),
}
