"""Approving enrolments: by whom, seeing what, and what comes of it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, OrgUnit, Role
from apps.notifications.models import OutgoingMail
from apps.training import queries_places
from apps.training.actions import approvals
from apps.training.actions.seats import NotPossible
from apps.training.models import Approver, Enrolment, Room, Session, SessionDate
from tests.factories import UserFactory, member, org_unit
from tests.municipalities.counting import at_most
from tests.training.factories import offered, session
from tests.training.place_factories import cancelled, employee, enrolled, filled, open_municipality, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _no_second_factor(settings: object) -> None:
    settings.MFA_REQUIRED_ROLES = []  # type: ignore[attr-defined]


@pytest.fixture
def town() -> Municipality:
    return open_municipality(approval="required")


@pytest.fixture
def boss(town: Municipality) -> User:
    person = employee(town)
    name(town, person)
    return person


def name(town: Municipality, person: User, unit: OrgUnit | None = None) -> Approver:
    with scope.enter(scope.municipality(town)):
        return approvals.name_approver(actor=person, user_id=person.pk, org_unit=unit)


def approved(town: Municipality, by: User, place: Enrolment) -> Enrolment:
    with scope.enter(scope.municipality(town)):
        return approvals.approve(actor=by, place_id=place.pk)


def waiting_for(town: Municipality, person: User) -> set[object]:
    with scope.enter(scope.municipality(town)):
        return {row.place.pk for row in queries_places.waiting_for(person)}


class TestDeciding:
    def test_gives_a_seat_or_the_list_by_the_time_of_asking(self, town: Municipality, boss: User) -> None:
        about = session(capacity=1)
        first, second, third = (enrolled(employee(town), about, town) for _ in range(3))
        assert approved(town, boss, third).state == "enrolled"
        assert approved(town, boss, second).state == "waiting"
        assert approved(town, boss, first).state == "waiting"
        cancelled(third.user, third)
        filled(about)
        assert (state_of(first), state_of(second)) == ("offered", "waiting")

    def test_twice_is_once(self, town: Municipality, boss: User) -> None:
        place = enrolled(employee(town), session(), town)
        assert approved(town, boss, place).decided_at == approved(town, boss, place).decided_at
        with scope.enter(scope.municipality(town)):
            assert AuditEntry.objects.filter(verb="training.enrolment_decided").count() == 1

    def test_refuses_with_a_reason(self, town: Municipality, boss: User) -> None:
        place = enrolled(employee(town), session(), town)
        with scope.enter(scope.municipality(town)):
            with pytest.raises(NotPossible, match="give a reason"):
                approvals.refuse(actor=boss, place_id=place.pk, reason=" ")
            for _sent_twice in range(2):
                refused = approvals.refuse(
                    actor=boss, place_id=place.pk, reason="In dieser Woche fehlt die Vertretung."
                )
            with pytest.raises(NotPossible, match="no longer waits"):
                approvals.approve(actor=boss, place_id=place.pk)
        assert (refused.state, refused.decided_by) == ("refused", boss)
        assert enrolled(place.user, refused.session, town).state == "requested"

    def test_is_over_once_the_training_has_begun_or_the_person_has_cancelled(
        self, town: Municipality, boss: User
    ) -> None:
        about = session()
        place, given_up = (enrolled(employee(town), about, town) for _ in range(2))
        cancelled(given_up.user, given_up)
        with pytest.raises(NotPossible, match="no longer waits"):
            approved(town, boss, given_up)
        Session.objects.filter(pk=about.pk).update(state="cancelled", cancelled_because="Zu wenige.")
        with pytest.raises(NotPossible, match="has begun or does not take place"):
            approved(town, boss, place)

    def test_of_what_is_not_there_says_so(self, town: Municipality, boss: User) -> None:
        with scope.enter(scope.municipality(town)), pytest.raises(Enrolment.DoesNotExist):
            approvals.approve(actor=boss, place_id=town.pk)


class TestWhoDecides:
    def test_the_nearest_above_the_department_and_nobody_about_oneself(self, town: Municipality, boss: User) -> None:
        above = org_unit(town, "Dezernat")
        below = org_unit(town, "Bürgeramt", parent=above)
        head, clerk, apart = employee(town), employee(town, org_unit=below), employee(town)
        name(town, head, above)
        name(town, clerk, below)
        about = session()
        of_clerk, of_apart, of_boss = (enrolled(person, about, town) for person in (clerk, apart, boss))
        assert waiting_for(town, head) == {of_clerk.pk}
        assert waiting_for(town, boss) == {of_apart.pk}
        assert waiting_for(town, clerk) == set()
        assert of_boss.pk not in waiting_for(town, boss)

    def test_gets_a_mail_that_names_nobody(self, town: Municipality, boss: User) -> None:
        person = employee(town)
        place = enrolled(person, session(offered("Beschwerde führen")), town)
        with scope.enter(scope.municipality(town)):
            assert approvals.tell_approvers(place_id=place.pk) == 1
            assert approvals.tell_approvers(place_id=place.pk) == 0
            mail = OutgoingMail.objects.get(kind="training-approval")
        assert mail.to == boss.email
        assert "Beschwerde" not in mail.text + mail.subject and person.get_full_name() not in mail.text
        approved(town, boss, place)
        with scope.enter(scope.municipality(town)):
            assert approvals.tell_approvers(place_id=place.pk) == 0

    def test_is_named_from_the_municipality_alone(self, town: Municipality) -> None:
        with scope.enter(scope.municipality(town)), pytest.raises(NotPossible, match="does not belong"):
            approvals.name_approver(actor=UserFactory(), user_id=UserFactory().pk, org_unit=None)


class TestPages:
    def test_show_person_time_and_cost_and_never_the_training(
        self, client: Client, town: Municipality, boss: User
    ) -> None:
        about = session(offered("Auswahlgespräch"), cost=80, notes="Bitte Vordrucke mitbringen")
        room = Room.objects.create(name="Lernhaus", address="Marktplatz 1")
        SessionDate.objects.filter(session=about).update(room=room)
        place = enrolled(employee(town), about, town)
        client.force_login(boss)
        for url in (
            reverse("training-approvals", args=[town.slug]),
            reverse("training-approvals-decide", args=[town.slug, place.pk]),
        ):
            with at_most(12):
                page = client.get(url).content.decode()
            assert place.user.get_full_name() in page and "80,00" in page
            for hidden in ("Auswahlgespräch", "Lernhaus", "Vordrucke", str(about.pk), str(about.module_id), "KfA-M"):
                assert hidden not in page

    def test_take_the_decision(self, client: Client, town: Municipality, boss: User) -> None:
        first, second = (enrolled(employee(town), session(), town) for _ in range(2))
        client.force_login(boss)
        url = reverse("training-approvals-decide", args=[town.slug, first.pk])
        assert client.post(url, {"decision": "refuse", "reason": ""}).status_code == 422
        assert client.post(url, {"decision": "refuse", "reason": "Keine Vertretung."}).status_code == 303
        assert client.post(url, {"decision": "approve"}).status_code == 303
        other = reverse("training-approvals-decide", args=[town.slug, second.pk])
        assert client.post(other, {"decision": "approve"}).status_code == 303
        assert (state_of(first), state_of(second)) == ("refused", "enrolled")

    def test_are_not_for_who_approves_nothing(self, client: Client, town: Municipality, boss: User) -> None:
        place = enrolled(employee(town), session(), town)
        client.force_login(employee(town))
        assert client.get(reverse("training-approvals", args=[town.slug])).status_code == 403
        url = reverse("training-approvals-decide", args=[town.slug, place.pk])
        assert client.get(url).status_code == 404
        client.post(url, {"decision": "approve"})
        assert state_of(place) == "requested"

    def test_name_and_remove_approvers(self, client: Client, town: Municipality) -> None:
        client.force_login(member(town, Role.COORDINATOR))
        person = employee(town)
        url = reverse("training-approvers", args=[town.slug])
        assert client.post(url, {"person": ""}).status_code == 422
        assert client.post(url, {"person": str(person.pk)}).status_code == 303
        with at_most(12):
            assert person.get_full_name() in client.get(url).content.decode()
        with scope.enter(scope.municipality(town)):
            row = Approver.objects.get(user=person)
        assert client.post(reverse("training-approver-remove", args=[town.slug, row.pk])).status_code == 303
        with scope.enter(scope.municipality(town)):
            assert not Approver.objects.exists()
