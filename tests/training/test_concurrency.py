"""Many people at the seats of one session at once, in transactions that really commit."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.notifications.models import OutgoingMail
from apps.training.actions import places, seats
from apps.training.models import ConfidentialPlace, Enrolment, Session
from tests.assessments.test_concurrency import at_once
from tests.training.factories import empowerment, offered, seats_as_counted, session
from tests.training.place_factories import AnyPlace, employee, enrolled, filled, open_municipality, state_of

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, SEATS = 200, 10
#: Connections at one moment; the server of the tests takes no more than a hundred.
AT_ONE_MOMENT = 80


def crowd(town: Municipality, number: int) -> list[User]:
    """Many employees, made in few statements: nobody of them signs in with a password."""
    people = User.objects.bulk_create(
        User(email=f"viele-{count}@kommune.example", first_name="Kim", last_name=f"Nr. {count}", password="!")
        for count in range(number)
    )
    with scope.enter(scope.municipality(town)):
        Membership.objects.bulk_create(Membership(user=person, role=Role.EMPLOYEE) for person in people)
    return people


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls in as many threads as there may be connections; results, or the exceptions raised."""
    workers = min(len(calls), AT_ONE_MOMENT)
    ready = threading.Barrier(workers)
    started = threading.local()

    def run(call: Callable[[], Any]) -> Any:
        if not getattr(started, "yes", False):
            connections["default"].ensure_connection()
            started.yes = True
            ready.wait(timeout=60)
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(max_workers=workers) as pool:
        results = list(pool.map(run, calls))
        # Each thread closes its own connection.
        closing = threading.Barrier(workers)
        list(pool.map(lambda _number: (connections.close_all(), closing.wait(timeout=60)), range(workers)))
    return results


def enrolling(person: User, about: Session, town: Municipality) -> Callable[[], AnyPlace]:
    return lambda: enrolled(person, about, town)


def rows_of(about: Session) -> list[tuple[str, Any, Any]]:
    model = ConfidentialPlace if about.confidential else Enrolment
    with scope.enter(seats.scope_of(about)):
        return list(
            model.objects.filter(session=about).order_by("entered_at", "id").values_list("state", "entered_at", "pk")
        )


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


class TestTheRace:
    def test_without_the_lock_two_decide_for_the_last_seat_and_the_database_refuses_one(
        self, town: Municipality
    ) -> None:
        about = session(capacity=1)
        people = crowd(town, 2)
        both_have_read = threading.Barrier(2)

        def by_a_plain_read(person: User) -> Callable[[], str]:
            def call() -> str:
                with scope.enter(scope.person(person)):
                    seen = Session.objects.get(pk=about.pk)
                    assert seen.free == 1
                    both_have_read.wait(timeout=30)
                    Enrolment.objects.create(
                        municipality_id=town.pk,
                        session=seen,
                        user=person,
                        state="enrolled",
                        state_since=timezone.now(),
                        entered_at=timezone.now(),
                        request_key=uuid4(),
                    )
                return "a seat"

            return call

        results = list(at_once([by_a_plain_read(person) for person in people]))
        assert results.count("a seat") == 1
        (refused,) = [result for result in results if result != "a seat"]
        assert isinstance(refused, IntegrityError) and "session_never_a_seat_too_many" in str(refused)

    def test_with_the_lock_one_gets_it_and_the_other_waits(self, town: Municipality) -> None:
        about = session(capacity=1)
        results = all_at_once([enrolling(person, about, town) for person in crowd(town, 2)])
        assert sorted(place.state for place in results) == ["enrolled", "waiting"]


@pytest.mark.parametrize("confidential", [False, True], ids=["ordinary", "confidential"])
class TestTwoHundredForTenSeats:
    def test_ten_are_enrolled_and_the_others_wait_in_the_order_in_which_they_came(
        self, confidential: bool, town: Municipality
    ) -> None:
        about = session(empowerment() if confidential else offered(), capacity=SEATS)
        results = all_at_once([enrolling(person, about, town) for person in crowd(town, PEOPLE)])
        assert not [result for result in results if isinstance(result, Exception)]
        rows = rows_of(about)
        assert [state for state, _at, _key in rows] == ["enrolled"] * SEATS + ["waiting"] * (PEOPLE - SEATS)
        assert len({at for _state, at, _key in rows}) == PEOPLE
        about.refresh_from_db()
        assert (about.taken, about.waiting, about.entries) == (SEATS, PEOPLE - SEATS, PEOPLE)
        assert seats_as_counted(about, confidential=confidential) == (SEATS, PEOPLE - SEATS)
        # One mail each, whatever happened at the same time.
        with scope.enter(scope.programme()):
            assert OutgoingMail.objects.filter(kind="training-place").count() == PEOPLE

    def test_cancelling_at_once_gives_no_seat_twice(self, confidential: bool, town: Municipality) -> None:
        about = session(empowerment() if confidential else offered(), capacity=SEATS)
        people = crowd(town, 40)
        made = [enrolled(person, about, town) for person in people]
        inside, outside = made[:SEATS], made[SEATS:]

        def cancelling(place: AnyPlace) -> Callable[[], Any]:
            def call() -> Any:
                with scope.enter(scope.person(place.user_id)):
                    done = places.cancel(actor=place.user, place_id=place.pk)
                filled(about)
                return done

            return call

        newcomers = [enrolling(employee(town), about, town) for _ in range(5)]
        results = all_at_once([cancelling(place) for place in inside] + newcomers + [lambda: filled(about)] * 5)
        assert not [result for result in results if isinstance(result, Exception)], results
        about.refresh_from_db()
        assert about.taken == SEATS
        assert seats_as_counted(about, confidential=confidential) == (SEATS, 25)
        assert [state_of(place) for place in outside[:SEATS]] == ["offered"] * SEATS
        assert {state_of(place) for place in outside[SEATS:]} == {"waiting"}


class TestTheSameStepTwice:
    def test_a_form_sent_many_times_makes_one_place(self, town: Municipality) -> None:
        about, person, key = session(), employee(town), uuid4()
        results = all_at_once([lambda: enrolled(person, about, town, key)] * 8)
        assert len({place.pk for place in results}) == 1, results
        about.refresh_from_db()
        assert (about.taken, about.entries) == (1, 1)

    def test_two_forms_of_one_person_make_one_place(self, town: Municipality) -> None:
        about, person = session(), employee(town)
        results = all_at_once([enrolling(person, about, town) for _ in range(6)])
        assert sum(isinstance(result, Enrolment) for result in results) == 1, results

    def test_an_offer_is_taken_or_lapses_but_not_both(self, town: Municipality) -> None:
        about = session(capacity=1)
        first, second = employee(town), employee(town)
        seat, waiting = enrolled(first, about, town), enrolled(second, about, town)
        with scope.enter(scope.person(first)):
            places.cancel(actor=first, place_id=seat.pk)
        filled(about)
        with scope.enter(scope.person(second)):
            Enrolment.objects.filter(pk=waiting.pk).update(offer_until=timezone.now() + timedelta(milliseconds=40))

        def accept() -> Any:
            with scope.enter(scope.person(second)):
                return places.accept_offer(actor=second, place_id=waiting.pk)

        all_at_once([accept, lambda: filled(about)] * 4)
        about.refresh_from_db()
        assert state_of(waiting) in ("enrolled", "lapsed", "offered")
        assert about.taken == (state_of(waiting) != "lapsed")

    def test_two_moved_the_other_way_round_do_not_wait_for_each_other(self, town: Municipality) -> None:
        module = offered()
        left, right = session(module), session(module)
        there, here = enrolled(employee(town), left, town), enrolled(employee(town), right, town)

        def moving(place: AnyPlace, to: Session) -> Callable[[], Any]:
            def call() -> Any:
                with scope.enter(scope.municipality(town)):
                    return places.move(actor=place.user, place_id=place.pk, to_session_id=to.pk)

            return call

        results = all_at_once([moving(there, right), moving(here, left)] * 3)
        assert all(isinstance(result, Enrolment) for result in results), results


class TestALostTask:
    @pytest.fixture(params=[False, True], ids=["ordinary", "confidential"])
    def about(self, request: pytest.FixtureRequest) -> Iterator[Session]:
        yield session(empowerment() if request.param else offered(), capacity=1)

    def test_is_made_up_for_by_the_sweeper(self, about: Session, town: Municipality) -> None:
        first, second, third = (enrolled(employee(town), about, town) for _ in range(3))
        with scope.enter(scope.person(first.user_id)):
            places.cancel(actor=first.user, place_id=first.pk)
        assert seats.sweep(scope=seats.scope_of(about)) == 1
        assert state_of(second) == "offered"
        with scope.enter(scope.person(second.user_id)):
            type(second).objects.filter(pk=second.pk).update(offer_until=timezone.now())
        seats.sweep(scope=seats.scope_of(about))
        assert (state_of(second), state_of(third)) == ("lapsed", "offered")
        Session.objects.filter(pk=about.pk).update(state="cancelled", cancelled_because="Zu wenige.")
        seats.sweep(scope=seats.scope_of(about))
        assert state_of(third) == "cancelled"
        assert seats.sweep(scope=seats.scope_of(about)) == 0
