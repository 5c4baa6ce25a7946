"""The waiting list: strict order, the one rule that passes people over, deadlines; and any order of events at all."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import scope
from apps.municipalities.models import Municipality
from apps.training.actions import places, seats
from apps.training.actions.places import NotPossible
from apps.training.models import ConfidentialPlace, Enrolment, Session, SessionShare
from apps.training.places import HOLDING
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, session
from tests.training.place_factories import (
    AnyPlace,
    cancelled,
    employee,
    enrolled,
    filled,
    now_as,
    open_municipality,
    state_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def town() -> Municipality:
    return open_municipality()


class TestTheOrder:
    def test_several_free_seats_go_to_those_who_have_waited_longest(self, town: Municipality) -> None:
        about = session(capacity=2)
        made = [enrolled(employee(town), about, town) for _ in range(5)]
        for place in made[:2]:
            cancelled(place.user, place)
        assert filled(about) == 2
        assert [state_of(place) for place in made] == ["cancelled", "cancelled", "offered", "offered", "waiting"]
        assert filled(about) == 0

    def test_a_seat_more_is_offered(self, town: Municipality) -> None:
        about = session(capacity=1)
        enrolled(employee(town), about, town)
        waiting = enrolled(employee(town), about, town)
        Session.objects.filter(pk=about.pk).update(capacity=2)
        assert filled(about) == 1
        assert state_of(waiting) == "offered"

    def test_a_lapsed_offer_goes_to_the_next_in_the_same_step(self, town: Municipality) -> None:
        about = session(capacity=1)
        first, second, third = (enrolled(employee(town), about, town) for _ in range(3))
        cancelled(first.user, first)
        filled(about)
        with scope.enter(scope.person(second.user_id)):
            Enrolment.objects.filter(pk=second.pk).update(offer_until=timezone.now())
        assert filled(about) == 1
        assert (state_of(second), state_of(third)) == ("lapsed", "offered")


class TestPassingOver:
    def test_whoevers_municipality_has_its_quota_full_keeps_the_place(self, town: Municipality) -> None:
        other = open_municipality()
        about = session(capacity=2, quota_each=1)
        mine = enrolled(employee(town), about, town)
        theirs = enrolled(employee(other), about, other)
        second = enrolled(employee(town), about, town)
        third = enrolled(employee(other), about, other)
        cancelled(theirs.user, theirs)
        assert filled(about) == 1
        assert (state_of(second), state_of(third)) == ("waiting", "offered")
        cancelled(mine.user, mine)
        assert filled(about) == 1
        assert state_of(second) == "offered"

    def test_counts_a_quota_of_its_own_before_that_for_each(self, town: Municipality) -> None:
        about = session(capacity=3, quota_each=1)
        SessionShare.objects.create(session=about, of=town, quota=2)
        assert [enrolled(employee(town), about, town).state for _ in range(3)] == ["enrolled", "enrolled", "waiting"]
        assert filled(about) == 0

    def test_a_quota_set_later_counts_who_is_there_already(self, town: Municipality) -> None:
        about = session(capacity=2)
        for _ in range(2):
            enrolled(employee(town), about, town)
        waiting = enrolled(employee(town), about, town)
        Session.objects.filter(pk=about.pk).update(capacity=3, quota_each=2)
        assert filled(about) == 0
        assert SessionShare.objects.get(session=about, of=town).taken == 2
        assert state_of(waiting) == "waiting"
        Session.objects.filter(pk=about.pk).update(quota_each=3)
        assert filled(about) == 1

    def test_somebody_else_waits_behind_and_is_asked_at_once(self, town: Municipality) -> None:
        about = session(capacity=3, quota_each=1)
        enrolled(employee(town), about, town)
        enrolled(employee(town), about, town)
        other = open_municipality()
        newcomer = enrolled(employee(other), about, other)
        assert newcomer.state == "waiting"
        assert filled(about) == 1
        assert state_of(newcomer) == "offered"


class TestDeadlines:
    def test_an_offer_waits_as_long_as_the_session_says(self, town: Municipality) -> None:
        place = self._offered(session(capacity=1, offer_hours=24), town)
        assert place.offer_until is not None
        assert timedelta(hours=24) == place.offer_until - place.state_since

    def test_close_to_the_end_of_enrolment_it_is_shorter(self, town: Municipality) -> None:
        until = timezone.now() + timedelta(hours=3)
        place = self._offered(session(capacity=1, enrol_until=until), town)
        assert place.offer_until == until

    def test_after_it_no_seat_is_offered(self, town: Municipality) -> None:
        about = session(capacity=1)
        first, second = (enrolled(employee(town), about, town) for _ in range(2))
        cancelled(first.user, first)
        Session.objects.filter(pk=about.pk).update(enrol_until=timezone.now())
        assert filled(about) == 0
        assert state_of(second) == "waiting"

    def _offered(self, about: Session, town: Municipality) -> AnyPlace:
        first, second = (enrolled(employee(town), about, town) for _ in range(2))
        cancelled(first.user, first)
        filled(about)
        return now_as(second)


class TestFilling:
    def test_takes_queries_for_the_seats_it_gives_not_for_those_who_wait(self, town: Municipality) -> None:
        about = session(capacity=1)
        made = [enrolled(employee(town), about, town) for _ in range(12)]
        cancelled(made[0].user, made[0])
        with at_most(9):
            filled(about)

    def test_of_a_session_that_is_gone_says_so(self, town: Municipality) -> None:
        with scope.enter(scope.programme()), pytest.raises(Session.DoesNotExist):
            seats.fill(session_id=town.pk)


# --- Whatever happens, in whatever order ------------------------------------------------------------------------------

STEPS = ("enrol", "cancel", "fill", "accept", "decline", "lapse", "more_seats")
EVENTS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=4, max_size=22)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, capacity=st.integers(1, 3), quota=st.sampled_from([None, 1, 2]), confidential=st.booleans())
def test_seats_are_what_the_rows_say_never_too_many_and_in_order(
    db: None, events: list[tuple[str, int]], capacity: int, quota: int | None, confidential: bool
) -> None:
    quota = None if confidential else quota
    about = session(empowerment() if confidential else offered(), capacity=capacity, quota_each=quota)
    towns = [open_municipality() for _ in range(2)]
    people = [employee(towns[number % 2]) for number in range(6)]
    for step, number in events:
        _happen(step, people[number], about, towns[number % 2])
        _check(about, quota)


def _happen(step: str, person: object, about: Session, town: Municipality) -> None:
    model = ConfidentialPlace if about.confidential else Enrolment
    if step == "fill":
        before = _queue(about)
        filled(about)
        _check_order(before, about)
        return
    if step == "more_seats":
        about.refresh_from_db()
        Session.objects.filter(pk=about.pk).update(capacity=about.capacity + 1)
        return
    if step == "enrol":
        try:
            enrolled(person, about, town)  # type: ignore[arg-type]
        except NotPossible:
            return
        return
    with scope.enter(scope.person(person)):  # type: ignore[arg-type]
        mine = model.objects.filter(session=about).order_by("-created_at").first()
        if mine is None:
            return
        if step == "lapse":
            model.objects.filter(pk=mine.pk, state="offered").update(offer_until=timezone.now())
            return
        act = {"cancel": places.cancel, "accept": places.accept_offer, "decline": places.decline_offer}[step]
        try:
            act(actor=person, place_id=mine.pk)
        except NotPossible:
            return


def _queue(about: Session) -> list[AnyPlace]:
    with scope.enter(seats.scope_of(about)):
        rows = seats.model_of(about).objects.filter(session=about, state="waiting")
        return list(rows.order_by("entered_at", "id"))


def _check(about: Session, quota: int | None) -> None:
    about.refresh_from_db()
    with scope.enter(seats.scope_of(about)):
        rows = list(seats.model_of(about).objects.filter(session=about))
    holding = [row for row in rows if row.state in HOLDING]
    assert about.taken == len(holding) <= about.capacity
    assert about.waiting == sum(row.state == "waiting" for row in rows)
    if quota is not None:
        for town in {row.municipality_id for row in holding}:
            assert sum(row.municipality_id == town for row in holding) <= quota


def _check_order(before: list[AnyPlace], about: Session) -> None:
    """Who still waits was passed over by nobody, but where the own municipality's quota is full."""
    still = {place.pk for place in _queue(about)}
    with scope.enter(seats.scope_of(about)):
        held = seats.model_of(about).objects.filter(session=about, state__in=sorted(HOLDING))
        taken = list(held.values_list("municipality_id", flat=True))
    about.refresh_from_db()
    for place_in_line, place in enumerate(before):
        passed = [other for other in before[place_in_line + 1 :] if other.pk not in still]
        if place.pk in still and passed:
            assert about.quota_each is not None
            assert taken.count(place.municipality_id) >= about.quota_each
    if about.taken < about.capacity:
        assert all(
            about.quota_each is not None and taken.count(place.municipality_id) >= about.quota_each
            for place in before
            if place.pk in still
        )
