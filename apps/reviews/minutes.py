"""Agenda and minutes as PDF (tagged, PDF/UA-1), and the date as an iCalendar file. Small, hence made in the request."""

from datetime import datetime

from django.utils import timezone, translation
from icalendar import Calendar, Event

from apps.core.report_declaration import BuiltReport
from apps.reports.pdf import render_pdf
from apps.reviews.models import Meeting

GERMAN = "de"
"""The panel's papers go on file in German, whatever the language of the pages."""


def agenda_pdf(meeting: Meeting) -> BuiltReport:
    """The agenda of a meeting as from queries_meetings.meeting."""
    return _typeset(meeting, "reviews/pdf/agenda.html")


def minutes_pdf(meeting: Meeting) -> BuiltReport:
    """Agenda with results, attendance and course; says so while it is not approved."""
    return _typeset(meeting, "reviews/pdf/minutes.html")


def _typeset(meeting: Meeting, template: str) -> BuiltReport:
    with translation.override(GERMAN):
        return render_pdf(template, {"meeting": meeting}, made_at=_made_at(meeting), progress=lambda percent: None)


def _made_at(meeting: Meeting) -> datetime:
    return meeting.approved_at or timezone.now()


def calendar_file(meeting: Meeting, url: str) -> bytes:
    """The meeting as one event; a later change has the same uid, so that calendars replace it."""
    event = Event()
    event.add("uid", f"{meeting.pk}@panel")
    event.add("summary", meeting.title)
    event.add("dtstamp", meeting.updated_at)
    event.add("last-modified", meeting.updated_at)
    event.add("dtstart", meeting.starts_at)
    if meeting.ends_at is not None:
        event.add("dtend", meeting.ends_at)
    if meeting.place:
        event.add("location", meeting.place)
    event.add("url", url)
    calendar = Calendar()
    calendar.add("prodid", "-//Kommunen für alle//Panel//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
