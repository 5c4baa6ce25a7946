"""The calendar of one's own trainings: its address, what it shows, and to whom."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from apps.accounts.models import User
from apps.municipalities.models import Municipality
from apps.training.models import TrainingCalendar
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, session
from tests.training.place_factories import employee, enrolled, open_municipality

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


@pytest.fixture
def person(town: Municipality, client: Client) -> User:
    made = employee(town)
    client.force_login(made)
    return made


def address(client: Client) -> str:
    page = client.post(reverse("trainings-calendar-address"))
    assert "no-store" in page["Cache-Control"]
    url: str = page.context["url"]
    return url.removeprefix("http://testserver")


def events(client: Client, path: str) -> list[Any]:
    response = client.get(path)
    assert response["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


class TestTheAddress:
    def test_is_shown_once_and_kept_as_a_hash(self, client: Client, person: User) -> None:
        path = address(client)
        token = path.rpartition("/")[2].removesuffix(".ics")
        assert token not in TrainingCalendar.objects.get(user=person).token_hash
        assert token not in client.get(reverse("trainings-calendar")).content.decode()

    def test_ends_with_a_new_one_and_when_it_is_revoked(self, client: Client, person: User) -> None:
        first, second = address(client), address(client)
        assert client.get(first).status_code == 404
        assert client.get(second).status_code == 200
        assert client.post(reverse("trainings-calendar-revoke")).status_code == 303
        assert client.get(second).status_code == 404

    def test_works_without_signing_in_but_not_for_an_account_that_is_closed(self, client: Client, person: User) -> None:
        path = address(client)
        assert Client().get(path).status_code == 200
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert Client().get(path).status_code == 404

    def test_is_not_asked_for_without_end(self, client: Client, person: User) -> None:
        path = address(client)
        assert 429 in {Client().get(path).status_code for _ in range(31)}


class TestTheFeed:
    def test_shows_every_training_as_the_same_word_with_each_of_its_dates(
        self, client: Client, person: User, town: Municipality
    ) -> None:
        enrolled(person, session(offered("Auswahlgespräch"), days=2), town)
        enrolled(person, session(empowerment()), town)
        path = address(client)
        found = events(client, path)
        assert {str(event["SUMMARY"]) for event in found} == {"Training"}
        assert len({str(event["UID"]) for event in found}) == 3
        with at_most(9):
            client.get(path)

    def test_bears_titles_where_the_person_wants_them_but_never_of_a_confidential_one(
        self, client: Client, person: User, town: Municipality
    ) -> None:
        enrolled(person, session(offered("Auswahlgespräch")), town)
        enrolled(person, session(empowerment("Raum für uns")), town)
        client.post(reverse("trainings-calendar-titles"), {"show_titles": "on"})
        path = address(client)
        assert {str(event["SUMMARY"]) for event in events(client, path)} == {"Auswahlgespräch", "Training"}
        client.post(reverse("trainings-calendar-titles"), {})
        assert {str(event["SUMMARY"]) for event in events(client, path)} == {"Training"}

    def test_leaves_out_what_is_not_sure_and_others(self, client: Client, person: User, town: Municipality) -> None:
        full = session(capacity=1)
        enrolled(employee(town), full, town)
        enrolled(person, full, town)
        assert events(client, address(client)) == []

    def test_is_not_sent_again_unchanged(self, client: Client, person: User, town: Municipality) -> None:
        enrolled(person, session(), town)
        path = address(client)
        etag = client.get(path)["ETag"]
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304
