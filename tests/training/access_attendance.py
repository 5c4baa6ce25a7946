"""Who gets what from the list of who was there, and from checking in. Trainers are in the tests of the feature."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.consistency.access import Row, World
from tests.training.factories import session


def running_here(world: World) -> Mapping[str, Any]:
    return {"session_id": session(host=world.municipality, starts=timezone.now() - timedelta(minutes=5)).pk}


def running(world: World) -> Mapping[str, Any]:
    return {"session_id": session(starts=timezone.now() - timedelta(minutes=5)).pk}


def running_date(world: World) -> Mapping[str, Any]:
    about = session(starts=timezone.now() - timedelta(minutes=5))
    return {"session_id": about.pk, "date_id": about.dates.get().pk}


#: Only the trainers of a session get its pages in the workshop.
NOBODY: dict[str, int] = {"bench": 404, "panel": 404, "staff": 404}
ACCESS = {
    "sessions-attendance": Row.in_municipality(coordinator=200, kwargs=running_here),
    "sessions-attendance-tick": Row.in_municipality(coordinator=404, method="post", kwargs=running_here),
    "sessions-attendance-pdf": Row.in_municipality(coordinator=200, kwargs=running_here),
    "sessions-hold": Row.in_municipality(coordinator=303, method="post", kwargs=running_here),
    "programme-sessions-attendance": Row.in_programme(kwargs=running),
    "programme-sessions-attendance-tick": Row.in_programme(staff=404, method="post", kwargs=running),
    "programme-sessions-attendance-pdf": Row.in_programme(kwargs=running),
    "programme-sessions-hold": Row.in_programme(staff=303, method="post", kwargs=running),
    "trainer-sessions-attendance": Row.in_workshop(**NOBODY, kwargs=running),
    "trainer-sessions-attendance-tick": Row.in_workshop(**NOBODY, method="post", kwargs=running),
    "trainer-sessions-attendance-pdf": Row.in_workshop(**NOBODY, kwargs=running),
    "trainer-sessions-hold": Row.in_workshop(**NOBODY, method="post", kwargs=running),
    "trainer-sessions-code": Row.in_workshop(**NOBODY, kwargs=running_date),
    "training-check-in": Row.of_person(),
    "training-check-in-code": Row.of_person(kwargs=lambda world: {"token": "A" * 24}),
}
