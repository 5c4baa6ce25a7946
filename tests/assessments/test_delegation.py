"""Giving sections to departments and people: who sees and answers what, handing back, accepting, withdrawing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments import queries, queries_delegations
from apps.assessments.actions import delegations as actions
from apps.assessments.actions.answers import NotGiven, save_answers
from apps.assessments.actions.assessments import WrongState
from apps.assessments.models import Answer, Assessment, Delegation
from apps.assessments.policies import Recipient
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories
from tests.assessments.test_pages import HTMX, fields, signed_in, url
from tests.factories import member, org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

BASE = "https://kommunen.example"


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def contributor(municipality: Municipality) -> User:
    return member(municipality, Role.CONTRIBUTOR)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def due() -> date:
    return timezone.localdate() + timedelta(days=10)


def give(assessment: Assessment, *sections: str, **fields: Any) -> Delegation:
    """Give sections by the action; the first delegation."""
    municipality = assessment.municipality
    values = {"due_on": due(), "base_url": BASE, **fields}
    with scope.enter(scope.municipality(municipality)):
        return actions.give_sections(
            actor=factories.person(municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            sections=sections or ("d1",),
            **values,
        )[0]


def act(action: Any, row: Delegation, **fields: Any) -> Delegation:
    municipality = Municipality.objects.get(pk=str(row.municipality_id))
    fields.setdefault("actor", factories.person(municipality, Role.COORDINATOR))
    with scope.enter(scope.municipality(municipality)):
        done: Delegation = action(delegation_id=row.pk, **fields)
        return done


def handed_back(row: Delegation) -> Delegation:
    return act(actions.hand_back, row, base_url=BASE)


def give_back(row: Delegation) -> Delegation:
    return act(actions.give_back, row, reason="Bitte 1.2 noch einmal", due_on=due())


def mails(municipality: Municipality, kind: str) -> list[OutgoingMail]:
    with scope.enter(scope.municipality(municipality)):
        return list(OutgoingMail.objects.filter(kind=kind).order_by("to"))


def verbs(municipality: Municipality) -> list[tuple[str, Any]]:
    with scope.enter(scope.municipality(municipality)):
        found = AuditEntry.objects.filter(verb__startswith="delegation.").order_by("created_at")
        return [(entry.verb, entry.data) for entry in found]


def page(name: str, slug: str, *args: Any) -> str:
    return reverse(f"assessments-{name}", args=[slug, *args])


# --- What a contributor sees and answers ----


def test_a_contributor_without_a_given_section_keeps_everything(assessment: Assessment, contributor: User) -> None:
    client = signed_in(contributor)
    assert client.get(url("section", assessment, "d2")).status_code == 200
    assert client.get(url("result", assessment)).status_code == 200


def test_a_contributor_with_a_given_section_sees_and_answers_that_alone(
    assessment: Assessment, contributor: User
) -> None:
    give(assessment, "d1", user=contributor, note="Bitte mit dem Personalrat sprechen")
    client = signed_in(contributor)
    shown = client.get(url("section", assessment, "d1")).content.decode()
    assert "Bitte mit dem Personalrat sprechen" in shown
    assert 'name="hand_back"' in shown
    assert url("section", assessment, "d2") not in shown
    answered = client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert answered.status_code == 200
    assert client.get(url("section", assessment, "d2")).status_code == 403
    assert client.post(url("answer", assessment, "d2_01"), {"answer-d2_01": "2"}, headers=HTMX).status_code == 403
    smuggled = {"seen-d2_01": "", "answer-d2_01": "2"}
    assert client.post(url("section", assessment, "d1"), smuggled).status_code == 403
    for name in ("result", "review"):
        assert client.get(url(name, assessment)).status_code == 403
    with scope.enter(scope.municipality(assessment.municipality)):
        assert set(queries.answers_of(queries.assessments().get())) == {"d1_01"}


def test_the_task_list_and_what_is_missing_show_only_what_was_given(assessment: Assessment, contributor: User) -> None:
    give(assessment, "d1", user=contributor)
    client = signed_in(contributor)
    detail, check = (client.get(url(name, assessment)).content.decode() for name in ("detail", "check"))
    assert url("section", assessment, "d1") in detail
    assert url("section", assessment, "d1") in check
    assert url("section", assessment, "d2") not in detail + check
    assert url("result", assessment) not in detail


def test_a_department_means_its_contributors_and_those_below_it(
    municipality: Municipality, assessment: Assessment
) -> None:
    office = org_unit(municipality, "Amt für Soziales")
    team = org_unit(municipality, "Abteilung Wohngeld", parent=office)
    inside = member(municipality, Role.CONTRIBUTOR, org_unit=team)
    outside = member(municipality, Role.CONTRIBUTOR, org_unit=org_unit(municipality, "Bauamt"))
    give(assessment, "d6", org_unit=office)
    assert [mail.to for mail in mails(municipality, "delegation-given")] == [inside.email]
    assert signed_in(inside).get(url("section", assessment, "d1")).status_code == 403
    assert signed_in(inside).get(url("section", assessment, "d6")).status_code == 200
    assert signed_in(outside).get(url("section", assessment, "d1")).status_code == 200


def test_a_person_of_a_department_does_not_stand_for_its_others(
    municipality: Municipality, assessment: Assessment
) -> None:
    office = org_unit(municipality)
    named, colleague = (member(municipality, Role.CONTRIBUTOR, org_unit=office) for _ in range(2))
    give(assessment, "d1", user=named, org_unit=office)
    assert signed_in(colleague).get(url("section", assessment, "d2")).status_code == 200


def test_the_deputy_answers_and_hands_back_too(municipality: Municipality, assessment: Assessment) -> None:
    person, deputy = (member(municipality, Role.CONTRIBUTOR) for _ in range(2))
    row = give(assessment, "d1", user=person, deputy=deputy)
    assert len(mails(municipality, "delegation-given")) == 2
    client = signed_in(deputy)
    assert client.get(url("section", assessment, "d2")).status_code == 403
    response = client.post(page("delegation-hand-back", municipality.slug, row.pk))
    assert response.status_code == 303


def test_whoever_coordinates_too_keeps_everything(municipality: Municipality, assessment: Assessment) -> None:
    person = factories.person(municipality, Role.COORDINATOR)
    member(municipality, Role.CONTRIBUTOR, person)
    give(assessment, "d1", user=person)
    client = signed_in(person)
    assert client.get(url("section", assessment, "d2")).status_code == 200
    assert client.post(url("answer", assessment, "d2_01"), {"answer-d2_01": "2"}, headers=HTMX).status_code == 200


def test_a_signatory_still_sees_everything_but_answers_only_what_was_given(
    municipality: Municipality, assessment: Assessment, contributor: User
) -> None:
    member(municipality, Role.SIGNATORY, contributor)
    give(assessment, "d1", user=contributor)
    client = signed_in(contributor)
    shown = client.get(url("section", assessment, "d2"))
    assert shown.status_code == 200
    assert b"data-warn-unsaved" not in shown.content
    assert client.post(url("answer", assessment, "d2_01"), {"answer-d2_01": "2"}, headers=HTMX).status_code == 403


def test_withdrawing_opens_nothing_that_was_closed(assessment: Assessment, contributor: User) -> None:
    act(actions.revoke, give(assessment, "d1", user=contributor))
    client = signed_in(contributor)
    assert client.get(url("section", assessment, "d1")).status_code == 403
    assert client.get(url("section", assessment, "d2")).status_code == 403
    assert client.get(url("detail", assessment)).status_code == 200


def test_a_withdrawal_while_answering_is_seen_under_the_lock(assessment: Assessment, contributor: User) -> None:
    act(actions.revoke, give(assessment, "d1", user=contributor))
    with scope.enter(scope.municipality(assessment.municipality)), pytest.raises(NotGiven):
        save_answers(
            actor=contributor,
            assessment_id=assessment.pk,
            entries=[factories.entry("d1_01", "2")],
            only=Recipient(user_id=contributor.pk),
        )


# --- The way of a delegation ----


def test_handing_back_through_the_pages(
    municipality: Municipality, assessment: Assessment, contributor: User, coordinator: Client
) -> None:
    slug = municipality.slug
    row = give(assessment, "d1", user=contributor)
    client = signed_in(contributor)
    section, question = url("section", assessment, "d1"), page("delegation-hand-back", slug, row.pk)
    sent = {**fields(client, section), "answer-d1_01": "3", "hand_back": "1"}
    response = client.post(section, sent)
    assert (response.status_code, response["Location"]) == (303, question)
    asked = client.get(question).content.decode()
    assert "kern-alert--warning" in asked  # something is missing, which is allowed
    assert client.post(question)["Location"] == url("detail", assessment)
    assert client.post(question).status_code == 303  # a second press changes nothing
    shown = client.get(section).content.decode()
    assert "data-warn-unsaved" not in shown
    assert client.post(section, sent).status_code == 403
    (mail,) = mails(municipality, "delegation-handed-back")
    assert mail.to == factories.person(municipality, Role.COORDINATOR).email
    assert page("delegation", slug, row.pk) in mail.text

    assert page("delegation", slug, row.pk) in coordinator.get(url("delegations", assessment)).content.decode()
    accept = page("delegation-accept", slug, row.pk)
    assert coordinator.get(page("delegation", slug, row.pk)).status_code == 200
    assert coordinator.post(accept).status_code == 303
    assert [verb for verb, _data in verbs(municipality)] == [
        "delegation.given",
        "delegation.handed_back",
        "delegation.accepted",
    ]
    assert all(set(data) == {"section"} for _verb, data in verbs(municipality))


def test_giving_back_with_a_reason_opens_the_section_again(
    municipality: Municipality, assessment: Assessment, contributor: User, coordinator: Client
) -> None:
    row = handed_back(give(assessment, "d1", user=contributor))
    address = page("delegation-give-back", municipality.slug, row.pk)
    assert coordinator.post(address, {"reason": "", "due_on": due()}).status_code == 422
    assert coordinator.post(address, {"reason": "Bitte 1.2 noch einmal", "due_on": due()}).status_code == 303
    (mail,) = mails(municipality, "delegation-given-back")
    assert "Bitte 1.2 noch einmal" in mail.text
    shown = signed_in(contributor).get(url("section", assessment, "d1")).content.decode()
    assert "Bitte 1.2 noch einmal" in shown
    assert 'name="hand_back"' in shown


def test_withdrawing_asks_first(
    municipality: Municipality, assessment: Assessment, contributor: User, coordinator: Client
) -> None:
    row = give(assessment, "d1", user=contributor)
    address = page("delegation-revoke", municipality.slug, row.pk)
    assert contributor.get_full_name() in coordinator.get(address).content.decode()
    assert coordinator.post(address).status_code == 303
    assert act(actions.revoke, row).state == Delegation.State.REVOKED  # nothing to do any more
    assert coordinator.post(page("delegation-accept", municipality.slug, row.pk)).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        assert Delegation.objects.get().state == Delegation.State.REVOKED


@pytest.mark.parametrize("action", [actions.accept, "give_back"])
def test_only_what_was_handed_back_is_accepted_or_given_back(
    assessment: Assessment, contributor: User, action: Any
) -> None:
    row = give(assessment, "d1", user=contributor)
    with pytest.raises(WrongState):
        give_back(row) if action == "give_back" else act(action, row)


def test_what_was_accepted_is_neither_withdrawn_nor_handed_back_again(
    assessment: Assessment, contributor: User
) -> None:
    row = act(actions.accept, handed_back(give(assessment, "d1", user=contributor)))
    assert act(actions.accept, row).accepted_at == row.accepted_at
    assert handed_back(row).state == Delegation.State.ACCEPTED
    with pytest.raises(WrongState):
        act(actions.revoke, row)


def test_what_was_withdrawn_is_not_handed_back(assessment: Assessment, contributor: User) -> None:
    row = act(actions.revoke, give(assessment, "d1", user=contributor))
    with pytest.raises(WrongState):
        handed_back(row)


def test_giving_back_needs_a_reason(assessment: Assessment, contributor: User) -> None:
    row = handed_back(give(assessment, "d1", user=contributor))
    with pytest.raises(ValueError, match="reason"):
        act(actions.give_back, row, reason="  ", due_on=due())


def test_nobody_else_hands_back(municipality: Municipality, assessment: Assessment, contributor: User) -> None:
    row = give(assessment, "d1", user=contributor)
    other = signed_in(member(municipality, Role.CONTRIBUTOR))
    address = page("delegation-hand-back", municipality.slug, row.pk)
    assert other.post(address).status_code == 403


def test_nothing_is_given_or_found_across_municipalities(
    municipality: Municipality, other_municipality: Municipality, assessment: Assessment, contributor: User
) -> None:
    row = give(assessment, "d1", user=contributor)
    stranger = signed_in(member(other_municipality, Role.COORDINATOR))
    for name in ("delegation", "delegation-revoke"):
        assert stranger.get(page(name, other_municipality.slug, row.pk)).status_code == 404
    assert stranger.get(page("delegations", other_municipality.slug, assessment.pk)).status_code == 404


# --- Giving ----


def test_giving_several_sections_through_the_page_sends_one_mail(
    municipality: Municipality, assessment: Assessment, contributor: User, coordinator: Client
) -> None:
    address = url("delegation-give", assessment)
    assert coordinator.get(address, {"section": "d1"}).status_code == 200
    sent = {"sections": ["d1", "d2"], "user": contributor.pk, "due_on": due(), "note": "Danke!"}
    assert coordinator.post(address, sent).status_code == 303
    (mail,) = mails(municipality, "delegation-given")
    assert (mail.to, mail.text.count("\n– ")) == (contributor.email, 2)
    assert "Danke!" in mail.text
    assert url("detail", assessment) in mail.text
    tasks = coordinator.get(url("detail", assessment)).content.decode()
    assert contributor.get_full_name() in tasks


@pytest.mark.parametrize(
    "change",
    [
        {"sections": []},
        {"user": ""},
        {"due_on": "2020-01-01"},
        {"due_on": "2099-01-01"},
        {"deputy": "same"},
    ],
)
def test_a_form_that_is_not_complete_comes_back(
    assessment: Assessment, contributor: User, coordinator: Client, change: dict[str, Any]
) -> None:
    sent = {"sections": ["d1"], "user": contributor.pk, "due_on": due(), **change}
    if sent.get("deputy"):
        sent["deputy"] = contributor.pk
    assert coordinator.post(url("delegation-give", assessment), sent).status_code == 422
    with scope.enter(scope.municipality(assessment.municipality)):
        assert not Delegation.objects.exists()


def test_a_department_without_contributors_is_refused_with_a_hint(
    municipality: Municipality, assessment: Assessment, coordinator: Client
) -> None:
    sent = {"sections": ["d1"], "org_unit": org_unit(municipality).pk, "due_on": due()}
    assert coordinator.post(url("delegation-give", assessment), sent).status_code == 422


def test_somebody_who_is_no_contributor_is_given_nothing(municipality: Municipality, assessment: Assessment) -> None:
    with pytest.raises(actions.NobodyThere):
        give(assessment, "d1", user=member(municipality, Role.EMPLOYEE))


def test_the_same_section_is_given_to_the_same_person_once(
    assessment: Assessment, contributor: User, coordinator: Client
) -> None:
    row = give(assessment, "d1", user=contributor)
    sent = {"sections": ["d2", "d1"], "user": contributor.pk, "due_on": due()}
    assert coordinator.post(url("delegation-give", assessment), sent).status_code == 422
    act(actions.revoke, row)
    assert coordinator.post(url("delegation-give", assessment), sent).status_code == 303


def test_several_may_be_given_the_same_section(municipality: Municipality, assessment: Assessment) -> None:
    for _ in range(2):
        give(assessment, "d1", user=member(municipality, Role.CONTRIBUTOR))
    with scope.enter(scope.municipality(municipality)):
        assert Delegation.objects.count() == 2


def test_an_unknown_section_is_refused(assessment: Assessment, contributor: User) -> None:
    with pytest.raises(actions.UnknownSection):
        give(assessment, "d1", "nowhere", user=contributor)


def test_nothing_is_given_of_an_assessment_that_is_not_worked_on(municipality: Municipality, contributor: User) -> None:
    assessment = factories.in_review(municipality)
    with pytest.raises(WrongState):
        give(assessment, "d1", user=contributor)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    sent = {"sections": ["d1"], "user": contributor.pk, "due_on": due()}
    assert client.post(url("delegation-give", assessment), sent)["Location"] == url("delegations", assessment)


def test_the_database_refuses_a_delegation_to_nobody(municipality: Municipality, assessment: Assessment) -> None:
    coordinator = factories.person(municipality, Role.COORDINATOR)
    with (
        scope.enter(scope.municipality(municipality)),
        pytest.raises(IntegrityError, match="delegation_goes_to_somebody"),
        transaction.atomic(),
    ):
        Delegation.objects.create(assessment=assessment, section="d1", due_on=due(), given_by=coordinator)


# --- What the contributor's home asks ----


def test_what_has_been_given_to_me_nearest_first(
    municipality: Municipality, assessment: Assessment, contributor: User
) -> None:
    give(assessment, "d1", user=contributor)
    give(assessment, "d2", user=contributor, due_on=timezone.localdate())
    handed_back(give(assessment, "d3", user=contributor))
    give(assessment, "d4", user=member(municipality, Role.CONTRIBUTOR))
    with scope.enter(scope.municipality(municipality)):
        memberships = list(Membership.objects.filter(user=contributor).select_related("org_unit"))
        roles = [membership.role for membership in memberships]
        with at_most(1):
            found = queries_delegations.delegations_for(contributor, roles, memberships)
        assert [given.delegation.section for given in found] == ["d2", "d1"]
        assert found[0].label and found[0].label != "d2"
        assert queries_delegations.delegations_for(contributor, ["coordinator", *roles], memberships) == []


# --- Queries ----


def test_pages_and_saving_keep_to_their_queries(assessment: Assessment, contributor: User, coordinator: Client) -> None:
    for section in ("d1", "d2", "d3"):
        give(assessment, section, user=contributor)
    client = signed_in(contributor)
    section = url("section", assessment, "d1")
    shown = fields(client, section)
    with at_most(8):
        client.post(url("answer", assessment, "d1_01"), {**shown, "answer-d1_01": "3"}, headers=HTMX)
    with at_most(10):
        assert client.get(section).status_code == 200
    for name in ("detail", "delegations", "delegation-give"):
        with at_most(11):
            assert coordinator.get(url(name, assessment)).status_code == 200
    with scope.enter(scope.municipality(assessment.municipality)):
        assert Answer.objects.get().answered_by_id == contributor.pk
