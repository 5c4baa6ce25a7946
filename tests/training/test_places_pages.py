"""The pages of one's own trainings: every kind of training in the same list and with the same words."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.training.models import Session
from tests.factories import MunicipalityFactory, UserFactory
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, session
from tests.training.place_factories import cancelled, employee, enrolled, filled, open_municipality, state_of

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
    made = employee(town, user=UserFactory(language="en"))
    client.force_login(made)
    client.cookies["django_language"] = "en"
    return made


@pytest.fixture(params=[False, True], ids=["ordinary", "confidential"])
def about(request: pytest.FixtureRequest) -> Session:
    return session(empowerment("Raum") if request.param else offered("Raum"), capacity=1, cost=20)


class TestEnrolling:
    def test_asks_then_enrols_once(self, client: Client, person: User, about: Session) -> None:
        url = reverse("trainings-enrol")
        with at_most(14):
            page = client.get(url, {"session": about.pk})
        assert b"20,00" in page.content or b"20.00" in page.content
        form = page.context["form"]
        sent = {
            "session": about.pk,
            "municipality": form["municipality"].value(),
            "request_key": form["request_key"].value(),
        }
        with at_most(22):
            assert client.post(url, sent).status_code == 303
        assert client.post(url, sent).status_code == 303
        about.refresh_from_db()
        assert about.entries == 1
        page = client.get(url, {"session": about.pk})
        assert b"There is a place in this training already" in page.content
        assert client.post(url, {**sent, "request_key": str(uuid4())}).status_code == 422

    def test_says_that_one_would_wait_but_not_where_that_tells_of_others(
        self, client: Client, person: User, about: Session, town: Municipality
    ) -> None:
        enrolled(employee(town), about, town)
        page = client.get(reverse("trainings-enrol"), {"session": about.pk})
        assert (b"All seats are taken" in page.content) == (not about.confidential)

    def test_asks_through_which_municipality_only_where_there_are_several(
        self, client: Client, person: User, about: Session
    ) -> None:
        other = open_municipality()
        employee(other, user=person)
        page = client.get(reverse("trainings-enrol"), {"session": about.pk})
        assert other.name.encode() in page.content
        sent = {"session": about.pk, "request_key": str(uuid4())}
        assert client.post(reverse("trainings-enrol"), sent).status_code == 422
        assert client.post(reverse("trainings-enrol"), {**sent, "municipality": str(other.pk)}).status_code == 303

    def test_says_what_keeps_one_from_it(self, client: Client, about: Session) -> None:
        stranger, early = UserFactory(language="en"), employee(MunicipalityFactory(), user=UserFactory(language="en"))
        client.cookies["django_language"] = "en"
        for who, why in ((stranger, b"no role in a municipality"), (early, b"not open yet")):
            client.force_login(who)
            page = client.get(reverse("trainings-enrol"), {"session": about.pk})
            assert page.status_code == 200 and why in page.content
            assert client.post(reverse("trainings-enrol"), {"session": about.pk}).status_code == 422

    def test_warns_of_another_training_at_the_same_time(
        self, client: Client, person: User, about: Session, town: Municipality
    ) -> None:
        enrolled(person, session(starts=about.first_starts_at), town)
        page = client.get(reverse("trainings-enrol"), {"session": about.pk})
        assert b"another training at the same time" in page.content

    def test_finds_no_session_that_is_not_there_or_being_planned(self, client: Client, person: User) -> None:
        planned = session(state="planned")
        for wrong in ("", "quatsch", str(uuid4()), str(planned.pk)):
            assert client.get(reverse("trainings-enrol"), {"session": wrong}).status_code == 404

    def test_tells_of_approval(self, client: Client, about: Session) -> None:
        careful = open_municipality(approval="required")
        client.force_login(employee(careful, user=UserFactory(language="en")))
        client.cookies["django_language"] = "en"
        page = client.get(reverse("trainings-enrol"), {"session": about.pk})
        assert (b"approves enrolments" in page.content) != about.confidential


class TestTheList:
    def test_is_empty_at_first(self, client: Client, person: User) -> None:
        assert b"You have not enrolled" in client.get(reverse("my-trainings")).content

    def test_shows_position_offer_and_past_in_few_queries(
        self, client: Client, person: User, about: Session, town: Municipality
    ) -> None:
        first = enrolled(employee(town), about, town)
        place = enrolled(person, about, town)
        enrolled(person, session(), town)
        cancelled(person, enrolled(person, session(), town))
        url = reverse("my-trainings")
        with at_most(13):
            page = client.get(url).content.decode()
        assert "Your place in the waiting list" in page
        cancelled(first.user, first)
        filled(about)
        page = client.get(url).content.decode()
        assert "Take the seat" in page and "Please answer by" in page
        answer = reverse("my-trainings-answer")
        assert client.post(answer, {"place": place.pk, "answer": "vielleicht"}).status_code == 303
        assert state_of(place) == "offered"
        assert client.post(answer, {"place": place.pk, "answer": "accept"}).status_code == 303
        assert state_of(place) == "enrolled"

    def test_an_offer_can_be_left_to_the_next(
        self, client: Client, person: User, about: Session, town: Municipality
    ) -> None:
        first, place = enrolled(employee(town), about, town), enrolled(person, about, town)
        answer = reverse("my-trainings-answer")
        client.post(answer, {"place": place.pk, "answer": "decline"})
        assert state_of(place) == "waiting"
        cancelled(first.user, first)
        filled(about)
        client.post(answer, {"place": place.pk, "answer": "decline"})
        assert state_of(place) == "cancelled"

    def test_a_place_is_cancelled_after_asking(
        self, client: Client, person: User, about: Session, town: Municipality
    ) -> None:
        place = enrolled(person, about, town)
        url = reverse("my-trainings-cancel")
        assert b"Cancel my place?" in client.get(url, {"place": place.pk}).content
        Session.objects.filter(pk=about.pk).update(cancel_until=place.entered_at)
        assert b"was possible until" in client.get(url, {"place": place.pk}).content
        for _sent_twice in range(2):
            assert client.post(url, {"place": place.pk}).status_code == 303
        assert state_of(place) == "cancelled"
        assert b"can no longer be cancelled" in client.get(url, {"place": place.pk}).content

    def test_anothers_place_is_not_there(
        self, client: Client, person: User, about: Session, town: Municipality
    ) -> None:
        place = enrolled(employee(town), about, town)
        assert client.get(reverse("my-trainings-cancel"), {"place": place.pk}).status_code == 404
        assert client.post(reverse("my-trainings-answer"), {"place": place.pk, "answer": "accept"}).status_code == 404

    def test_is_marked_the_same_for_every_training(self, client: Client, town: Municipality) -> None:
        shown = []
        for module in (offered("Raum"), empowerment("Raum")):
            person = employee(town, user=UserFactory(first_name="Kim", last_name="Gleich"))
            place = enrolled(person, session(module, starts=None), town)
            with scope.enter(scope.person(person)):
                type(place).objects.filter(pk=place.pk).update(state_since=place.entered_at)
            client.force_login(person)
            page = client.get(reverse("my-trainings")).content.decode()
            main = page[page.index("<main") : page.index("</main>")]
            shown.append(main.replace(str(place.pk), "").replace(person.email, ""))
        assert len(shown[0]) == len(shown[1])
