"""Rows of the access matrix: learning at one's own pace. Records are open, so that steps can be kept."""

from collections.abc import Mapping
from typing import Any

from apps.training.models import TrainingOpening
from tests.consistency.access import Row, World
from tests.training import factories


def module(world: World) -> Mapping[str, Any]:
    if not TrainingOpening.objects.filter(of=world.municipality).exists():
        factories.opened(world.municipality)
    return {"key": factories.offered().key}


def unit(world: World) -> Mapping[str, Any]:
    return {**module(world), "unit_key": "ankommen"}


def sheet(world: World) -> Mapping[str, Any]:
    return {**module(world), "unit_key": "arbeitsblatt"}


ACCESS = {
    "learning-overview": Row.in_municipality(all_roles=200, kwargs=module),
    "learning-unit": Row.in_municipality(all_roles=200, kwargs=unit),
    "learning-done": Row.in_municipality(all_roles=303, staff=403, method="post", kwargs=unit),
    "learning-sheet": Row.in_municipality(all_roles=200, kwargs=sheet),
    "learning-finish": Row.in_municipality(all_roles=303, staff=403, method="post", kwargs=module),
    "learning-again": Row.in_municipality(all_roles=200, staff=403, kwargs=module),
}
