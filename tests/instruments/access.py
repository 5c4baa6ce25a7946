"""Who gets what from the workshop of questionnaires."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.core import scope
from apps.core.keys import uuid7
from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.models import InstrumentVersion
from tests.consistency.access import Row, World
from tests.instruments.conftest import workbook


def _version(*, published: bool = False) -> Callable[[World], Mapping[str, Any]]:
    def kwargs(world: World) -> Mapping[str, Any]:
        with scope.enter(scope.programme()):
            version: InstrumentVersion = import_instrument(
                actor=None, content=workbook(key=f"m-{uuid7()}"), filename="probe.xlsx"
            )
            if published:
                version = publish_version(actor=None, version=version)
        return {"pk": version.pk}

    return kwargs


def _paper_file(world: World) -> Mapping[str, Any]:
    return {**_version()(world), "language": "de"}


ACCESS = {
    "instruments-list": Row.in_programme(),
    # Without a file the form is refused before anything is read.
    "instruments-upload": Row.in_programme(staff=422, method="post"),
    "instruments-version": Row.in_programme(kwargs=_version()),
    "instruments-workbook": Row.in_programme(kwargs=_version()),
    "instruments-paper": Row.in_programme(kwargs=_version()),
    "instruments-paper-pdf": Row.in_programme(kwargs=_version()),
    # Nobody has ordered it: the project team, too, finds nothing yet.
    "instruments-paper-file": Row.in_programme(staff=404, kwargs=_paper_file),
    "instruments-export": Row.in_programme(kwargs=_version()),
    "instruments-compare": Row.in_programme(kwargs=_version()),
    "instruments-publish": Row.in_programme(staff=303, method="post", kwargs=_version()),
    "instruments-retire": Row.in_programme(staff=303, method="post", kwargs=_version(published=True)),
    "instruments-discard": Row.in_programme(staff=303, method="post", kwargs=_version()),
}
