"""Several departments at one item: what they agree on counts, where they differ the coordination decides."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.assessments import queries, queries_departments
from apps.assessments.actions import delegations
from apps.assessments.actions import departments as actions
from apps.assessments.actions.answers import Entry, NotGiven, NotOpen, Outcome, Saved, UnknownItem, save_answers
from apps.assessments.actions.assessments import Incomplete, submit_for_review
from apps.assessments.actions.history import forget_people
from apps.assessments.content import Content, Voice, agreement, joined, settle, voices_hash
from apps.assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    AssessmentSection,
    Decision,
    Delegation,
    DelegationLink,
    DepartmentAnswer,
)
from apps.assessments.policies import Recipient
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from tests.assessments import factories
from tests.assessments.test_concurrency import at_once
from tests.assessments.test_delegation import BASE, act, due, give, mails
from tests.assessments.test_delegation_links import SOMEBODY, address, latest_token, send_link
from tests.assessments.test_pages import HTMX, fields, signed_in, url
from tests.factories import member, org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_to_guests(settings: Any) -> None:
    guests = ["assessments-contribute", "assessments-contribute-answer", "assessments-contribute-hand-back"]
    settings.MUNICIPALITY_PAGES_FOR_GUESTS = sorted({*settings.MUNICIPALITY_PAGES_FOR_GUESTS, *guests})


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def department(municipality: Municipality, name: str) -> User:
    """The contributor of a department of this name."""
    return member(municipality, Role.CONTRIBUTOR, org_unit=org_unit(municipality, name))


@pytest.fixture
def social(municipality: Municipality) -> User:
    return department(municipality, "Sozialamt")


@pytest.fixture
def staff_office(municipality: Municipality) -> User:
    return department(municipality, "Personalamt")


def unit_of(person: User) -> Any:
    return Membership.objects.get(user=person).org_unit


def share(assessment: Assessment, *people: User, section: str = "d1", **fields: Any) -> list[Delegation]:
    found = []
    for person in people:
        with scope.enter(scope.municipality(assessment.municipality)):
            unit = unit_of(person)
        found.append(give(assessment, section, org_unit=unit, **fields))
    return found


def say(assessment: Assessment, person: User, value: str, item: str = "d1_01", **fields: Any) -> Saved:
    """Answer as a contributor whose page shows what their department has answered."""
    with scope.enter(scope.municipality(assessment.municipality)):
        recipient = Recipient(user_id=person.pk, units=frozenset({unit_of(person).pk}))
        return save_answers(
            actor=person,
            assessment_id=assessment.pk,
            entries=[Entry(item, (value,), **fields)],
            only=recipient,
        )


def said_again(assessment: Assessment, person: User, value: str, before: Saved, item: str = "d1_01") -> Saved:
    return say(assessment, person, value, item, seen=before.results[item].seen)


def stored(assessment: Assessment, item: str = "d1_01") -> Answer:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.answers_of(queries.assessments().get(pk=assessment.pk))[item]


def undecided(assessment: Assessment) -> frozenset[str]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.read(queries.assessments().get(pk=assessment.pk)).undecided


def decide(assessment: Assessment, value: str, item: str = "d1_01", **fields: Any) -> Decision:
    municipality = assessment.municipality
    with scope.enter(scope.municipality(municipality)):
        rows = queries_departments.together(assessment).given.get(item, ())
        values = {"reason": "Das Personalamt führt die Statistik", **fields}
        values.setdefault("seen", voices_hash(queries_departments.voices(rows)))
        return actions.decide(
            actor=factories.person(municipality, Role.COORDINATOR),
            assessment_id=assessment.pk,
            item=item,
            value=value,
            **values,
        )


def decisions(assessment: Assessment) -> list[tuple[str, bool]]:
    with scope.enter(scope.municipality(assessment.municipality)):
        found = Decision.objects.order_by("created_at")
        return [(row.value, row.superseded_at is None) for row in found]


# --- Agreeing and differing ----


def test_departments_that_agree_give_the_answer(assessment: Assessment, social: User, staff_office: User) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "3", note="Leitlinie")
    assert stored(assessment).level == 3
    say(assessment, staff_office, "3", note="Dienstvereinbarung", evidence="DV 7")
    answer = stored(assessment)
    assert (answer.level, answer.evidence) == (3, "DV 7")
    assert answer.note == "Sozialamt: Leitlinie\n\nPersonalamt: Dienstvereinbarung"
    assert undecided(assessment) == frozenset()


def test_departments_that_differ_leave_the_item_undecided(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "3")
    say(assessment, staff_office, "1")
    assert stored(assessment).plain == ""
    assert undecided(assessment) == {"d1_01"}
    with scope.enter(scope.municipality(assessment.municipality)):
        assert sorted(DepartmentAnswer.objects.values_list("value", flat=True)) == ["1", "3"]
        section = AssessmentSection.objects.get(assessment=assessment, name="d1")
    assert (section.answered, section.invalid) == (0, 1)


def test_who_does_it_belongs_to_what_they_agree_on(assessment: Assessment, social: User, staff_office: User) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "done_for_us", done_by="kreis")
    say(assessment, staff_office, "done_for_us", done_by="amt")
    assert undecided(assessment) == {"d1_01"}


def test_an_item_that_becomes_agreed_counts_again(assessment: Assessment, social: User, staff_office: User) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "3")
    first = say(assessment, staff_office, "1")
    said_again(assessment, staff_office, "3", first)
    assert (stored(assessment).level, undecided(assessment)) == (3, frozenset())


def test_a_department_that_says_nothing_keeps_nobody_waiting(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "2")
    say(assessment, staff_office, "", note="Das wissen wir nicht allein")
    assert (stored(assessment).level, stored(assessment).note) == (2, "Das wissen wir nicht allein")


def test_other_items_of_one_department_are_saved_as_ever(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social)
    share(assessment, staff_office, section="d2")
    say(assessment, social, "3")
    with scope.enter(scope.municipality(assessment.municipality)):
        assert not DepartmentAnswer.objects.exists()
    with scope.enter(scope.municipality(assessment.municipality)):
        assert stored(assessment).org_unit_id == unit_of(social).pk


def test_a_second_department_later_on_makes_the_first_ones_answer_its_own(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social)
    say(assessment, social, "3", note="Leitlinie")
    factories.save(assessment, {"d1_02": "2"})  # the coordination's own: of no department
    share(assessment, staff_office)
    with scope.enter(scope.municipality(assessment.municipality)):
        assert [(row.value, row.note) for row in DepartmentAnswer.objects.all()] == [("3", "Leitlinie")]
    say(assessment, staff_office, "1", note="Nein")
    assert undecided(assessment) == {"d1_01"}
    assert stored(assessment).note == "Sozialamt: Leitlinie\n\nPersonalamt: Nein"


def test_a_third_department_joins(
    municipality: Municipality, assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    for person in (social, staff_office):
        say(assessment, person, "3")
    third = department(municipality, "Bauamt")
    share(assessment, third)
    assert stored(assessment).level == 3
    say(assessment, third, "0")
    assert undecided(assessment) == {"d1_01"}


def test_a_withdrawn_department_counts_no_more(assessment: Assessment, social: User, staff_office: User) -> None:
    _first, second = share(assessment, social, staff_office)
    say(assessment, social, "3")
    say(assessment, staff_office, "1")
    act(delegations.revoke, second)
    assert (stored(assessment).level, undecided(assessment)) == (3, frozenset())
    with scope.enter(scope.municipality(assessment.municipality)):
        assert DepartmentAnswer.objects.count() == 2  # kept
    say(assessment, social, "2", seen=say(assessment, social, "3").results["d1_01"].seen)
    assert stored(assessment).level == 2


def test_answers_stay_where_the_last_department_is_withdrawn(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    first, second = share(assessment, social, staff_office)
    say(assessment, social, "3")
    for row in (first, second):
        act(delegations.revoke, row)
    assert stored(assessment).level == 3


def test_account_and_link_answer_together(
    municipality: Municipality, assessment: Assessment, social: User, client: Client
) -> None:
    share(assessment, social)
    send_link(assessment)
    token = latest_token(municipality)
    say(assessment, social, "4", note="Geheim aus dem Sozialamt")
    here = client.get(address(municipality, token)).content.decode()
    assert "Geheim" not in here
    answer = address(municipality, token, "contribute-answer", "d1_01")
    back = client.post(answer, {"answer-d1_01": "2", "note-d1_01": "vom Bauhof"}, headers=HTMX)
    assert back.status_code == 200
    assert "Geheim" not in back.content.decode()
    assert undecided(assessment) == {"d1_01"}
    shown = fields(client, address(municipality, token))
    assert (shown["answer-d1_01"], shown["note-d1_01"]) == (["2"], ["vom Bauhof"])


def test_given_again_after_acceptance_it_is_still_the_same_department(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    first, _second = share(assessment, social, staff_office)
    say(assessment, social, "3")
    act(delegations.hand_back, first, base_url=BASE)
    act(delegations.accept, first)
    share(assessment, social)
    say(assessment, social, "2", seen=say(assessment, social, "3").results["d1_01"].seen)
    assert (stored(assessment).level, undecided(assessment)) == (2, frozenset())


# --- Nobody sees the other ----


def test_a_contributor_never_sees_what_another_department_answered(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "4", note="GEHEIMNIS", evidence="VERSCHLUSSSACHE")
    say(assessment, social, "3", item="d1_03")  # a question depends on it
    client = signed_in(staff_office)
    here = url("section", assessment, "d1")
    shown = fields(client, here)
    assert "answer-d1_01" not in shown
    assert "answer-d1_03_fte" not in shown
    pages = [client.get(here), client.get(url("detail", assessment)), client.get(url("check", assessment))]
    pages.append(client.post(url("answer", assessment, "d1_01"), {**shown, "answer-d1_01": "1"}, headers=HTMX))
    pages.append(client.post(here, {**fields(client, here), "answer-d1_01": "2"}, follow=True))
    for response in pages:
        assert response.status_code == 200
        for secret in ("GEHEIMNIS", "VERSCHLUSSSACHE", social.get_full_name()):
            assert secret not in response.content.decode()
    assert fields(client, here)["answer-d1_01"] == ["2"]
    assert fields(signed_in(social), here)["answer-d1_01"] == ["4"]


def test_two_people_of_one_department_still_get_a_conflict(
    municipality: Municipality, assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    with scope.enter(scope.municipality(municipality)):
        unit = unit_of(social)
    colleague = member(municipality, Role.CONTRIBUTOR, org_unit=unit)
    say(assessment, social, "3")
    assert say(assessment, colleague, "1").results["d1_01"].outcome == Outcome.CONFLICT
    assert say(assessment, staff_office, "1").status == 200


# --- Deciding ----


@pytest.fixture
def differing(assessment: Assessment, social: User, staff_office: User) -> Assessment:
    share(assessment, social, staff_office)
    say(assessment, social, "3", note="Leitlinie")
    say(assessment, staff_office, "1")
    return assessment


def test_a_decision_sets_the_answer_and_keeps_all(differing: Assessment) -> None:
    decide(differing, "1")
    assert (stored(differing).level, stored(differing).note) == (1, "Leitlinie")
    assert undecided(differing) == frozenset()
    with scope.enter(scope.municipality(differing.municipality)):
        assert DepartmentAnswer.objects.count() == 2
        entry = AuditEntry.objects.get(verb="department.decided")
    assert entry.data == {"item": "d1_01"}


def test_another_level_can_be_decided_than_any_department_named(differing: Assessment) -> None:
    decide(differing, "unknown")
    assert stored(differing).special == "unknown"


def test_a_department_that_answers_anew_ends_the_decision(
    differing: Assessment, social: User, staff_office: User
) -> None:
    decide(differing, "1")
    before = say(differing, social, "3")  # as before: the decision stands
    assert decisions(differing) == [("1", True)]
    said_again(differing, social, "4", before)
    assert decisions(differing) == [("1", False)]
    assert undecided(differing) == {"d1_01"}
    decide(differing, "4")
    assert decisions(differing) == [("1", False), ("4", True)]


def test_a_department_that_comes_round_to_the_decision_leaves_it_standing(differing: Assessment, social: User) -> None:
    decide(differing, "2")
    said_again(differing, social, "2", say(differing, social, "3"))
    assert (decisions(differing), stored(differing).level) == ([("2", True)], 2)


def test_a_note_alone_ends_no_decision(differing: Assessment, social: User) -> None:
    decide(differing, "1")
    seen = say(differing, social, "3").results["d1_01"].seen
    say(differing, social, "3", note="Leitlinie von 2024", seen=seen)
    assert decisions(differing) == [("1", True)]
    assert stored(differing).note == "Leitlinie von 2024"


def test_deciding_anew_keeps_the_former_decision(differing: Assessment) -> None:
    decide(differing, "1")
    decide(differing, "2")
    assert decisions(differing) == [("1", False), ("2", True)]


def test_who_decided_is_forgotten_when_it_is_signed_and_the_reason_stays(differing: Assessment) -> None:
    decide(differing, "4")
    decide(differing, "1")
    with scope.enter(scope.municipality(differing.municipality)):
        forget_people(differing)
        assert [row.decided_by for row in Decision.objects.all()] == [None, None]
        assert Decision.objects.get(superseded_at=None).reason == "Das Personalamt führt die Statistik"


def test_the_history_calls_undecided_what_departments_answered_differently(
    assessment: Assessment, coordinator: Client, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    factories.save(assessment, {"d1_01": factories.entry("d1_01", "", None, note="Wer weiß das?")})
    here = url("history", assessment, "d1_01")
    assert "nicht beantwortet" in coordinator.get(here).content.decode()
    say(assessment, social, "3")
    say(assessment, staff_office, "1")
    decide(assessment, "1")
    with scope.enter(scope.municipality(assessment.municipality)):
        states = [row.value for row in AnswerRevision.objects.order_by("revision")]
    assert states == ["", "3", "", "1"]
    lines = coordinator.get(here).context["lines"]
    with translation.override("de"):
        not_decided = gettext("undecided")
    shown = [(line.before and line.before.value, line.after.value) for line in lines]
    assert shown == [(not_decided, "1"), ("3", not_decided), ("", "3"), (None, "")]


def test_a_decision_needs_a_reason_a_possible_answer_and_answers_as_they_were_shown(differing: Assessment) -> None:
    with pytest.raises(ValueError, match="reason"):
        decide(differing, "1", reason="  ")
    for value in ("", "9", "mars", "done_for_us"):
        with pytest.raises(actions.NotPossible):
            decide(differing, value)
    with pytest.raises(actions.ChangedMeanwhile):
        decide(differing, "1", seen="before")
    with pytest.raises(actions.NothingToDecide):
        decide(differing, "1", item="d1_02")
    with pytest.raises(UnknownItem):
        decide(differing, "1", item="nothing")
    assert undecided(differing) == {"d1_01"}


def test_nothing_is_decided_once_it_has_been_handed_in(municipality: Municipality) -> None:
    with pytest.raises(NotOpen):
        decide(factories.in_review(municipality), "1")


def test_of_texts_only_one_that_a_department_gave_is_decided(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "Mehr Zeit", item="d1_wishes")
    say(assessment, staff_office, "Mehr Geld", item="d1_wishes")
    assert undecided(assessment) == {"d1_wishes"}
    with pytest.raises(actions.NotPossible):
        decide(assessment, "Beides", item="d1_wishes")
    decide(assessment, "Mehr Geld", item="d1_wishes")
    assert stored(assessment, "d1_wishes").value == "Mehr Geld"


def test_the_coordinator_decides_on_the_page(differing: Assessment, coordinator: Client) -> None:
    section = coordinator.get(url("section", differing, "d1")).content.decode()
    here = url("departments-item", differing, "d1_01")
    assert here in section
    everything = url("departments", differing)
    assert here in coordinator.get(everything).content.decode()
    shown = coordinator.get(here)
    html = shown.content.decode()
    assert "Sozialamt" in html and "Personalamt" in html and "Leitlinie" in html
    seen = shown.context["form"]["seen"].value()
    assert coordinator.post(here, {"answer": "1/", "reason": "", "seen": seen}).status_code == 422
    assert coordinator.post(here, {"answer": "5/", "reason": "x", "seen": seen}).status_code == 422
    stale = coordinator.post(here, {"answer": "1/", "reason": "Darum", "seen": "x"})
    assert stale.status_code == 422 and "Darum" in stale.content.decode()
    assert coordinator.post(here, {"answer": "1/", "reason": "Darum", "seen": seen})["Location"] == everything
    assert "Darum" in coordinator.get(everything).content.decode()
    assert "Darum" in coordinator.get(here).content.decode()


def test_texts_are_decided_on_the_page(
    assessment: Assessment, social: User, staff_office: User, coordinator: Client
) -> None:
    share(assessment, social, staff_office)
    say(assessment, social, "Mehr Zeit", item="d1_wishes")
    say(assessment, staff_office, "Mehr Geld", item="d1_wishes")
    here = url("departments-item", assessment, "d1_wishes")
    form = coordinator.get(here).context["form"]
    (key,) = [key for key, label in form.fields["answer"].choices if label == "Mehr Geld"]
    sent = {"answer": key, "reason": "Darum", "seen": form["seen"].value()}
    assert coordinator.post(here, sent).status_code == 303
    assert stored(assessment, "d1_wishes").value == "Mehr Geld"


def test_pages_without_anything_to_decide(assessment: Assessment, coordinator: Client, social: User) -> None:
    assert coordinator.get(url("departments", assessment)).status_code == 200
    assert coordinator.get(url("departments-item", assessment, "d1_01")).status_code == 404
    assert coordinator.get(url("departments-item", assessment, "nothing")).status_code == 404
    assert signed_in(social).get(url("departments", assessment)).status_code == 403


def test_the_coordinator_cannot_pass_by_the_decision(differing: Assessment, coordinator: Client) -> None:
    section = url("section", differing, "d1")
    sent = {**fields(coordinator, section), "answer-d1_01": "2", "answer-d1_02": "4"}
    del sent["kept-d1_01"]
    response = coordinator.post(section, sent)
    assert response.status_code == 422
    assert url("departments-item", differing, "d1_01") in response.content.decode()
    assert (stored(differing).plain, stored(differing, "d1_02").level) == ("", 4)
    single = coordinator.post(url("answer", differing, "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert single.status_code == 422
    decide(differing, "1")
    single = coordinator.post(url("answer", differing, "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert (single.status_code, stored(differing).level) == (422, 1)


def test_the_coordinator_sees_what_departments_answered_and_is_not_asked_for_it(
    differing: Assessment, coordinator: Client, social: User
) -> None:
    section, link = url("section", differing, "d1"), f'href="{url("departments-item", differing, "d1_01")}"'
    decide(differing, "1")
    html = coordinator.get(section).content.decode()
    assert html.count(link) == 1
    assert "answer-d1_01" not in fields(coordinator, section) and "answer-d1_02" in html
    sent = {**fields(coordinator, section), "answer-d1_02": "4", "note-d1_01": "Geklärt im Amt"}
    say(differing, social, "2", item="d1_03")
    assert coordinator.post(section, sent).status_code == 303
    assert (stored(differing).level, stored(differing).note) == (1, "Geklärt im Amt")
    assert stored(differing, "d1_02").level == 4
    alone = {"kept-d1_01": "1", "seen-d1_01": sent["seen-d1_01"], "note-d1_01": "Geklärt"}
    part = coordinator.post(url("answer", differing, "d1_01"), alone, headers=HTMX).content.decode()
    assert link in part and 'name="kept-d1_01"' in part
    assert stored(differing).level == 1


def test_who_only_reads_finds_the_departments_answers_beside_the_question(
    differing: Assessment, coordinator: Client
) -> None:
    handed_in = {"state": Assessment.State.IN_REVIEW, "submitted_at": timezone.now()}
    with scope.enter(scope.municipality(differing.municipality)):
        person = factories.person(differing.municipality, Role.COORDINATOR)
        Assessment.objects.filter(pk=differing.pk).update(**handed_in, submitted_by=person)
    html = coordinator.get(url("section", differing, "d1")).content.decode()
    assert html.count(f'href="{url("departments-item", differing, "d1_01")}"') == 1
    assert "kept-d1_01" not in html


def test_the_coordinators_note_is_kept_when_departments_write_theirs(
    differing: Assessment, coordinator: Client, social: User
) -> None:
    factories.save(differing, {"d1_01": factories.entry("d1_01", "", stored(differing), note="Wird geklärt")})
    stored_note = stored(differing).note
    assert stored_note == "Wird geklärt"
    seen = say(differing, social, "3").results["d1_01"].seen
    say(differing, social, "3", note="Neu", seen=seen)
    assert stored(differing).note == stored_note


def test_nothing_is_handed_in_while_something_is_undecided(
    municipality: Municipality, social: User, staff_office: User
) -> None:
    assessment = factories.answered(municipality)
    share(assessment, social, staff_office)
    say(assessment, social, "3")
    say(assessment, staff_office, "1")

    def submit() -> None:
        with scope.enter(scope.municipality(municipality)):
            person = factories.person(municipality, Role.COORDINATOR)
            submit_for_review(actor=person, assessment_id=assessment.pk, url="https://x.example/")

    with pytest.raises(Incomplete) as error:
        submit()
    assert [(entry.item.name, entry.reason) for entry in error.value.missing] == [("d1_01", "undecided")]
    decide(assessment, "1")
    submit()


# --- Single items ----


def test_a_contributor_with_single_items_sees_and_answers_these_alone(assessment: Assessment, social: User) -> None:
    row = give(assessment, "d1", user=social, items=["d1_01", "d1_03"])
    assert row.items == ["d1_01", "d1_03", "d1_03_fte"]  # with what is asked only because of them
    client = signed_in(social)
    here = url("section", assessment, "d1")
    shown = fields(client, here)
    assert {key for key in shown if key.startswith("seen-")} == {"seen-d1_01", "seen-d1_03"}
    one = client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert one.context["progress"].required == 2
    assert one.context["panel"] is None  # the result of the whole section is not theirs
    assert client.post(url("answer", assessment, "d1_02"), {"answer-d1_02": "2"}, headers=HTMX).status_code == 403
    assert client.post(here, {**shown, "seen-d1_02": "", "answer-d1_02": "2"}).status_code == 403
    (mail,) = mails(assessment.municipality, "delegation-given")
    assert "(1.1, 1.3" in mail.text


def test_single_items_by_link(municipality: Municipality, assessment: Assessment, client: Client) -> None:
    send_link(assessment, items=["d1_02"])
    token = latest_token(municipality)
    shown = fields(client, address(municipality, token))
    assert {key for key in shown if key.startswith("seen-")} == {"seen-d1_02"}
    other = address(municipality, token, "contribute-answer", "d1_01")
    assert client.post(other, {"answer-d1_01": "2"}, headers=HTMX).status_code == 403
    assert client.get(address(municipality, token, "contribute-hand-back")).status_code == 200
    (mail,) = mails(municipality, "delegation-link")
    assert "(1.2)" in mail.text


def test_items_given_to_different_people_are_shared_only_where_they_overlap(
    assessment: Assessment, social: User, staff_office: User
) -> None:
    share(assessment, social, items=["d1_01", "d1_02"])
    share(assessment, staff_office, items=["d1_02", "d1_04"])
    say(assessment, social, "3")
    say(assessment, social, "3", item="d1_02")
    with scope.enter(scope.municipality(assessment.municipality)):
        assert DepartmentAnswer.objects.count() == 1
    with pytest.raises(NotGiven):
        say(assessment, staff_office, "1")


def test_single_items_through_the_pages(assessment: Assessment, social: User, coordinator: Client) -> None:
    here = url("delegation-give", assessment)
    assert 'value="d5_03"' in coordinator.get(here, {"section": "d5"}).content.decode()
    sent = {"items": ["d5_01", "d5_03"], "user": social.pk, "due_on": due()}
    assert coordinator.post(here, {**sent, "items": ["nothing"]}).status_code == 422
    assert coordinator.post(here, sent).status_code == 303
    with scope.enter(scope.municipality(assessment.municipality)):
        row = Delegation.objects.get()
    assert (row.section, row.items[0]) == ("d5", "d5_01")
    assert "5.3" in coordinator.get(url("delegations", assessment)).content.decode()
    link = url("delegation-link", assessment)
    sent = {"section": "d5", "items": ["d6_01"], "due_on": due(), **SOMEBODY}
    assert coordinator.post(link, sent).status_code == 422
    assert coordinator.post(link, {**sent, "items": ["d5_01"]}).status_code == 303


def test_an_unknown_single_item_is_refused(assessment: Assessment, social: User) -> None:
    with pytest.raises(UnknownItem):
        give(assessment, "d1", user=social, items=["d2_01"])


# --- Withdrawing tells ----


def test_withdrawing_tells_the_people(municipality: Municipality, assessment: Assessment, social: User) -> None:
    act(delegations.revoke, give(assessment, "d1", user=social))
    (mail,) = mails(municipality, "delegation-revoked")
    assert mail.to == social.email
    act(delegations.revoke, send_link(assessment))
    assert len(mails(municipality, "delegation-revoked")) == 2


def test_whose_link_had_ended_is_not_told(municipality: Municipality, assessment: Assessment) -> None:
    row = send_link(assessment)
    with scope.enter(scope.municipality(municipality)):
        DelegationLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    act(delegations.revoke, row)
    assert mails(municipality, "delegation-revoked") == []


# --- Where an answer came from ----


def test_an_answer_knows_the_department_of_whoever_gave_it(municipality: Municipality, assessment: Assessment) -> None:
    office = org_unit(municipality, "Hauptamt")
    client = signed_in(member(municipality, org_unit=office))
    client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert stored(assessment).org_unit_id == office.pk


def test_there_is_nothing_to_take_over_without_a_wave_before(assessment: Assessment, coordinator: Client) -> None:
    section = url("section", assessment, "d1")
    response = coordinator.post(section, {**fields(coordinator, section), "unchanged": "d1_01"})
    assert response["Location"] == f"{section}?previous=1#item-d1_01"
    assert coordinator.post(section, {"unchanged": "d2_01"}).status_code == 404


def test_nothing_is_taken_over_past_a_decision_or_by_one_of_several(
    differing: Assessment, coordinator: Client, social: User
) -> None:
    section = url("section", differing, "d1")
    for client in (coordinator, signed_in(social)):
        sent = {**fields(client, section), "unchanged": "d1_01"}
        assert "kern-alert" in client.post(section, sent, follow=True).content.decode()
    assert undecided(differing) == {"d1_01"}


# --- Queries ----


def test_saving_keeps_to_its_queries(
    assessment: Assessment, social: User, staff_office: User, coordinator: Client
) -> None:
    give(assessment, "d2", user=social)
    client, here = signed_in(social), url("answer", assessment, "d2_01")
    for who in (coordinator, client):
        who.get(url("section", assessment, "d2"))
        with at_most(8):
            assert who.post(here, {"answer-d2_01": "2"}, headers=HTMX).status_code in (200, 409)
    share(assessment, social, staff_office)
    say(assessment, staff_office, "3")
    with at_most(10):
        answer = client.post(url("answer", assessment, "d1_01"), {"answer-d1_01": "2"}, headers=HTMX)
    assert answer.status_code == 200
    for who, name in ((coordinator, "section"), (client, "section")):
        with at_most(11):
            assert who.get(url(name, assessment, "d1")).status_code == 200
    for address_ in (url("departments", assessment), url("departments-item", assessment, "d1_01")):
        with at_most(10):
            assert coordinator.get(address_).status_code == 200


# --- At once ----


@pytest.mark.django_db(transaction=True)
def test_two_departments_at_once_are_both_heard(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    people = [department(municipality, f"Amt {number}") for number in range(6)]
    share(assessment, *people)
    calls: list[Callable[[], Saved]] = [
        partial(say, assessment, person, str(place % 2)) for place, person in enumerate(people)
    ]
    assert [saved.status for saved in at_once(calls)] == [200] * 6
    with scope.enter(scope.municipality(municipality)):
        assert sorted(DepartmentAnswer.objects.values_list("value", flat=True)) == ["0"] * 3 + ["1"] * 3
    assert undecided(assessment) == {"d1_01"}
    assert stored(assessment).revision >= 2


# --- Pure ----


@pytest.mark.parametrize(
    ("said", "outcome"),
    [([], ""), (["", ""], ""), (["3"], "3"), (["3", ""], "3"), (["3", "3"], "3"), (["3", "2"], None)],
)
def test_what_departments_agree_on(said: list[str], outcome: str | None) -> None:
    found = agreement(Content(value) for value in said)
    assert (found.value if found else None) == outcome


def test_notes_are_joined_with_names_and_one_alone_stands_bare() -> None:
    assert joined([("A", ""), ("B", "x")]) == "x"
    assert joined([("A", "y"), ("", "x")]) == "A: y\n\nx"


def test_a_decision_stands_when_settled() -> None:
    before, after = [Voice("A", Content("1"))], [Voice("A", Content("1")), Voice("B", Content("2"))]
    assert settle(Content("1"), before, after, decided=False).value == ""
    assert settle(Content("1"), before, after, decided=True).value == "1"
