"""The calendar of deadlines as iCalendar (RFC 5545): measures and their days, no person's name. Pure."""

from collections.abc import Callable, Iterable
from datetime import UTC, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from apps.commitments.models import Measure

MEDIA_TYPE = "text/calendar; charset=utf-8"


def feed(measures: Iterable[Measure], *, name: str, host: str, link: Callable[[Measure], str]) -> bytes:
    """All-day events, one per measure. name: of the calendar; host: makes the ids unique; link: to a measure's page."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//measures//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT12H")
    for measure in measures:
        if measure.due_on is not None:
            calendar.add_component(_event(measure, host, link(measure)))
    return bytes(calendar.to_ical())


def _event(measure: Measure, host: str, url: str) -> Event:
    assert measure.due_on is not None  # by its caller
    values = {"number": measure.number, "title": measure.title}
    event = Event()
    event.add("uid", f"measure-{measure.pk}@{host}")
    event.add("dtstamp", measure.updated_at.astimezone(UTC))
    event.add("last-modified", measure.updated_at.astimezone(UTC))
    event.add("sequence", measure.revision)
    event.add("dtstart", measure.due_on)
    event.add("dtend", measure.due_on + timedelta(days=1))
    event.add("summary", _("Deadline M%(number)s: %(title)s") % values)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event
