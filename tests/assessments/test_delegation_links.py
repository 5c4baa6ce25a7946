"""Answering one section by a personal link, without an account."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments import queries
from apps.assessments.actions import delegations as actions
from apps.assessments.actions.assessments import WrongState
from apps.assessments.models import Assessment, Delegation, DelegationLink
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_delegation import BASE, act, due, give, handed_back, mails, page, verbs
from tests.assessments.test_pages import HTMX, fields, signed_in, url
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

GUEST_PAGES = ["assessments-contribute", "assessments-contribute-answer", "assessments-contribute-hand-back"]
SOMEBODY = {"name": "Alex Muster", "email": "Alex.Muster@bauhof.example"}


@pytest.fixture(autouse=True)
def open_to_guests(settings: Any) -> None:
    settings.MUNICIPALITY_PAGES_FOR_GUESTS = sorted({*settings.MUNICIPALITY_PAGES_FOR_GUESTS, *GUEST_PAGES})


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


def send_link(assessment: Assessment, **fields: Any) -> Delegation:
    municipality = assessment.municipality
    values = {"section": "d1", "due_on": due(), "base_url": BASE, **SOMEBODY, **fields}
    with scope.enter(scope.municipality(municipality)):
        row: Delegation = actions.give_by_link(
            actor=factories.person(municipality, Role.COORDINATOR), assessment_id=assessment.pk, **values
        )
        return row


def latest_token(municipality: Municipality) -> str:
    mail = max(mails(municipality, "delegation-link"), key=lambda found: found.created_at)
    return re.search(rf"{BASE}/k/{municipality.slug}/contribute/([^/\s]+)/", mail.text)[1]  # type: ignore[index]


@pytest.fixture
def token(municipality: Municipality, assessment: Assessment) -> str:
    send_link(assessment, note="Es geht um den Bauhof")
    return latest_token(municipality)


def address(municipality: Municipality, token: str, name: str = "contribute", *more: str) -> str:
    return reverse(f"assessments-{name}", args=[municipality.slug, token, *more])


def stored(assessment: Assessment) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.answers_of(queries.assessments().get(pk=assessment.pk))


def only(municipality: Municipality) -> Delegation:
    with scope.enter(scope.municipality(municipality)):
        return Delegation.objects.get()


def test_the_link_opens_just_that_section_without_signing_in(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    response = client.get(address(municipality, token))
    shown = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert "Es geht um den Bauhof" in shown
    assert "Alex Muster" in shown
    assert f"/k/{municipality.slug}/assessments/" not in shown
    assert client.get(url("section", assessment, "d1")).status_code == 302


def test_only_a_hash_of_the_token_is_kept(municipality: Municipality, token: str) -> None:
    with scope.enter(scope.municipality(municipality)):
        link = DelegationLink.objects.get()
    assert token not in {str(getattr(link, field.attname)) for field in link._meta.fields}
    assert link.email == SOMEBODY["email"].lower()


def test_answers_are_recorded_as_by_that_person(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    one = client.post(address(municipality, token, "contribute-answer", "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert one.status_code == 200
    assert url("answer", assessment, "d1_01") not in one.content.decode()
    here = address(municipality, token)
    sent = {**fields(client, here), "answer-d1_01": "3", "answer-d1_02": "unknown"}
    assert client.post(here, sent)["Location"] == here
    answers = stored(assessment)
    row = only(municipality)
    assert {(a.answered_by_id, a.delegation_id) for a in answers.values()} == {(None, row.pk)}
    assert (answers["d1_01"].level, answers["d1_02"].special) == (3, "unknown")
    factories.save(assessment, {"d1_01": "1"})
    assert stored(assessment)["d1_01"].delegation_id is None


def test_a_colleagues_answer_is_not_overwritten_unseen(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    here = address(municipality, token)
    shown = fields(client, here)
    colleague = member(municipality, Role.CONTRIBUTOR)
    factories.save(assessment, {"d1_01": "1"}, actor=colleague)
    response = client.post(here, {**shown, "answer-d1_01": "4"})
    assert response.status_code == 409
    assert colleague.get_full_name() not in response.content.decode()
    assert stored(assessment)["d1_01"].level == 1


def test_nothing_outside_the_section_can_be_sent(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    answer = address(municipality, token, "contribute-answer", "d2_01")
    assert client.post(answer, {"answer-d2_01": "2"}, headers=HTMX).status_code == 403
    assert client.post(address(municipality, token), {"seen-d2_01": "", "answer-d2_01": "2"}).status_code == 403
    nowhere = address(municipality, token, "contribute-answer", "nothing")
    assert client.post(nowhere, {}, headers=HTMX).status_code == 404
    assert stored(assessment) == {}


def test_handing_back_by_link_tells_the_coordination_and_freezes_the_answers(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    here, question = address(municipality, token), address(municipality, token, "contribute-hand-back")
    sent = {**fields(client, here), "answer-d1_01": "2", "hand_back": "1"}
    assert client.post(here, sent)["Location"] == question
    assert client.get(question).status_code == 200
    assert client.post(question)["Location"] == here
    (mail,) = mails(municipality, "delegation-handed-back")
    assert "Alex Muster" in mail.text
    shown = client.get(here)
    assert shown.status_code == 200
    assert b"data-warn-unsaved" not in shown.content
    assert shown.content.count(b"kern-alert--success") == 1
    assert "demselben Link" not in shown.content.decode()
    assert client.post(here, sent).status_code == 403
    assert verbs(municipality)[-1] == ("delegation.handed_back", {"section": "d1", "by": "link"})


def test_given_back_the_same_link_works_again(municipality: Municipality, token: str, client: Client) -> None:
    row = act(actions.hand_back, only(municipality), actor=None, base_url=BASE)
    act(actions.give_back, row, reason="Bitte noch 1.3", due_on=due())
    (mail,) = mails(municipality, "delegation-given-back")
    assert mail.to == SOMEBODY["email"].lower()
    assert token not in mail.text
    assert b"data-warn-unsaved" in client.get(address(municipality, token)).content


@pytest.mark.parametrize("how", ["revoked", "accepted", "expired", "renewed"])
def test_a_link_that_has_ended_says_so_and_takes_nothing(
    municipality: Municipality, assessment: Assessment, token: str, client: Client, how: str
) -> None:
    row = only(municipality)
    if how == "revoked":
        act(actions.revoke, row)
    elif how == "accepted":
        act(actions.accept, act(actions.hand_back, row, actor=None, base_url=BASE))
    elif how == "renewed":
        act(actions.renew_link, row, base_url=BASE)
    else:
        with scope.enter(scope.municipality(municipality)):
            DelegationLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    here = address(municipality, token)
    for response in (client.get(here), client.post(here, {"seen-d1_01": "", "answer-d1_01": "2"})):
        assert response.status_code == 410
        assert "no-store" in response["Cache-Control"]
    answer = address(municipality, token, "contribute-answer", "d1_01")
    assert client.post(answer, {"answer-d1_01": "2"}, headers=HTMX).status_code == 410
    assert client.post(address(municipality, token, "contribute-hand-back")).status_code == 410
    assert stored(assessment) == {}


def test_a_renewed_link_works(municipality: Municipality, token: str, client: Client) -> None:
    coordinator = signed_in(factories.person(municipality, Role.COORDINATOR))
    row = only(municipality)
    assert SOMEBODY["email"].lower() in coordinator.get(page("delegation", municipality.slug, row.pk)).content.decode()
    assert coordinator.post(page("delegation-renew", municipality.slug, row.pk)).status_code == 303
    renewed = [mail for mail in mails(municipality, "delegation-link") if token not in mail.text]
    found = re.search(r"/contribute/([^/\s]+)/", renewed[0].text)
    assert found is not None
    assert client.get(address(municipality, found[1])).status_code == 200


def test_only_an_open_link_is_renewed(municipality: Municipality, assessment: Assessment, token: str) -> None:
    person = member(municipality, Role.CONTRIBUTOR)
    for row in (act(actions.revoke, only(municipality)), give(assessment, "d2", user=person)):
        with pytest.raises(WrongState):
            act(actions.renew_link, row, base_url=BASE)


def test_a_link_of_another_municipality_opens_nothing(
    other_municipality: Municipality, token: str, client: Client
) -> None:
    assert client.get(address(other_municipality, token)).status_code == 404


def test_an_assessment_that_is_not_worked_on_can_only_be_read(
    municipality: Municipality, assessment: Assessment, token: str, client: Client
) -> None:
    with scope.enter(scope.programme()):
        Assessment.objects.update(state="in_review", submitted_at=timezone.now(), submitted_by=UserFactory())
    here = address(municipality, token)
    assert b"data-warn-unsaved" not in client.get(here).content
    assert client.post(here, {"seen-d1_01": "", "answer-d1_01": "2"})["Location"] == here
    answer = address(municipality, token, "contribute-answer", "d1_01")
    assert client.post(answer, {"answer-d1_01": "2"}, headers=HTMX).status_code == 403
    assert stored(assessment) == {}


def test_guessing_is_slowed_down(municipality: Municipality, client: Client) -> None:
    codes = [client.get(address(municipality, f"guess-{number}")).status_code for number in range(22)]
    assert codes == [404] * 20 + [429] * 2


def test_the_coordinator_sends_a_link_through_the_page(municipality: Municipality, assessment: Assessment) -> None:
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    here = url("delegation-link", assessment)
    assert client.get(here).status_code == 200
    sent = {"section": "d3", "due_on": due(), **SOMEBODY}
    assert client.post(here, {**sent, "email": "nobody"}).status_code == 422
    assert client.post(here, sent).status_code == 303
    assert client.post(here, sent).status_code == 422  # the same section to the same address
    assert "Alex Muster" in client.get(url("delegations", assessment)).content.decode()
    assert len(mails(municipality, "delegation-link")) == 1


def test_the_page_and_saving_keep_to_their_queries(municipality: Municipality, token: str, client: Client) -> None:
    client.get(address(municipality, token))
    with at_most(8):
        assert client.get(address(municipality, token)).status_code == 200
    answer = address(municipality, token, "contribute-answer", "d1_01")
    with at_most(8):
        assert client.post(answer, {"answer-d1_01": "2"}, headers=HTMX).status_code == 200


def test_a_contributors_account_is_not_limited_by_somebodys_link(
    municipality: Municipality, assessment: Assessment, token: str
) -> None:
    client = signed_in(member(municipality, Role.CONTRIBUTOR))
    assert client.get(url("section", assessment, "d2")).status_code == 200
    assert handed_back(only(municipality)).state == Delegation.State.HANDED_BACK
