"""Trainings as iCalendar (RFC 5545): invitations that go with mails, and a person's own calendar. Pure.

Every entry reads "Training" unless the caller gives a title; ids are keyed hashes, so that nobody can tell from a
calendar which row, and thereby which training, an entry stands for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, vCalAddress, vDDDLists

MEDIA_TYPE = "text/calendar; charset=utf-8"
REQUEST, CANCEL = "REQUEST", "CANCEL"
_PRODUCT = "-//Kommunen fuer alle//Fortbildungen//DE"


@dataclass(frozen=True, slots=True)
class Slot:
    """One date: when, and where (empty: not said)."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A training in a person's calendar. uid: from uid_of; changed_at: of the row; sequence: grows with each change."""

    uid: str
    title: str
    slots: Sequence[Slot]
    changed_at: datetime
    sequence: int
    url: str = ""


def uid_of(*parts: Any) -> str:
    """A stable id that cannot be led back to what it was made of."""
    text = ":".join(str(part) for part in parts)
    return f"{salted_hmac('training.calendar', text, algorithm='sha256').hexdigest()[:40]}@fortbildung"


def invitation(item: Item, *, method: str, organiser: str, attendee: str) -> str:
    """The object that goes with a mail. method: REQUEST enters or replaces it in a calendar, CANCEL takes it out.

    One id for all dates, as RFC 5546 wants it of a REQUEST: the first one, further dates, and an entry of its own for
    each that is longer, shorter or elsewhere. item: with at least one date.
    """
    calendar = _calendar(method)
    first, *others = item.slots
    main = _event(item, first, method)
    if others:
        main.add("rdate", vDDDLists([_utc(slot.starts_at) for slot in others]))
    events = [main]
    length = first.ends_at - first.starts_at
    for slot in others:
        if slot.ends_at - slot.starts_at != length or slot.place != first.place:
            event = _event(item, slot, method)
            event.add("recurrence-id", _utc(slot.starts_at))
            events.append(event)
    for event in events:
        event["organizer"] = vCalAddress(f"mailto:{organiser}")
        person = vCalAddress(f"mailto:{attendee}")
        person.params["PARTSTAT"] = "ACCEPTED"
        person.params["RSVP"] = "FALSE"
        event.add("attendee", person, encode=False)
        calendar.add_component(event)
    return _text(calendar)


def feed(items: Iterable[Item], *, name: str) -> bytes:
    """A calendar to subscribe to: each date an event."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT6H")
    for item in items:
        for place, slot in enumerate(item.slots):
            event = _event(item, slot, "PUBLISH")
            event["uid"] = item.uid if place == 0 else f"{place}-{item.uid}"
            calendar.add_component(event)
    return _text(calendar).encode()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(item: Item, slot: Slot, method: str) -> Event:
    event = Event()
    event.add("uid", item.uid)
    event.add("summary", item.title)
    event.add("dtstamp", _utc(item.changed_at))
    event.add("last-modified", _utc(item.changed_at))
    event.add("sequence", item.sequence)
    event.add("dtstart", _utc(slot.starts_at))
    event.add("dtend", _utc(slot.ends_at))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    if slot.place:
        event.add("location", slot.place)
    if item.url:
        event.add("url", item.url)
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _text(calendar: Calendar) -> str:
    content: bytes = calendar.to_ical()
    return content.decode()
