"""Who gets what from opening training records."""

from collections.abc import Mapping
from typing import Any

from apps.core import scope
from apps.training.models import GateDocument
from tests.consistency.access import Row, World
from tests.training.factories import opened


def with_document(world: World) -> Mapping[str, Any]:
    opened(world.municipality)
    with scope.enter(scope.municipality(world.municipality)):
        stated = GateDocument.objects.get(kind="no_staff_council")
    return {"document_id": stated.pk}


def is_open(world: World) -> Mapping[str, Any]:
    with_document(world)
    return {}


ACCESS = {
    "training-gate": Row.in_municipality(coordinator=200, signatory=200, staff=200),
    "training-gate-store": Row.in_municipality(coordinator=422, method="post"),
    "training-gate-open": Row.in_municipality(coordinator=303, method="post"),
    "training-gate-close": Row.in_municipality(coordinator=200, kwargs=is_open),
    "training-gate-configure": Row.in_municipality(coordinator=422, method="post", kwargs=is_open),
    # The statement that there is no staff council has no file: who may read gets 404.
    "training-gate-document": Row.in_municipality(coordinator=404, signatory=404, staff=404, kwargs=with_document),
}
