"""Taking a place, giving it up, answering an offer; handing on, moving. Ordinary and confidential sessions alike."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Membership, Municipality
from apps.training.actions import places, seats
from apps.training.actions.places import NotPossible
from apps.training.models import ConfidentialPlace, Enrolment, Session, SessionShare, TrainingOpening
from tests.factories import MunicipalityFactory, UserFactory
from tests.municipalities.counting import at_most
from tests.training.factories import empowerment, offered, opened, seats_as_counted, session
from tests.training.place_factories import (
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


@pytest.fixture
def person(town: Municipality) -> User:
    return employee(town)


@pytest.fixture(params=["ordinary", "confidential"])
def about(request: pytest.FixtureRequest) -> Session:
    return session(empowerment() if request.param == "confidential" else offered(), capacity=1)


class TestEnrolling:
    def test_takes_a_seat_while_one_is_free_and_a_place_in_the_list_after(
        self, about: Session, town: Municipality
    ) -> None:
        first, second = enrolled(employee(town), about, town), enrolled(employee(town), about, town)
        assert (first.state, second.state) == ("enrolled", "waiting")
        assert first.entered_at < second.entered_at
        assert seats_as_counted(about, confidential=about.confidential) == (1, 1)
        kind = ConfidentialPlace if about.confidential else Enrolment
        assert type(first) is type(second) is kind

    def test_sent_twice_is_done_once(self, about: Session, person: User, town: Municipality) -> None:
        key = uuid4()
        first, again = enrolled(person, about, town, key), enrolled(person, about, town, key)
        assert first.pk == again.pk
        about.refresh_from_db()
        assert (about.taken, about.entries) == (1, 1)

    def test_gives_one_person_one_place(self, about: Session, person: User, town: Municipality) -> None:
        enrolled(person, about, town)
        with pytest.raises(NotPossible, match="place in this training already"):
            enrolled(person, about, town)

    def test_gives_one_place_also_through_another_municipality(
        self, about: Session, person: User, town: Municipality
    ) -> None:
        enrolled(person, about, town)
        other = open_municipality()
        employee(other, user=person)
        with pytest.raises(NotPossible, match="place in this training already"):
            enrolled(person, about, other)

    def test_works_anew_after_cancelling(self, about: Session, person: User, town: Municipality) -> None:
        cancelled(person, enrolled(person, about, town))
        assert enrolled(person, about, town).state == "enrolled"

    def test_needs_a_role_in_the_municipality(self, about: Session, town: Municipality) -> None:
        with pytest.raises(NotPossible, match="do not belong"):
            enrolled(UserFactory(), about, town)
        former = employee(town)
        with scope.enter(scope.municipality(town)):
            Membership.objects.filter(user=former).update(ended_at=timezone.now())
        with pytest.raises(NotPossible, match="do not belong"):
            enrolled(former, about, town)

    def test_waits_for_the_gate(self, about: Session) -> None:
        closed = MunicipalityFactory()
        with pytest.raises(NotPossible, match="not open yet"):
            enrolled(employee(closed), about, closed)
        opened(closed)
        with scope.enter(scope.municipality(closed)):
            TrainingOpening.objects.filter(of=closed).update(closed_at=timezone.now())
        with pytest.raises(NotPossible, match="not open yet"):
            enrolled(employee(closed), about, closed)

    @pytest.mark.parametrize("state", ["planned", "cancelled"])
    def test_needs_an_open_session(self, state: str, person: User, town: Municipality) -> None:
        with pytest.raises(NotPossible, match="not open for enrolment"):
            enrolled(person, session(state=state), town)

    def test_ends_with_the_deadline(self, about: Session, person: User, town: Municipality) -> None:
        Session.objects.filter(pk=about.pk).update(enrol_until=timezone.now() - timedelta(minutes=1))
        with pytest.raises(NotPossible, match="Enrolment ended on"):
            enrolled(person, about, town)

    def test_keeps_to_whom_a_session_is_open(self, person: User, town: Municipality) -> None:
        host = open_municipality()
        of_one = session(host=host)
        some = session(opens_to="some")
        for closed in (of_one, some):
            with pytest.raises(NotPossible, match="not open to this municipality"):
                enrolled(person, closed, town)
        SessionShare.objects.create(session=some, of=town)
        assert enrolled(person, some, town).state == "enrolled"
        assert enrolled(employee(host), of_one, host).state == "enrolled"

    def test_asking_in_vain_opens_no_session_with_quotas(self, person: User, town: Municipality) -> None:
        some = session(opens_to="some", quota_each=1)
        for _again in range(2):
            with scope.enter(scope.person(person)), pytest.raises(NotPossible, match="not open to this municipality"):
                places.enrol(actor=person, session_id=some.pk, municipality_id=town.pk, request_key=uuid4())
        assert not SessionShare.objects.filter(session=some).exists()

    def test_asks_for_approval_where_the_municipality_wants_it_but_never_of_a_confidential_training(
        self, about: Session
    ) -> None:
        careful = open_municipality(approval="required")
        place = enrolled(employee(careful), about, careful)
        assert place.state == ("enrolled" if about.confidential else "requested")

    def test_holds_the_quota_of_a_municipality(self, town: Municipality) -> None:
        wide = session(capacity=5, quota_each=1)
        other = open_municipality()
        assert enrolled(employee(town), wide, town).state == "enrolled"
        assert enrolled(employee(other), wide, other).state == "enrolled"
        assert enrolled(employee(town), wide, town).state == "waiting"

    def test_takes_few_queries(self, about: Session, person: User, town: Municipality) -> None:
        with at_most(9):
            enrolled(person, about, town)

    def test_leaves_no_audit_record(self, about: Session, person: User, town: Municipality) -> None:
        cancelled(person, enrolled(person, about, town))
        with scope.enter(scope.programme()):
            assert not AuditEntry.objects.filter(verb__startswith="training.").exists()


class TestCancelling:
    def test_gives_the_seat_to_who_waits_longest(self, about: Session, town: Municipality) -> None:
        person = employee(town)
        place = enrolled(person, about, town)
        second, third = (enrolled(employee(town), about, town) for _ in range(2))
        assert cancelled(person, place).state == "cancelled"
        assert filled(about) == 1
        assert (state_of(second), state_of(third)) == ("offered", "waiting")

    def test_twice_is_once(self, about: Session, person: User, town: Municipality) -> None:
        place = enrolled(person, about, town)
        assert cancelled(person, place).state_since == cancelled(person, place).state_since

    def test_is_possible_after_its_deadline_but_not_once_the_training_has_begun(
        self, about: Session, person: User, town: Municipality
    ) -> None:
        place = enrolled(person, about, town)
        Session.objects.filter(pk=about.pk).update(cancel_until=timezone.now() - timedelta(days=1))
        assert cancelled(person, place).state == "cancelled"
        place = enrolled(person, about, town)
        Session.objects.filter(pk=about.pk).update(first_starts_at=timezone.now() - timedelta(minutes=1))
        with pytest.raises(NotPossible, match="has begun"):
            cancelled(person, place)

    def test_is_for_the_person_alone(self, about: Session, person: User, town: Municipality) -> None:
        place = enrolled(person, about, town)
        with pytest.raises(Enrolment.DoesNotExist):
            cancelled(employee(town), place)

    def test_what_is_over_stays_so(self, about: Session, person: User, town: Municipality) -> None:
        first = enrolled(employee(town), about, town)
        place = enrolled(person, about, town)
        cancelled(first.user, first)
        filled(about)
        with scope.enter(scope.person(person)):
            type(place).objects.filter(pk=place.pk).update(offer_until=timezone.now())
        filled(about)
        assert state_of(place) == "lapsed"
        with pytest.raises(NotPossible, match="is over"):
            cancelled(person, place)


class TestOffers:
    @pytest.fixture
    def place(self, about: Session, person: User, town: Municipality) -> Enrolment | ConfidentialPlace:
        first = enrolled(employee(town), about, town)
        waiting = enrolled(person, about, town)
        cancelled(first.user, first)
        filled(about)
        return now_as(waiting)

    def test_are_taken(self, place: Enrolment, person: User) -> None:
        for _sent_twice in range(2):
            with scope.enter(scope.person(person)):
                taken = places.accept_offer(actor=person, place_id=place.pk)
            assert (taken.state, taken.offer_until) == ("enrolled", None)

    def test_are_declined_and_go_on(self, about: Session, place: Enrolment, person: User, town: Municipality) -> None:
        third = enrolled(employee(town), about, town)
        for _sent_twice in range(2):
            with scope.enter(scope.person(person)):
                assert places.decline_offer(actor=person, place_id=place.pk).state == "cancelled"
        filled(about)
        assert state_of(third) == "offered"

    def test_hold_the_seat_meanwhile(self, about: Session, place: Enrolment, town: Municipality) -> None:
        assert place.state == "offered"
        assert enrolled(employee(town), about, town).state == "waiting"
        assert filled(about) == 0

    def test_end_with_their_deadline(self, about: Session, place: Enrolment, person: User, town: Municipality) -> None:
        third = enrolled(employee(town), about, town)
        with scope.enter(scope.person(person)):
            type(place).objects.filter(pk=place.pk).update(offer_until=timezone.now())
        with scope.enter(scope.person(person)), pytest.raises(NotPossible, match="time for an answer is over"):
            places.accept_offer(actor=person, place_id=place.pk)
        filled(about)
        assert (state_of(place), state_of(third)) == ("lapsed", "offered")

    def test_are_answered_where_there_is_one(self, person: User, town: Municipality) -> None:
        waiting_for = session(capacity=1)
        enrolled(employee(town), waiting_for, town)
        place = enrolled(person, waiting_for, town)
        for answer in (places.accept_offer, places.decline_offer):
            with scope.enter(scope.person(person)), pytest.raises(NotPossible, match="No seat is offered"):
                answer(actor=person, place_id=place.pk)


class TestPosition:
    def test_is_seen_by_the_person_alone(self, about: Session, town: Municipality) -> None:
        enrolled(employee(town), about, town)
        waiting = [enrolled(employee(town), about, town) for _ in range(3)]
        for number, place in enumerate(waiting, start=1):
            with scope.enter(scope.person(place.user_id)):
                assert places.position(place) == number
        with scope.enter(scope.person(UserFactory())):
            assert places.position(waiting[0]) is None

    def test_moves_up(self, about: Session, town: Municipality) -> None:
        enrolled(employee(town), about, town)
        first, second = (enrolled(employee(town), about, town) for _ in range(2))
        cancelled(first.user, first)
        with scope.enter(scope.person(second.user_id)):
            assert places.position(second) == 1


class TestHandingOn:
    def test_passes_the_seat_to_a_colleague_past_the_list(self, person: User, town: Municipality) -> None:
        about = session(capacity=1)
        place = enrolled(person, about, town)
        waiting = enrolled(employee(town), about, town)
        colleague, coordinator = employee(town), employee(town)
        for _sent_twice in range(2):
            with scope.enter(scope.municipality(town)):
                passed = places.substitute(actor=coordinator, place_id=place.pk, address=colleague.email.upper())
        assert (state_of(place), state_of(passed), state_of(waiting)) == ("cancelled", "offered", "waiting")
        assert passed.user == colleague and passed.replaces_id == place.pk
        assert seats_as_counted(about) == (1, 1)
        with scope.enter(scope.person(colleague)):
            assert places.accept_offer(actor=colleague, place_id=passed.pk).state == "enrolled"

    def test_is_refused_with_a_sentence(self, person: User, town: Municipality) -> None:
        about = session(capacity=1)
        place, waiting = enrolled(person, about, town), enrolled(employee(town), about, town)
        stranger = employee(open_municipality())
        for wrong, address, why in (
            (place, stranger.email, "Nobody of your municipality"),
            (place, waiting.user.email, "has a place already"),
            (waiting, employee(town).email, "Only a seat"),
        ):
            with scope.enter(scope.municipality(town)), pytest.raises(NotPossible, match=why):
                places.substitute(actor=person, place_id=wrong.pk, address=address)

    def test_reaches_no_other_municipality(self, person: User, town: Municipality) -> None:
        place = enrolled(person, session(), town)
        elsewhere = open_municipality()
        with scope.enter(scope.municipality(elsewhere)), pytest.raises(Enrolment.DoesNotExist):
            places.substitute(actor=person, place_id=place.pk, address=employee(elsewhere).email)


class TestMoving:
    def test_takes_a_seat_elsewhere_and_frees_this_one(self, person: User, town: Municipality) -> None:
        module = offered()
        before, after = session(module, capacity=1), session(module, capacity=1)
        place, waiting = enrolled(person, before, town), enrolled(employee(town), before, town)
        for _sent_twice in range(2):
            with scope.enter(scope.municipality(town)):
                moved = places.move(actor=person, place_id=place.pk, to_session_id=after.pk)
        assert (moved.session_id, moved.state, moved.entered_at) == (after.pk, "enrolled", place.entered_at)
        filled(before)
        assert (state_of(place), state_of(waiting)) == ("cancelled", "offered")

    def test_keeps_the_time_of_asking_where_all_seats_are_taken(self, person: User, town: Municipality) -> None:
        module = offered()
        before, after = session(module, capacity=1), session(module, capacity=1)
        place = enrolled(person, before, town)
        there, later = (enrolled(employee(town), after, town) for _ in range(2))
        with scope.enter(scope.programme()):
            moved = places.move(actor=person, place_id=place.pk, to_session_id=after.pk)
        assert moved.state == "waiting"
        cancelled(there.user, there)
        filled(after)
        assert (state_of(moved), state_of(later)) == ("offered", "waiting")

    def test_stays_with_the_module_and_gives_no_second_place(self, person: User, town: Municipality) -> None:
        module = offered()
        before, after = session(module), session(module)
        place = enrolled(person, before, town)
        with scope.enter(scope.municipality(town)), pytest.raises(NotPossible, match="same training"):
            places.move(actor=person, place_id=place.pk, to_session_id=session().pk)
        enrolled(person, after, town)
        with scope.enter(scope.municipality(town)), pytest.raises(NotPossible, match="has a place already"):
            places.move(actor=person, place_id=place.pk, to_session_id=after.pk)


class TestCancellingForSomebody:
    def test_is_recorded_without_contents(self, person: User, town: Municipality) -> None:
        place = enrolled(person, session(), town)
        with scope.enter(scope.municipality(town)):
            assert places.cancel_for(actor=person, place_id=place.pk).state == "cancelled"
            entry = AuditEntry.objects.get(verb="training.place_cancelled")
        assert entry.data == {}


class TestACancelledSession:
    def test_ends_every_place(self, about: Session, town: Municipality) -> None:
        ended = [enrolled(employee(town), about, town) for _ in range(3)]
        Session.objects.filter(pk=about.pk).update(state="cancelled", cancelled_because="Zu wenige.")
        for expected in (3, 0):
            with scope.enter(seats.scope_of(about)):
                assert seats.end_places(session_id=about.pk) == expected
        assert {state_of(place) for place in ended} == {"cancelled"}

    def test_is_asked_first(self, about: Session, person: User, town: Municipality) -> None:
        place = enrolled(person, about, town)
        with scope.enter(seats.scope_of(about)):
            assert seats.end_places(session_id=about.pk) == 0
        assert state_of(place) == "enrolled"
