"""Who gets what from enrolling, from the people of an ordinary session and from approvals."""

from collections.abc import Mapping
from typing import Any

from apps.core import scope
from apps.training.models import Approver, Enrolment
from tests.consistency.access import Row, World
from tests.factories import UserFactory
from tests.training.factories import opened, session
from tests.training.place_factories import employee, enrolled

#: The account of a member, and a colleague's address: a refusal comes before the form is read.
NOBODY = {"address": "niemand@kommune.example"}


def _opened(world: World) -> None:
    from apps.training.models import TrainingOpening

    if not TrainingOpening.objects.filter(of=world.municipality).exists():
        opened(world.municipality)


def about(world: World) -> Mapping[str, Any]:
    _opened(world)
    return {"session_id": session().pk}


def place(world: World) -> Mapping[str, Any]:
    _opened(world)
    return {"place_id": enrolled(employee(world.municipality), session(), world.municipality).pk}


def requested(world: World) -> Mapping[str, Any]:
    """An enrolment that waits for the municipality's coordinator."""
    found = place(world)
    with scope.enter(scope.municipality(world.municipality)):
        row = Enrolment.objects.get(pk=found["place_id"])
        asked = Enrolment.objects.create(
            session=session(),
            user=row.user,
            state="requested",
            state_since=row.state_since,
            entered_at=row.entered_at,
            request_key=row.session_id,
        )
        Approver.objects.get_or_create(user=world.people["coordinator"], org_unit=None)
    return {"place_id": asked.pk}


def approver(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(world.municipality)):
        return {"approver_id": Approver.objects.create(user=UserFactory()).pk}


ACCESS = {
    "trainings-enrol": Row.of_person(404),
    "session-people": Row.in_municipality(coordinator=200, staff=200, kwargs=about),
    "session-people-export": Row.in_municipality(coordinator=200, kwargs=about),
    "session-people-template": Row.in_municipality(coordinator=200, kwargs=about),
    "session-people-add": Row.in_municipality(coordinator=200, kwargs=about),
    "session-people-import": Row.in_municipality(coordinator=200, kwargs=about),
    "session-people-import-apply": Row.in_municipality(coordinator=422, method="post", kwargs=about),
    "session-people-substitute": Row.in_municipality(coordinator=422, method="post", kwargs=place, data=NOBODY),
    "session-people-move": Row.in_municipality(coordinator=200, kwargs=place),
    "session-people-cancel": Row.in_municipality(coordinator=200, kwargs=place),
    "training-approvals": Row.in_municipality(coordinator=200),
    "training-approvals-decide": Row.in_municipality(others=404, coordinator=200, kwargs=requested),
    "training-approvers": Row.in_municipality(coordinator=200),
    "training-approver-remove": Row.in_municipality(coordinator=303, method="post", kwargs=approver),
}
