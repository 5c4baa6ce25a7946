"""What somebody would try who wants a seat, a certificate or a name that is not theirs, and what they get instead."""

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Municipality, OrgUnit, Role
from apps.training import queries_certificates
from apps.training.actions import attendance, learning, places, sessions
from apps.training.actions.places import NotPossible
from apps.training.actions.sessions import Unfit
from apps.training.models import (
    Completion,
    ConfidentialPlace,
    Enrolment,
    Module,
    ModuleEdition,
    ModuleVersion,
    Session,
    SessionDate,
    SessionShare,
    TrainingOpening,
    Unit,
)
from tests.factories import MunicipalityFactory, UserFactory, member, org_unit
from tests.training.factories import empowerment, offered, opened, seats_as_counted, session
from tests.training.place_factories import employee, enrolled, filled, open_municipality, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


@pytest.fixture
def person(town: Municipality) -> User:
    return employee(town)


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class TestTheKeyOfAForm:
    """It is the sender's own; with one that was used before nothing happens a second time, and nothing breaks."""

    @pytest.mark.parametrize("make", [offered, empowerment])
    def test_used_for_another_session_is_refused_with_a_sentence(
        self, make: Any, person: User, town: Municipality
    ) -> None:
        module, key = make(), uuid4()
        first, second = session(module), session(module)
        enrolled(person, first, town, key)
        with pytest.raises(NotPossible):
            enrolled(person, second, town, key)

    def test_of_a_colleague_says_no_more_than_any_other_refusal(self, person: User, town: Municipality) -> None:
        about, key = session(), uuid4()
        enrolled(employee(town), about, town, key)
        with pytest.raises(NotPossible):
            enrolled(person, about, town, key)

    def test_leaves_no_key_of_a_row_in_a_log(
        self, person: User, town: Municipality, caplog: pytest.LogCaptureFixture
    ) -> None:
        module, key = empowerment(), uuid4()
        enrolled(person, session(module), town, key)
        with caplog.at_level(logging.DEBUG):
            answer = signed_in(person).post(
                reverse("trainings-enrol"),
                {"session": session(module).pk, "municipality": town.pk, "request_key": key},
            )
        assert answer.status_code == 422
        assert str(key) not in caplog.text
        assert "confidential" not in caplog.text


class TestSeats:
    def test_a_colleague_takes_no_seat_once_the_records_are_closed(self, person: User, town: Municipality) -> None:
        place, colleague = enrolled(person, session(), town), employee(town)
        TrainingOpening.objects.filter(of=town).update(closed_at=timezone.now() + timedelta(seconds=1))
        with scope.enter(scope.municipality(town)), pytest.raises(NotPossible):
            places.substitute(actor=UserFactory(), place_id=place.pk, address=colleague.email)
        assert state_of(place) == "enrolled"

    def test_a_quota_below_what_is_taken_lets_nobody_else_in(self, town: Municipality) -> None:
        about = session(capacity=10)
        for _number in range(3):
            enrolled(employee(town), about, town)
        Session.objects.filter(pk=about.pk).update(quota_each=2)
        assert enrolled(employee(town), about, town).state == "waiting"
        filled(about)
        assert enrolled(employee(town), about, town).state == "waiting"

    def test_a_quota_of_its_own_set_later_counts_who_is_there(self, town: Municipality) -> None:
        staff, about = UserFactory(staff=True), session(capacity=10)
        for _number in range(3):
            enrolled(employee(town), about, town)
        values = {"opens_to": "all", "capacity": 10}
        with scope.enter(scope.programme()), pytest.raises(Unfit):
            sessions.change_seats(actor=staff, session_id=about.pk, values=values, shares={town.pk: 2})
        with scope.enter(scope.programme()):
            sessions.change_seats(actor=staff, session_id=about.pk, values=values, shares={town.pk: 3})
        assert enrolled(employee(town), about, town).state == "waiting"

    def test_closing_a_session_to_others_does_not_forget_whom_it_has(self, town: Municipality) -> None:
        staff, about, other = UserFactory(staff=True), session(capacity=10), open_municipality()
        enrolled(employee(town), about, town)
        with scope.enter(scope.programme()):
            sessions.change_seats(
                actor=staff, session_id=about.pk, values={"opens_to": "some"}, shares={town.pk: None, other.pk: 4}
            )
        taken = dict(SessionShare.objects.filter(session=about).values_list("of", "taken"))
        assert taken == {town.pk: 1, other.pk: 0}

    def test_counters_equal_the_rows_after_every_way(self, person: User, town: Municipality) -> None:
        module = offered()
        here, there = session(module, capacity=2), session(module, capacity=2)
        waiting = [employee(town) for _number in range(3)]
        place = enrolled(person, here, town)
        others = [enrolled(one, here, town) for one in waiting]
        with scope.enter(scope.municipality(town)):
            moved = places.move(actor=person, place_id=place.pk, to_session_id=there.pk)
            back = places.move(actor=person, place_id=moved.pk, to_session_id=here.pk)
            places.substitute(actor=person, place_id=others[0].pk, address=employee(town).email)
        filled(here)
        with scope.enter(scope.person(person)):
            places.cancel(actor=person, place_id=back.pk)
        for about in (here, there):
            about.refresh_from_db()
            assert (about.taken, about.waiting) == seats_as_counted(about)
            shares = list(SessionShare.objects.filter(session=about).values_list("taken", flat=True))
            assert sum(shares) in (0, about.taken)
