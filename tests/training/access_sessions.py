"""Who gets what from the planning of sessions and rooms."""

from collections.abc import Mapping
from typing import Any

from apps.training.models import Room
from tests.consistency.access import Row, World
from tests.training.factories import session


def hosted(world: World) -> Mapping[str, Any]:
    return {"session_id": session(host=world.municipality).pk}


def planned(world: World) -> Mapping[str, Any]:
    return {"session_id": session(host=world.municipality, state="planned").pk}


def of_programme(world: World) -> Mapping[str, Any]:
    return {"session_id": session().pk}


def planned_by_programme(world: World) -> Mapping[str, Any]:
    return {"session_id": session(state="planned").pk}


def own_room(world: World) -> Mapping[str, Any]:
    return {"room_id": Room.objects.create(host=world.municipality, name="Ratssaal", address="Markt 1").pk}


def programme_room(world: World) -> Mapping[str, Any]:
    return {"room_id": Room.objects.create(name="Tagungsraum", address="Weg 1").pk}


ACCESS = {
    "sessions-list": Row.in_municipality(coordinator=200, staff=200),
    "sessions-new": Row.in_municipality(coordinator=200),
    "sessions-detail": Row.in_municipality(coordinator=200, staff=200, kwargs=hosted),
    "sessions-change": Row.in_municipality(coordinator=200, kwargs=hosted),
    "sessions-seats": Row.in_municipality(coordinator=200, kwargs=hosted),
    "sessions-trainers": Row.in_municipality(coordinator=200, kwargs=hosted),
    "sessions-open": Row.in_municipality(coordinator=303, method="post", kwargs=planned),
    "sessions-cancel": Row.in_municipality(coordinator=200, kwargs=hosted),
    "sessions-rooms": Row.in_municipality(coordinator=200, staff=200),
    "sessions-room-new": Row.in_municipality(coordinator=200),
    "sessions-room": Row.in_municipality(coordinator=200, kwargs=own_room),
    "programme-sessions-list": Row.in_programme(),
    "programme-sessions-new": Row.in_programme(),
    "programme-sessions-detail": Row.in_programme(kwargs=of_programme),
    "programme-sessions-change": Row.in_programme(kwargs=of_programme),
    "programme-sessions-seats": Row.in_programme(kwargs=of_programme),
    "programme-sessions-trainers": Row.in_programme(kwargs=of_programme),
    "programme-sessions-open": Row.in_programme(staff=303, method="post", kwargs=planned_by_programme),
    "programme-sessions-cancel": Row.in_programme(kwargs=of_programme),
    "programme-sessions-rooms": Row.in_programme(),
    "programme-sessions-room-new": Row.in_programme(),
    "programme-sessions-room": Row.in_programme(kwargs=programme_room),
}
