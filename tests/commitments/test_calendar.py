"""The calendar of deadlines: an address that is shown once, can be revoked, and tells no names."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.commitments.actions import calendar as actions
from apps.commitments.models import CalendarToken, Measure
from apps.commitments.views.calendar import FEEDS_PER_MINUTE
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from tests.commitments import factories
from tests.commitments.test_measures import signed_in, url
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return member(municipality, Role.COORDINATOR)


def address(municipality: Municipality, person: User, *, only_mine: bool = False) -> str:
    with scope.enter(scope.municipality(municipality)):
        token = actions.create_address(actor=person, only_mine=only_mine)
    return reverse("commitments-calendar-feed", args=[municipality.slug, token])


def events(path: str, **headers: Any) -> list[Any]:
    response = Client().get(path, headers=headers)
    assert response.status_code == 200
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_the_address_is_shown_once_and_only_its_hash_is_kept(municipality: Municipality, coordinator: User) -> None:
    client = signed_in(coordinator)
    response = client.post(url("calendar", municipality), {"only_mine": "no"})
    found = re.search(r"http://testserver(/k/\S+\.ics)", response.content.decode())
    assert found is not None
    assert response["Cache-Control"] == "no-store, private"
    token = found[1].rpartition("/")[2].removesuffix(".ics")
    with scope.enter(scope.municipality(municipality)):
        row = CalendarToken.objects.get()
        assert row.token_hash == actions.hash_of(token) != token
        assert AuditEntry.objects.get(verb="calendar.address_created").data == {"only_mine": False}
    assert token not in client.get(url("calendar", municipality)).content.decode()
    assert Client().get(found[1]).status_code == 200


def test_a_choice_is_asked_for(municipality: Municipality, coordinator: User) -> None:
    assert signed_in(coordinator).post(url("calendar", municipality), {}).status_code == 422


def test_the_feed_has_the_open_deadlines_and_no_names(municipality: Municipality, coordinator: User) -> None:
    today = timezone.localdate()
    person = member(municipality, "contributor")
    measure = factories.measure(municipality, due_on=today + timedelta(days=3), responsible=person)
    factories.measure(municipality)
    factories.measure(municipality, due_on=today, state="done")
    path = address(municipality, coordinator)
    (event,) = events(path)
    assert event["DTSTART"].dt == measure.due_on
    assert event["DTEND"].dt == today + timedelta(days=4)
    assert "M1" in event["SUMMARY"]
    assert str(measure.pk) in event["UID"]
    assert event["URL"].endswith(url("detail", municipality, measure.pk))
    text = Client().get(path).content.decode()
    assert person.last_name not in text
    assert person.email not in text


def test_only_mine_are_those_i_am_in_charge_of(municipality: Municipality, coordinator: User) -> None:
    today = timezone.localdate()
    factories.measure(municipality, due_on=today)
    factories.measure(municipality, due_on=today, responsible=coordinator)
    factories.measure(municipality, due_on=today, deputy=coordinator)
    assert len(events(address(municipality, coordinator, only_mine=True))) == 2
    assert len(events(address(municipality, coordinator))) == 3


def test_the_feed_shows_nothing_of_another_municipality(
    municipality: Municipality, other_municipality: Municipality, coordinator: User
) -> None:
    factories.measure(other_municipality, due_on=timezone.localdate())
    path = address(municipality, coordinator)
    assert events(path) == []
    assert Client().get(path.replace(municipality.slug, other_municipality.slug)).status_code == 404


def test_a_revoked_address_is_gone(municipality: Municipality, coordinator: User) -> None:
    path = address(municipality, coordinator)
    client = signed_in(coordinator)
    assert client.post(url("calendar-revoke", municipality)).status_code == 303
    assert Client().get(path).status_code == 404
    assert client.post(url("calendar-revoke", municipality)).status_code == 303


def test_a_new_address_ends_the_old_one(municipality: Municipality, coordinator: User) -> None:
    old, new = address(municipality, coordinator), address(municipality, coordinator)
    assert [Client().get(path).status_code for path in (old, new)] == [404, 200]
    with scope.enter(scope.municipality(municipality)), pytest.raises(IntegrityError), transaction.atomic():
        CalendarToken.objects.create(user=coordinator, token_hash="x")


@pytest.mark.parametrize("what", ["membership", "account", "role"])
def test_who_no_longer_reads_the_plan_has_no_calendar(municipality: Municipality, coordinator: User, what: str) -> None:
    path = address(municipality, coordinator)
    with scope.enter(scope.municipality(municipality)):
        mine = Membership.objects.filter(user=coordinator)
        if what == "membership":
            mine.update(ended_at=timezone.now())
        elif what == "role":
            mine.update(role="employee")
    if what == "account":
        User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_an_unknown_token_is_not_found_and_guessing_is_slowed_down(municipality: Municipality) -> None:
    client = Client()
    path = reverse("commitments-calendar-feed", args=[municipality.slug, "geraten"])
    statuses = [client.get(path).status_code for _attempt in range(FEEDS_PER_MINUTE + 1)]
    assert statuses == [404] * FEEDS_PER_MINUTE + [429]


def test_what_has_not_changed_is_not_sent_again(municipality: Municipality, coordinator: User) -> None:
    measure = factories.measure(municipality, due_on=timezone.localdate())
    path = address(municipality, coordinator)
    client = Client()
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    with scope.enter(scope.municipality(municipality)):
        row = Measure.objects.get(pk=measure.pk)
        row.title = "Anders"
        row.save()
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


def test_a_title_cannot_add_lines_to_the_calendar(municipality: Municipality, coordinator: User) -> None:
    factories.measure(municipality, title="A\r\nATTENDEE:x; B, C", due_on=timezone.localdate())
    (event,) = events(address(municipality, coordinator))
    assert "ATTENDEE" not in event
