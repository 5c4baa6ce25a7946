"""Places for tests, made through the actions as people make them."""

from typing import Any
from uuid import UUID, uuid4

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions import places, seats
from apps.training.models import ConfidentialPlace, Enrolment, Session
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.training.factories import opened

AnyPlace = Enrolment | ConfidentialPlace
SITE = "https://kommunen.example"


def employee(of: Municipality, **fields: Any) -> User:
    """An employee of a municipality, who reads English: the tests then compare with the source's own words."""
    return member(of, Role.EMPLOYEE, user=fields.pop("user", None) or UserFactory(language="en"), **fields)


def open_municipality(**fields: Any) -> Municipality:
    """A new municipality whose training records are open."""
    return opened(MunicipalityFactory(), **fields)


def enrolled(person: User, about: Session, of: Municipality, key: UUID | None = None) -> AnyPlace:
    """The place of a person who has enrolled: a seat, the waiting list, or waiting for approval."""
    with scope.enter(scope.person(person)):
        return places.enrol(
            actor=person, session_id=about.pk, municipality_id=of.pk, request_key=key or uuid4(), base_url=SITE
        )


def cancelled(person: User, place: AnyPlace) -> AnyPlace:
    """The place after its person has cancelled it."""
    with scope.enter(scope.person(person)):
        return places.cancel(actor=person, place_id=place.pk, base_url=SITE)


def filled(about: Session) -> int:
    """Offer what is free, as the worker does; how many offers."""
    with scope.enter(seats.scope_of(about)):
        return seats.fill(session_id=about.pk)


def now_as(place: AnyPlace) -> AnyPlace:
    """The place as it is stored now, read by its person."""
    with scope.enter(scope.person(place.user_id)):
        found: AnyPlace = type(place).objects.select_related("session").get(pk=place.pk)
        return found


def state_of(place: AnyPlace) -> str:
    """Its state as it is stored now."""
    return str(now_as(place).state)
