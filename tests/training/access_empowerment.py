"""Who gets what from mandatory trainings and from the proof for the funder."""

from collections.abc import Mapping
from typing import Any

from tests.consistency.access import Row, World
from tests.training.mandatory_factories import mandatory, names_allowed


def decided(world: World) -> Mapping[str, Any]:
    names_allowed(world.municipality)
    return {"training_id": mandatory(world.municipality).pk}


ACCESS = {
    "training-empowerment-proof": Row.in_programme(),
    "training-mandatory": Row.in_municipality(coordinator=200, signatory=200),
    "training-mandatory-new": Row.in_municipality(coordinator=200),
    "training-mandatory-people": Row.in_municipality(coordinator=200, kwargs=decided),
    "training-mandatory-end": Row.in_municipality(coordinator=200, kwargs=decided),
}
