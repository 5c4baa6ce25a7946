"""Who gets what from packages of modules, and from their metadata."""

from collections.abc import Mapping
from typing import Any

from apps.core import scope
from apps.training.actions import packages
from apps.training.models import Module
from tests.consistency.access import Row, World
from tests.training import factories

_KEY = "modul-fuer-pakete"


def _module() -> Module:
    return Module.objects.filter(key=_KEY).first() or factories.offered(key=_KEY)


def module(world: World) -> Mapping[str, Any]:
    return {"key": _module().key}


def package(world: World) -> Mapping[str, Any]:
    found = _module()
    with scope.enter(scope.municipality(world.municipality)):
        made = packages.order_package(
            actor=world.people["coordinator"], module_id=found.pk, kind="web", language="de", with_overlay=False
        )
    # Not finished: who may take it is told that it is not there, everybody else hears nothing.
    return {"key": found.key, "package_id": made.pk}


def number(world: World) -> Mapping[str, Any]:
    return {"number": _module().number}


ACCESS = {
    "packages-modules": Row.in_municipality(coordinator=200, staff=200),
    "packages-module": Row.in_municipality(coordinator=200, staff=200, kwargs=module),
    "packages-download": Row.in_municipality(coordinator=404, staff=404, method="post", kwargs=package),
    "modules-amb": Row.for_all(kwargs=number),
}
