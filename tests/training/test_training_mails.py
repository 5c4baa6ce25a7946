"""Mails about places: one per event and person, the same few words for every training, with a calendar file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from icalendar import Calendar

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.notifications.models import OutgoingMail
from apps.training.actions import calendar, places, reminders, seats
from apps.training.models import ConfidentialPlace, Enrolment, Room, Session, SessionDate
from tests.factories import UserFactory
from tests.training.factories import empowerment, offered, session
from tests.training.place_factories import AnyPlace, cancelled, employee, enrolled, filled, open_municipality

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


TITLE = "Auswahlgespräch"


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


@pytest.fixture(params=[False, True], ids=["ordinary", "confidential"])
def about(request: pytest.FixtureRequest) -> Iterator[Session]:
    made = session(empowerment(TITLE) if request.param else offered(TITLE), capacity=1, days=2)
    room = Room.objects.create(name="Lernhaus", address="Marktplatz 1")
    SessionDate.objects.filter(session=made).update(room=room)
    yield made


def mails_to(person: User) -> list[OutgoingMail]:
    with scope.enter(scope.programme()):
        return list(OutgoingMail.objects.filter(to=person.email).order_by("created_at", "pk"))


def subjects(person: User) -> list[str]:
    return [mail.subject for mail in mails_to(person)]


class TestTheWords:
    def test_name_neither_module_nor_room(self, about: Session, town: Municipality) -> None:
        first, second = employee(town, user=UserFactory(language="en")), employee(town)
        seat, waiting = enrolled(first, about, town), enrolled(second, about, town)
        cancelled(first, seat)
        filled(about)
        with scope.enter(scope.person(second)):
            places.accept_offer(actor=second, place_id=waiting.pk)
        assert subjects(first) == ["Your training: you have a place", "Your training: you have cancelled"]
        assert len(subjects(second)) == 3
        for mail in mails_to(first) + mails_to(second):
            for told in (mail.subject, mail.text, mail.calendar):
                assert TITLE not in told and "Lernhaus" not in told and str(about.pk) not in told
            assert mail.forget_recipient and mail.kind == "training-place"

    def test_are_the_same_for_ordinary_and_confidential_trainings(self, town: Municipality) -> None:
        told = []
        for module in (offered(TITLE), empowerment(TITLE)):
            person = employee(town)
            enrolled(person, session(module), town)
            (mail,) = mails_to(person)
            told.append((mail.kind, mail.subject, mail.text.replace(person.get_full_name(), "")))
        assert told[0] == told[1]

    def test_bear_a_title_only_where_the_person_wants_it_and_never_of_a_confidential_one(
        self, about: Session, town: Municipality
    ) -> None:
        person = employee(town)
        calendar.show_titles(actor=person, show=True)
        enrolled(person, about, town)
        (mail,) = mails_to(person)
        assert (
            (TITLE in mail.text)
            == (TITLE in mail.calendar)
            == ("Lernhaus" in mail.calendar)
            == (not about.confidential)
        )


class TestTheCalendarFile:
    def test_enters_all_dates_under_one_id_that_leads_nowhere(self, about: Session, town: Municipality) -> None:
        person = employee(town)
        place = enrolled(person, about, town)
        found = Calendar.from_ical(mails_to(person)[0].calendar)
        (event,) = found.walk("VEVENT")
        assert (found["METHOD"], event["STATUS"], str(event["ATTENDEE"])) == (
            "REQUEST", "CONFIRMED", f"mailto:{person.email}",
        )  # fmt: skip
        assert event["DTSTART"].dt == about.first_starts_at
        assert [moment.dt for moment in event["RDATE"].dts] == [about.dates.order_by("starts_at")[1].starts_at]
        assert str(place.pk) not in str(event["UID"]) and str(about.pk) not in str(event["UID"])

    def test_a_date_of_another_length_is_an_exception_of_the_same_id(self, town: Municipality) -> None:
        about, person = session(days=2), employee(town)
        last = about.dates.order_by("-starts_at")[0]
        SessionDate.objects.filter(pk=last.pk).update(ends_at=last.ends_at + timedelta(hours=2))
        enrolled(person, about, town)
        main, other = Calendar.from_ical(mails_to(person)[0].calendar).walk("VEVENT")
        assert main["UID"] == other["UID"] and other["RECURRENCE-ID"].dt == last.starts_at

    def test_takes_the_same_entry_out_again(self, about: Session, town: Municipality) -> None:
        person = employee(town)
        cancelled(person, enrolled(person, about, town))
        entered, out = (Calendar.from_ical(mail.calendar) for mail in mails_to(person))
        assert out["METHOD"] == "CANCEL"
        before, after = entered.walk("VEVENT")[0], out.walk("VEVENT")[0]
        assert (before["UID"], after["STATUS"]) == (after["UID"], "CANCELLED")
        assert after["SEQUENCE"] >= before["SEQUENCE"]

    def test_is_not_there_for_who_only_waited(self, about: Session, town: Municipality) -> None:
        enrolled(employee(town), about, town)
        person = employee(town)
        cancelled(person, enrolled(person, about, town))
        assert [mail.calendar for mail in mails_to(person)] == ["", ""]


class TestOnce:
    def test_sending_a_form_twice_writes_one_mail(self, about: Session, town: Municipality) -> None:
        person = employee(town)
        place = enrolled(person, about, town)
        enrolled(person, about, town, place.request_key)
        for _ in range(2):
            cancelled(person, place)
        assert len(mails_to(person)) == 2

    def test_a_cancelled_session_and_a_change_are_told_once(self, about: Session, town: Municipality) -> None:
        person = employee(town)
        enrolled(person, about, town)
        for _change in range(2):
            Session.objects.filter(pk=about.pk).update(change_to_tell=timezone.now())
            with scope.enter(seats.scope_of(about)):
                assert [seats.tell_of_change(session_id=about.pk) for _again in range(2)] == [1, 0]
        Session.objects.filter(pk=about.pk).update(state="cancelled", cancelled_because="Zu wenige.")
        for _ in range(2):
            with scope.enter(seats.scope_of(about)):
                seats.end_places(session_id=about.pk)
        assert len(mails_to(person)) == 4

    def test_a_change_is_told_of_though_the_task_was_lost(self, about: Session, town: Municipality) -> None:
        person = employee(town)
        enrolled(person, about, town)
        Session.objects.filter(pk=about.pk).update(change_to_tell=timezone.now())
        assert [seats.sweep(scope=seats.scope_of(about)) for _again in range(2)] == [1, 0]
        assert subjects(person)[1:] == ["Your training: something has changed"]

    def test_a_place_that_nobody_asked_for_just_then_leads_to_the_site(
        self, about: Session, town: Municipality, settings: Any
    ) -> None:
        settings.SITE_ADDRESS = "https://lernen.kommune.example"
        first, second = employee(town), employee(town)
        seat = enrolled(first, about, town)
        enrolled(second, about, town)
        cancelled(first, seat)
        filled(about)
        assert "https://lernen.kommune.example/me/trainings/" in mails_to(second)[-1].text

    def test_a_lapsed_offer_is_told(self, about: Session, town: Municipality) -> None:
        first, second = (enrolled(employee(town), about, town) for _ in range(2))
        cancelled(first.user, first)
        filled(about)
        with scope.enter(scope.person(second.user_id)):
            type(second).objects.filter(pk=second.pk).update(offer_until=timezone.now())
        for _ in range(2):
            filled(about)
        assert len(mails_to(second.user)) == 3


class TestReminders:
    def test_go_out_a_week_before_the_first_date_and_a_day_before_each_once(
        self, about: Session, town: Municipality
    ) -> None:
        person = employee(town)
        self._long_ago(enrolled(person, about, town))
        first, second = about.dates.order_by("starts_at")
        for days, date, expected in (
            (8, first, 0), (7, first, 1), (6, first, 1), (1, first, 2), (0, first, 2), (5, second, 2), (1, second, 3),
        ):  # fmt: skip
            for _run_twice in range(2):
                self._remind(about, date.starts_at - timedelta(days=days))
            assert subjects(person).count("Your training begins soon") == expected, (days, date)

    def test_are_not_for_who_has_enrolled_since_or_only_waits(self, about: Session, town: Municipality) -> None:
        enrolled(employee(town), about, town)
        self._long_ago(enrolled(employee(town), about, town))
        starts = about.first_starts_at
        assert starts is not None
        Session.objects.filter(pk=about.pk).update(enrol_until=starts)
        with scope.enter(seats.scope_of(about)):
            model = ConfidentialPlace if about.confidential else Enrolment
            model.objects.filter(session=about).update(state_since=starts - timedelta(days=3))
        assert self._remind(about, starts - timedelta(days=6)) == 0

    def _remind(self, about: Session, now: datetime) -> int:
        return reminders.remind(scope=seats.scope_of(about), now=now - timedelta(minutes=1))

    def _long_ago(self, place: AnyPlace) -> None:
        with scope.enter(scope.person(place.user_id)):
            type(place).objects.filter(pk=place.pk).update(state_since=timezone.now() - timedelta(days=60))
