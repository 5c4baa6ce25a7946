"""Meetings of the panel: agenda, minutes, files."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import page as pdf_validation
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.notifications.models import OutgoingMail
from apps.reviews import minutes as files
from apps.reviews import queries_meetings
from apps.reviews.actions import meetings
from apps.reviews.models import AgendaItem, Attendance, Meeting
from apps.reviews.problems import Refused
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.reviews.stand_in import BASE, Modules, open_review, panel, signed_in

pytestmark = pytest.mark.django_db


def called(*, hours: int = 48, staff: User | None = None, **fields: Any) -> Meeting:
    starts_at = timezone.now().replace(microsecond=0) + timedelta(hours=hours)
    values = {
        "title": "Zweite Sitzung des Gremiums",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "place": "Heidelberg, Rathaus",
        "chair_id": None,
        "base_url": BASE,
        **fields,
    }
    with scope.enter(scope.programme()):
        return meetings.call_meeting(actor=staff or UserFactory(staff=True), **values)


def with_minutes(members: list[ProgrammeRole], **fields: Any) -> Meeting:
    meeting = called(hours=-5, **fields)
    item = meetings.add_item(actor=None, meeting_id=meeting.pk, title="Votum zu Modul 3")
    meetings.save_minutes(
        actor=None,
        meeting_id=meeting.pk,
        minutes="Die Sitzung beginnt um zehn Uhr.\n\nSie endet pünktlich.",
        results={item.pk: "Vertagt – bis zur nächsten Sitzung."},
        attendance={member.pk: "present" for member in members},
    )
    return meeting


def url(name: str, meeting: Meeting) -> str:
    return reverse(name, args=[meeting.pk])


def test_a_meeting_is_called_and_the_panel_is_told(staff: User) -> None:
    first, second = panel(2)
    client = signed_in(staff)
    new = reverse("panel-meeting-new")
    assert client.get(new).status_code == 200
    data = {"title": "Sitzung", "starts_at": "2999-01-10T10:00", "ends_at": "2999-01-10T09:00", "chair": ""}
    response = client.post(new, data)
    assert response.status_code == 422
    assert "Sitzung" in response.content.decode()
    data["ends_at"] = "2999-01-10T12:00"
    assert client.post(new, {**data, "chair": str(first.pk)}).status_code == 303
    meeting = Meeting.objects.get()
    assert meeting.chair == first
    with scope.enter(scope.programme()):
        mails = list(OutgoingMail.objects.filter(kind="panel-meeting"))
    assert {mail.to for mail in mails} == {first.user.email, second.user.email}
    assert url("panel-meeting", meeting) in mails[0].text


def test_the_panel_is_told_again_of_another_time_and_not_of_another_title(staff: User) -> None:
    panel(1)
    meeting = called()
    client = signed_in(staff)
    edit = url("panel-meeting-edit", meeting)
    shown = client.get(edit).content.decode()
    assert meeting.title in shown
    assert timezone.localtime(meeting.starts_at).strftime("%Y-%m-%dT%H:%M") in shown
    meeting.refresh_from_db()
    values = {"title": "Neuer Titel", "place": meeting.place, "chair_id": None, "base_url": BASE}
    with scope.enter(scope.programme()):
        meetings.change_meeting(actor=staff, meeting_id=meeting.pk, starts_at=meeting.starts_at, ends_at=None, **values)
        assert OutgoingMail.objects.filter(kind="panel-meeting").count() == 1
    data = {"title": "Neuer Titel", "starts_at": "2999-02-01T10:00", "place": "Mannheim"}
    assert client.post(edit, data).status_code == 303
    assert client.post(edit, {**data, "title": ""}).status_code == 422
    with scope.enter(scope.programme()):
        assert OutgoingMail.objects.filter(kind="panel-meeting").count() == 2


def test_points_are_added_put_in_order_and_removed(kept: Modules, staff: User) -> None:
    review = open_review(kept, panel(1), staff)
    meeting = called()
    client, add = signed_in(staff), url("panel-agenda-add", meeting)
    assert client.post(add, {"title": ""}).status_code == 422
    for title, about in (("Eins", ""), ("Zwei", f"review:{review.pk}"), ("Drei", "")):
        assert client.post(add, {"title": title, "about": about}).status_code == 303
    assert AgendaItem.objects.get(title="Zwei").review == review
    three = AgendaItem.objects.get(title="Drei")
    move = reverse("panel-agenda-move", args=[three.pk])
    for _time in range(3):
        assert client.post(move, {"to": "up"}).status_code == 303
    assert list(meeting.agenda.values_list("title", flat=True)) == ["Drei", "Eins", "Zwei"]
    assert client.post(move, {"to": "down"}).status_code == 303
    assert list(meeting.agenda.values_list("title", flat=True)) == ["Eins", "Drei", "Zwei"]
    assert client.post(reverse("panel-agenda-remove", args=[three.pk])).status_code == 303
    assert meeting.agenda.count() == 2
    assert client.post(reverse("panel-agenda-remove", args=[uuid4()])).status_code == 404


def test_a_point_with_a_result_stays(staff: User) -> None:
    meeting = with_minutes(panel(1))
    item = meeting.agenda.get()
    assert signed_in(staff).post(reverse("panel-agenda-remove", args=[item.pk])).status_code == 303
    assert meeting.agenda.exists()


def test_minutes_hold_attendance_results_and_course(staff: User) -> None:
    first, second = panel(2)
    meeting = called(hours=-2)
    item = meetings.add_item(actor=staff, meeting_id=meeting.pk, title="Bericht")
    client, page = signed_in(staff), url("panel-minutes", meeting)
    assert client.get(page).status_code == 200
    data = {
        f"member-{first.pk}": "present",
        f"member-{second.pk}": "remote",
        f"item-{item.pk}": "Zur Kenntnis genommen.",
    }
    response = client.post(page, {**data, f"member-{first.pk}": "asleep", "minutes": "Bleibt stehen."})
    assert response.status_code == 422
    assert "Bleibt stehen." in response.content.decode()
    assert client.post(page, {**data, "minutes": "Verlauf."}).status_code == 303
    assert client.post(page, {**data, f"member-{second.pk}": "", "minutes": "Verlauf."}).status_code == 303
    assert list(Attendance.objects.values_list("member", "kind")) == [(first.pk, "present")]
    member_page = signed_in(first.user).get(url("panel-meeting", meeting)).content.decode()
    assert "Zur Kenntnis genommen." in member_page
    assert "Verlauf." in member_page


def test_approved_minutes_are_frozen_also_against_sql(staff: User) -> None:
    members = panel(1)
    meeting = with_minutes(members)
    client, page = signed_in(staff), url("panel-minutes-approve", meeting)
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 303
    assert client.post(page).status_code == 303
    assert client.post(url("panel-minutes", meeting), {"minutes": "Anders"}).status_code == 422
    assert client.post(url("panel-agenda-add", meeting), {"title": "Nachtrag"}).status_code == 422
    assert (
        client.post(url("panel-meeting-edit", meeting), {"title": "X", "starts_at": "2999-01-01T10:00"}).status_code
        == 422
    )
    for change in (
        lambda: Meeting.objects.update(minutes="Anders"),
        lambda: AgendaItem.objects.update(result="Anders"),
        lambda: AgendaItem.objects.create(meeting=meeting, position=9, title="Nachtrag"),
        lambda: Attendance.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="Approved"), transaction.atomic():
            change()
    assert client.get(url("panel-meeting-staff", meeting)).status_code == 200


def test_minutes_are_approved_after_the_meeting_and_with_attendance(staff: User) -> None:
    with pytest.raises(Refused):
        meetings.approve_minutes(actor=staff, meeting_id=called().pk)
    with pytest.raises(Refused):
        meetings.approve_minutes(actor=staff, meeting_id=called(hours=-1).pk)


@pytest.mark.parametrize("name", ["panel-agenda-pdf", "panel-minutes-pdf"])
def test_agenda_and_minutes_are_accessible_pdfs(kept: Modules, name: str) -> None:
    members = panel(2)
    meeting = with_minutes(members, chair_id=members[0].pk)
    response = signed_in(members[0].user).get(url(name, meeting))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"].startswith("attachment")
    report = pdf_validation.validate_pdf_bytes(response.content, profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_an_empty_agenda_is_a_pdf_too() -> None:
    loaded = queries_meetings.meeting(called().pk)
    assert loaded is not None
    assert pdf_validation.validate_pdf_bytes(files.agenda_pdf(loaded).content, profile="ua1").is_compliant
    assert pdf_validation.validate_pdf_bytes(files.minutes_pdf(loaded).content, profile="ua1").is_compliant


def test_the_date_is_a_calendar_file_that_replaces_an_earlier_one() -> None:
    (member,) = panel(1)
    meeting = called()
    response = signed_in(member.user).get(url("panel-meeting-date", meeting))
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["uid"] == f"{meeting.pk}@panel"
    assert event["dtstart"].dt == meeting.starts_at
    assert event["dtend"].dt == meeting.ends_at
    assert str(event["location"]) == "Heidelberg, Rathaus"
    bare = called(ends_at=None, place="")
    (event,) = Calendar.from_ical(files.calendar_file(bare, BASE)).walk("VEVENT")
    assert "dtend" not in event


def test_lists_and_pages_cost_the_same_however_many_meetings(staff: User) -> None:
    members = panel(3)
    for _number in range(4):
        meeting = with_minutes(members, staff=staff)
    member, team = signed_in(members[0].user), signed_in(staff)
    with at_most(5):
        assert member.get(reverse("panel-meetings")).status_code == 200
    with at_most(7):
        assert member.get(url("panel-meeting", meeting)).status_code == 200
    with at_most(5):
        assert team.get(reverse("panel-meetings-staff")).status_code == 200
    assert team.get(reverse("panel-meeting-staff", args=[uuid4()])).status_code == 404
