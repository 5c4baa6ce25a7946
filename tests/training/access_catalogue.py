"""Who reads the catalogue: everybody in a municipality, and its public part everybody."""

from collections.abc import Mapping
from typing import Any

from tests.consistency.access import Row, World
from tests.training import factories


def one_module(world: World) -> Mapping[str, Any]:
    return {"key": factories.offered().key}


def one_session(world: World) -> Mapping[str, Any]:
    return {"session_id": factories.session().pk}


def public_module(world: World) -> Mapping[str, Any]:
    return {"number": factories.offered().number}


ACCESS = {
    "training-catalogue": Row.in_municipality(all_roles=200),
    "training-recommended": Row.in_municipality(all_roles=200),
    "training-sessions": Row.in_municipality(all_roles=200),
    "training-session": Row.in_municipality(all_roles=200, kwargs=one_session),
    "training-module": Row.in_municipality(all_roles=200, kwargs=one_module),
    "training-public-list": Row.for_all(),
    "training-public": Row.for_all(kwargs=public_module),
}
