"""What a new version asks of those who adopted an earlier one."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.commitments import queries_adoption
from apps.commitments.actions import adoptions as actions
from apps.commitments.actions.adoptions import Decision
from apps.commitments.models import Adoption, Measure
from apps.commitments.states import DECIDED, AdoptionState
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.notifications.models import OutgoingMail
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import RecommendationVersion
from tests.assessments.factories import person
from tests.commitments import factories
from tests.commitments.test_adoption import changes, client_of, decision, stored, url
from tests.factories import member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db
State = AdoptionState
BASE = "https://kommunen.example"


@pytest.fixture
def old(municipality: Municipality) -> Adoption:
    return factories.adoption(municipality, state=State.IN_PROGRESS)


@pytest.fixture
def newer(old: Adoption) -> RecommendationVersion:
    return factories.next_standard(old.version)


@pytest.fixture
def client(municipality: Municipality) -> Client:
    return client_of(municipality)


def asked(municipality: Municipality) -> list[Any]:
    with scope.enter(scope.municipality(municipality)):
        return [(entry.adoption.pk, entry.newer.pk) for entry in queries_adoption.to_confirm()]


def test_a_new_standard_asks_and_moves_nothing(
    municipality: Municipality, client: Client, old: Adoption, newer: RecommendationVersion
) -> None:
    assert asked(municipality) == [(old.pk, newer.pk)]
    assert stored(old, municipality).state == State.IN_PROGRESS
    with at_most(9):
        page = client.get(url("adoptions", municipality))
    assert len(page.context["confirmations"]) == 1
    assert reverse("commitments-adoption-confirm", args=[municipality.slug, old.pk]) in page.content.decode()
    assert client.get(url("adoption", municipality, old.pk)).context["asks"]


@pytest.mark.parametrize("state", State.values)
def test_only_what_rests_on_a_decision_is_asked(municipality: Municipality, state: str) -> None:
    row = factories.adoption(municipality, state=state)
    factories.next_standard(row.version)
    assert bool(asked(municipality)) == (state in DECIDED)
    page = client_of(municipality).get(url("adoption", municipality, row.pk))
    assert bool(page.context["asks"]) == (state in DECIDED)


def test_confirming_is_a_decision_of_its_own_and_carries_over_what_is_ticked(
    municipality: Municipality, client: Client, old: Adoption, newer: RecommendationVersion
) -> None:
    goes = factories.measure(municipality, adoption=old, title="Geht mit")
    stays = factories.measure(municipality, adoption=old, title="Bleibt")
    done = factories.measure(municipality, adoption=old, state="done", title="Ist getan")
    page = url("adoption-confirm", municipality, old.pk)
    shown = client.get(page).content.decode()
    assert "Geht mit" in shown and "Bleibt" in shown and "Ist getan" not in shown
    assert client.post(page, {"carry_over": [str(goes.pk)]}).status_code == 422
    response = client.post(page, decision(decision_reference="Vorlage 2027/3", carry_over=[str(goes.pk)]))
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        new = Adoption.objects.get(version=newer)
        moved = Measure.objects.get(pk=goes.pk)
        assert Measure.objects.get(pk=stays.pk).adoption_id == old.pk
        assert Measure.objects.get(pk=done.pk).adoption_id == old.pk
        entry = AuditEntry.objects.get(verb="adoption.version_confirmed")
    assert (moved.adoption_id, moved.revision) == (new.pk, 2)
    assert (new.state, new.follows_id, new.decision_reference) == (State.ADOPTED, old.pk, "Vorlage 2027/3")
    assert changes(new, municipality) == [("", "considered"), ("considered", "adopted")]
    assert entry.data == {"follows": str(old.pk), "measures": 1}
    assert stored(old, municipality).state == State.IN_PROGRESS
    assert asked(municipality) == []
    groups = {group.key: group.lines for group in client.get(url("adoptions", municipality)).context["groups"]}
    assert [line.adoption.pk for line in groups["earlier"]] == [old.pk]
    assert client.get(page).status_code == 404


def test_what_was_replaced_can_only_be_given_up(
    municipality: Municipality, client: Client, old: Adoption, newer: RecommendationVersion
) -> None:
    client.post(url("adoption-confirm", municipality, old.pk), decision())
    page = client.get(url("adoption", municipality, old.pk))
    assert page.context["is_replaced"]
    assert [offer.step.name for offer in page.context["steps"]] == ["lapse"]
    with scope.enter(scope.municipality(municipality)), pytest.raises(NotPossible):
        actions.take_step(actor=None, adoption_id=old.pk, step="implement")


def test_a_newer_version_that_is_considered_already_is_taken(
    municipality: Municipality, client: Client, old: Adoption, newer: RecommendationVersion
) -> None:
    there = factories.adoption(municipality, newer, state=State.CONSIDERED)
    assert asked(municipality) == [(old.pk, newer.pk)]
    client.post(url("adoption-confirm", municipality, old.pk), decision())
    now = stored(there, municipality)
    assert (now.state, now.follows_id) == (State.ADOPTED, old.pk)


def test_who_decided_against_the_newer_one_is_not_asked(
    municipality: Municipality, old: Adoption, newer: RecommendationVersion
) -> None:
    factories.adoption(municipality, newer, state=State.NOT_ADOPTED)
    assert asked(municipality) == []


def test_staying_needs_a_reason_and_the_next_version_asks_again(
    municipality: Municipality, client: Client, old: Adoption, newer: RecommendationVersion
) -> None:
    page = url("adoption-keep", municipality, old.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Der Beschluss gilt bis 2028."}).status_code == 303
    now = stored(old, municipality)
    assert (now.kept_despite_id, now.kept_because) == (newer.pk, "Der Beschluss gilt bis 2028.")
    assert asked(municipality) == []
    assert "Der Beschluss gilt bis 2028." in client.get(url("adoption", municipality, old.pk)).content.decode()
    latest = factories.next_standard(newer)
    assert asked(municipality) == [(old.pk, latest.pk)]


def test_the_action_refuses_what_is_not_asked(municipality: Municipality, old: Adoption) -> None:
    given = Decision("1", timezone.localdate(), "A", "B")
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(NotPossible):
            actions.confirm_version(actor=None, adoption_id=old.pk, version_id=old.version_id, decision=given)
        with pytest.raises(NotPossible):
            actions.keep_version(actor=None, adoption_id=old.pk, version_id=old.version_id, reason="Weil.")


def test_the_action_asks_for_a_reason_to_stay(
    municipality: Municipality, old: Adoption, newer: RecommendationVersion
) -> None:
    with scope.enter(scope.municipality(municipality)), pytest.raises(NotPossible):
        actions.keep_version(actor=None, adoption_id=old.pk, version_id=newer.pk, reason=" ")


def test_contributors_are_told_but_do_not_decide(
    municipality: Municipality, old: Adoption, newer: RecommendationVersion
) -> None:
    contributor = client_of(municipality, Role.CONTRIBUTOR)
    assert contributor.get(url("adoption-confirm", municipality, old.pk)).status_code == 403
    page = contributor.get(url("adoptions", municipality)).content.decode()
    assert reverse("commitments-adoption-confirm", args=[municipality.slug, old.pk]) not in page


def test_coordinators_are_told_once(
    municipality: Municipality, other_municipality: Municipality, old: Adoption, newer: RecommendationVersion
) -> None:
    coordinator = person(municipality, Role.COORDINATOR)
    member(other_municipality)
    member(municipality, Role.EMPLOYEE)
    tell = {"scope": scope.programme(), "version_id": newer.pk, "base_url": BASE}
    assert actions.tell_of_new_version(**tell) == 1
    assert actions.tell_of_new_version(**tell) == 0
    with scope.enter(scope.municipality(municipality)):
        mail = OutgoingMail.objects.get(kind="adoption-new-version")
    assert mail.to == coordinator.email
    assert f"{BASE}/k/{municipality.slug}/adoptions/" in mail.text
    assert newer.recommendation.code in mail.subject


def test_nobody_is_told_of_what_is_no_standard_or_was_decided(
    municipality: Municipality, client: Client, old: Adoption, newer: RecommendationVersion
) -> None:
    assert actions.tell_of_new_version(scope=scope.programme(), version_id=old.version_id) == 0
    client.post(url("adoption-keep", municipality, old.pk), {"reason": "Wir bleiben."})
    assert actions.tell_of_new_version(scope=scope.programme(), version_id=newer.pk) == 0
