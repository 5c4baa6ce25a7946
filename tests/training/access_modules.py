"""Who gets what from creating modules, their life and authors, and from their files."""

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


def author(world: World) -> Mapping[str, Any]:
    return {"author_id": _version(world).module.authors.get().pk}


def trainers_file(world: World) -> Mapping[str, Any]:
    """A file for trainers only, of a draft that the member of the bench writes."""
    return {"pk": module_file(_version(world).module, "document", for_trainers=True).pk}


ACCESS = {
    "modules-list": Row.in_programme(),
    "modules-start": Row.in_programme(),
    "modules-detail": Row.in_programme(kwargs=version),
    "modules-step": Row.in_programme(
        staff=303, method="post", kwargs=version, data={"transition": "withdraw", "reason": "Doppelt."}
    ),
    "modules-next-version": Row.in_programme(staff=409, method="post", kwargs=version),
    "modules-share": Row.in_programme(staff=303, method="post", kwargs=version, data={"shared": "yes"}),
    "modules-authors": Row.in_programme(kwargs=version),
    "modules-author-remove": Row.in_programme(staff=303, method="post", kwargs=author),
    "training-file": Row.for_all(404, bench=200, trainer=200, staff=200, kwargs=trainers_file),
}
