"""Rows of the access matrix: what a municipality adds to modules."""

from collections.abc import Mapping
from typing import Any

from apps.core import scope
from apps.training.actions import overlays
from tests.consistency.access import Row, World
from tests.training import factories


def module(world: World) -> Mapping[str, Any]:
    return {"key": factories.offered().key}


def addition(world: World) -> Mapping[str, Any]:
    about = factories.offered()
    with scope.enter(scope.municipality(world.municipality)):
        made = overlays.add(
            actor=world.people["coordinator"], module=about, unit_key="ankommen", title="Bei uns", text="Text"
        )
    return {"key": about.key, "overlay_id": made.pk}


ACCESS = {
    "overlays-list": Row.in_municipality(coordinator=200, staff=200, kwargs=module),
    "overlays-new": Row.in_municipality(coordinator=200, kwargs=module),
    "overlays-change": Row.in_municipality(coordinator=200, kwargs=addition),
    "overlays-confirm": Row.in_municipality(coordinator=303, method="post", kwargs=addition),
    "overlays-move": Row.in_municipality(coordinator=200, kwargs=addition),
    "overlays-delete": Row.in_municipality(coordinator=200, kwargs=addition),
}
