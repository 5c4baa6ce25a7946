"""Who gets what from writing modules: a member of a bench is the author, one of the panel is not."""

from collections.abc import Mapping
from typing import Any

from apps.training.actions.starting import add_author
from apps.training.models import ModuleVersion
from tests.consistency.access import Row, World
from tests.training.module_factories import module_file
from tests.training.module_factories import version as made


def _version(world: World) -> ModuleVersion:
    found = made()
    add_author(actor=None, module_id=found.module_id, user_id=world.people["bench"].pk)
    return found


def version(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk}


def items(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "name": "items"}


def audience(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "audience": "learner"}


def unit(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "key": "ankommen"}


def new_question(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "key": "pruefung", "kind": "single"}


def question(world: World) -> Mapping[str, Any]:
    return {"pk": _version(world).pk, "key": "pruefung", "part": "q1"}


def file(world: World) -> Mapping[str, Any]:
    found = _version(world)
    return {"pk": found.pk, "file_id": module_file(found.module).pk}


_WRITERS: dict[str, Any] = {"panel": 403}
_POST: dict[str, Any] = {"panel": 403, "bench": 303, "staff": 303, "method": "post"}

ACCESS = {
    "modules-mine": Row.in_workshop(),
    "modules-write": Row.in_workshop(kwargs=version, **_WRITERS),
    "modules-read": Row.in_workshop(kwargs=version),
    "modules-fields": Row.in_workshop(kwargs=items, **_WRITERS),
    "modules-english": Row.in_workshop(kwargs=version, **_WRITERS),
    "modules-english-fields": Row.in_workshop(kwargs=version, **_WRITERS),
    "modules-english-unit": Row.in_workshop(kwargs=unit, **_WRITERS),
    "modules-files": Row.in_workshop(kwargs=version, **_WRITERS),
    "modules-file-remove": Row.in_workshop(kwargs=file, **_POST),
    "modules-units": Row.in_workshop(kwargs=version, **_WRITERS),
    "modules-unit-add": Row.in_workshop(kwargs=audience, **_WRITERS),
    "modules-unit": Row.in_workshop(kwargs=unit, **_WRITERS),
    "modules-unit-move": Row.in_workshop(kwargs=unit, data={"direction": "down"}, **_POST),
    "modules-unit-delete": Row.in_workshop(kwargs=unit, **_POST),
    "modules-unit-preview": Row.in_workshop(kwargs=unit, **_WRITERS),
    "modules-part-add": Row.in_workshop(kwargs=new_question, **_WRITERS),
    "modules-part": Row.in_workshop(kwargs=question, **_WRITERS),
    "modules-part-delete": Row.in_workshop(kwargs=question, **_POST),
}
