"""Adopting recommendations: considering, every step and its guards, needs, pages, and what the database holds."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.commitments.actions import adoptions as actions
from apps.commitments.actions.adoptions import Decision, Grounds
from apps.commitments.adoption_steps import BY_NAME, STEPS
from apps.commitments.models import Adoption, AdoptionChange, AdoptionNeed
from apps.commitments.states import ADOPTION_STEPS, AdoptionState
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import MappingRule, RecommendationVersion
from apps.reviews.lifecycle import ADOPTABLE
from tests.assessments import factories as assessments
from tests.assessments.factories import person
from tests.assessments.test_pages import signed_in
from tests.commitments import factories
from tests.factories import UserFactory
from tests.files import samples
from tests.municipalities.counting import at_most
from tests.recommendations.factories import version_in

pytestmark = pytest.mark.django_db
State = AdoptionState
REASON = {"reason_kind": "no_staff", "reason": "Zwei Stellen sind nicht besetzt."}


def client_of(municipality: Municipality, role: str = Role.COORDINATOR) -> Client:
    return signed_in(person(municipality, role))


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"commitments-{name}", args=[municipality.slug, *args])


def stored(row: Adoption, municipality: Municipality) -> Adoption:
    with scope.enter(scope.municipality(municipality)):
        return Adoption.objects.select_related("document").get(pk=row.pk)


def changes(row: Adoption, municipality: Municipality) -> list[tuple[str, str]]:
    with scope.enter(scope.municipality(municipality)):
        return list(
            AdoptionChange.objects.filter(adoption=row).order_by("created_at").values_list("from_state", "to_state")
        )


def decision(**fields: Any) -> dict[str, Any]:
    return {
        "decision_reference": "Vorlage 2026/117",
        "decided_on": timezone.localdate().isoformat(),
        "signatory_name": "Dr. Ada Beispiel",
        "signatory_function": "Bürgermeisterin",
        **fields,
    }


def take(row: Adoption, municipality: Municipality, step: str, grounds: Grounds = actions.NO_GROUNDS) -> Adoption:
    with scope.enter(scope.municipality(municipality)):
        return actions.take_step(actor=None, adoption_id=row.pk, step=step, grounds=grounds)


# --- The table ----


def test_the_steps_are_those_of_the_states() -> None:
    assert {(source, step.target) for step in STEPS for source in step.sources} == ADOPTION_STEPS


@pytest.mark.parametrize("source", State.values)
def test_the_database_lets_pass_what_the_table_says(municipality: Municipality, source: str) -> None:
    row = factories.adoption(municipality, state=source)
    complete = {
        "decision_reference": "1",
        "decided_on": timezone.localdate(),
        "signatory_name": "A",
        "signatory_function": "B",
        "reason": "C",
        "reason_kind": "other",
        "verified_on": timezone.localdate(),
        "verified_note": "D",
    }
    passed = set()
    for target in State.values:
        with scope.enter(scope.municipality(municipality)):
            try:
                with transaction.atomic():
                    Adoption.objects.filter(pk=row.pk).update(state=target, **complete)
                    passed.add((source, target))
                    transaction.set_rollback(True)
            except IntegrityError:
                continue
    assert passed - {(source, source)} == {pair for pair in ADOPTION_STEPS if pair[0] == source}


@pytest.mark.parametrize("state", ["draft", *sorted(ADOPTABLE), "withdrawn"])
def test_even_sql_adopts_only_what_can_be_adopted(municipality: Municipality, state: str) -> None:
    row = factories.adoption(municipality, version_in(state), state=State.CONSIDERED)
    values = {"decision_reference": "1", "decided_on": timezone.localdate(), "signatory_name": "A"}
    with scope.enter(scope.municipality(municipality)):
        try:
            with transaction.atomic():
                Adoption.objects.filter(pk=row.pk).update(state=State.ADOPTED, signatory_function="B", **values)
            passed = True
        except IntegrityError:
            passed = False
    assert passed == (state in ADOPTABLE)


def test_an_adoption_begins_by_being_considered_and_keeps_its_version(municipality: Municipality) -> None:
    version, other = version_in("standard"), version_in("standard")
    row = factories.adoption(municipality, version, state=State.CONSIDERED)
    with scope.enter(scope.municipality(municipality)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Adoption.objects.filter(pk=row.pk).update(version=other)
        with pytest.raises(IntegrityError), transaction.atomic():
            Adoption.objects.create(version=other, state=State.NOT_ADOPTED, state_since=timezone.now(), **REASON)


# --- Considering ----


def test_a_coordinator_considers_a_standard(municipality: Municipality) -> None:
    version = version_in("standard")
    client = client_of(municipality)
    assert "Bürgerbeschwerde mit Frist" in client.get(url("adoption-choose", municipality)).content.decode()
    assert client.get(url("adoption-consider", municipality, version.pk)).status_code == 200
    response = client.post(url("adoption-consider", municipality, version.pk), {})
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        row = Adoption.objects.get()
        assert (row.state, row.version_id) == (State.CONSIDERED, version.pk)
        assert AuditEntry.objects.get(verb="adoption.moved").data == {"from": "", "to": "considered"}
    assert changes(row, municipality) == [("", "considered")]
    again = client.get(url("adoption-consider", municipality, version.pk))
    assert again.status_code == 303 and str(row.pk) in again.url
    assert "Bürgerbeschwerde" not in client.get(url("adoption-choose", municipality)).content.decode()


def test_what_is_no_longer_or_not_yet_there_cannot_be_considered(municipality: Municipality) -> None:
    draft, withdrawn = version_in("draft"), version_in("withdrawn")
    client = client_of(municipality)
    for version in (draft, withdrawn):
        assert client.get(url("adoption-consider", municipality, version.pk)).status_code == 404
        with scope.enter(scope.municipality(municipality)), pytest.raises(NotPossible):
            actions.consider(actor=None, version_id=version.pk, needs={})


def test_a_shared_draft_is_considered_but_not_adopted(municipality: Municipality) -> None:
    version = version_in("draft")
    RecommendationVersion.objects.filter(pk=version.pk).update(shared_as_draft_at=timezone.now())
    client = client_of(municipality)
    client.post(url("adoption-consider", municipality, version.pk), {})
    with scope.enter(scope.municipality(municipality)):
        row = Adoption.objects.get()
    page = client.get(url("adoption-step", municipality, row.pk, "adopt"))
    assert page.context["missing"] and "kern-alert--warning" in page.content.decode()
    response = client.post(url("adoption-step", municipality, row.pk, "adopt"), decision())
    assert response.status_code == 422
    assert "Vorlage 2026/117" in response.content.decode()
    assert stored(row, municipality).state == State.CONSIDERED


def test_what_is_being_piloted_can_be_adopted_and_says_so(municipality: Municipality) -> None:
    row = factories.adoption(municipality, version_in("piloting"), state=State.CONSIDERED)
    client = client_of(municipality)
    assert client.post(url("adoption-step", municipality, row.pk, "adopt"), decision()).status_code == 303
    page = client.get(url("adoption", municipality, row.pk))
    assert str(page.context["standing"].text) in page.content.decode()
    assert page.context["standing"].kind == "info"


def test_it_answers_needs_and_says_by_which_rule(municipality: Municipality) -> None:
    assessments.signed(municipality)
    version = version_in("standard", title="Antwort")
    MappingRule.objects.create(
        instrument="kfa_bedarfserhebung",
        item="d1_01",
        threshold=1,
        recommendation=version.recommendation,
    )
    client = client_of(municipality)
    page = client.get(url("adoption-consider", municipality, version.pk))
    form = page.context["form"]
    boxes = dict(form.fields["needs"].choices)
    ticked = {boxes[key] for key in form.initial["needs"]}
    assert len(ticked) == 1 and "1.1 " in ticked.pop()
    first = next(key for key, words in boxes.items() if words.startswith("1.1 "))
    client.post(url("adoption-consider", municipality, version.pk), {"needs": [first]})
    with scope.enter(scope.municipality(municipality)):
        named = AdoptionNeed.objects.select_related("adoption").get()
    assert str(named.need_id) == first
    assert re.search(r"1\.1.*(Stufe|level) 0", named.because)
    other = form.fields["others"].choices[0][0]
    assert other not in boxes
    page = url("adoption-needs", municipality, named.adoption_id)
    response = client.post(page, {"needs": [first], "others": [other]})
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        assert AdoptionNeed.objects.count() == 2
    assert other in dict(client.get(page).context["form"].fields["needs"].choices)
    client.post(page, {"needs": [other]})
    with scope.enter(scope.municipality(municipality)):
        assert [str(key) for key in AdoptionNeed.objects.values_list("need", flat=True)] == [other]
    bad = client.post(page, {"needs": [str(uuid4())]})
    assert bad.status_code == 422


def test_where_no_rule_leads_to_it_its_own_items_count(municipality: Municipality) -> None:
    assessments.signed(municipality, answers={**assessments.full_answers(), "d5_03": "0"})
    version = version_in("standard")
    form = client_of(municipality).get(url("adoption-consider", municipality, version.pk)).context["form"]
    boxes = dict(form.fields["needs"].choices)
    assert form.initial["needs"] and all(re.match(r"5\.[34] ", boxes[key]) for key in form.initial["needs"])


# --- Steps ----


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SIGNATORY])
def test_adopting_rests_on_a_decision(municipality: Municipality, role: str) -> None:
    row = factories.adoption(municipality, state=State.CONSIDERED)
    client = client_of(municipality, role)
    page = url("adoption-step", municipality, row.pk, "adopt")
    assert client.post(page, decision(decision_reference="")).status_code == 422
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert set(client.post(page, decision(decided_on=tomorrow)).context["form"].errors) == {"decided_on"}
    file = SimpleUploadedFile("Beschluss.pdf", samples.pdf(), "application/pdf")
    with at_most(13):
        response = client.post(page, decision(document=file))
    assert response.status_code == 303
    now = stored(row, municipality)
    assert (now.state, now.decision_reference, now.signatory_name) == (
        State.ADOPTED, "Vorlage 2026/117", "Dr. Ada Beispiel",
    )  # fmt: skip
    answer = client.get(url("adoption-document", municipality, row.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    with scope.enter(scope.municipality(municipality)):
        assert "2026/117" not in str(list(AuditEntry.objects.values_list("data", flat=True)))


def test_a_bad_file_is_said_beside_its_field(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.CONSIDERED)
    file = SimpleUploadedFile("Beschluss.pdf", b"<!doctype html>", "application/pdf")
    response = client_of(municipality).post(
        url("adoption-step", municipality, row.pk, "adopt"), decision(document=file)
    )
    assert response.status_code == 422 and set(response.context["form"].errors) == {"document"}


def test_it_is_planned_once_there_is_a_measure(municipality: Municipality) -> None:
    row = factories.adoption(municipality)
    factories.measure(municipality, adoption=row, state="dropped")
    client = client_of(municipality)
    page = url("adoption-step", municipality, row.pk, "plan")
    assert client.get(page).context["missing"]
    assert client.post(page).status_code == 422
    factories.measure(municipality, adoption=row)
    assert client.get(page).context["missing"] == []
    assert client.post(page).status_code == 303
    assert stored(row, municipality).state == State.PLANNED


def test_it_is_implemented_when_all_measures_have_ended(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.IN_PROGRESS)
    open_ones = [factories.measure(municipality, adoption=row, title=f"Nummer {n}") for n in range(7)]
    client = client_of(municipality)
    page = url("adoption-step", municipality, row.pk, "implement")
    (sentence,) = client.get(page).context["missing"]
    assert "M1 Nummer 0" in sentence and "M5" in sentence and "M6" not in sentence and "2" in sentence
    with scope.enter(scope.municipality(municipality)):
        for measure in open_ones:
            measure.state, measure.reason = "dropped", "Kein Geld."
            measure.save()
    assert len(client.get(page).context["missing"]) == 1
    factories.measure(municipality, adoption=row, state="done")
    assert client.post(page).status_code == 303
    assert stored(row, municipality).state == State.IMPLEMENTED


def test_the_effect_is_verified_by_something_and_can_fade(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.IMPLEMENTED)
    client = client_of(municipality)
    page = url("adoption-step", municipality, row.pk, "verify")
    today = timezone.localdate()
    assert client.post(page, {"verified_on": today.isoformat(), "reason": ""}).status_code == 422
    client.post(page, {"verified_on": today.isoformat(), "reason": "Welle T1: Stufe 3."})
    now = stored(row, municipality)
    assert (now.state, now.verified_on, now.verified_note) == (State.VERIFIED, today, "Welle T1: Stufe 3.")
    resume = url("adoption-step", municipality, row.pk, "resume")
    assert client.post(resume, {"reason": ""}).status_code == 422
    client.post(resume, {"reason": "Die Stelle ist weggefallen."})
    now = stored(row, municipality)
    assert (now.state, now.verified_on, now.verified_note) == (State.IN_PROGRESS, None, "")
    assert changes(row, municipality)[-2:] == [("implemented", "verified"), ("verified", "in_progress")]


@pytest.mark.parametrize(("step", "target"), [("decline", State.NOT_ADOPTED), ("lapse", State.LAPSED)])
def test_ending_needs_a_reason(municipality: Municipality, step: str, target: str) -> None:
    row = factories.adoption(municipality, state=State.CONSIDERED)
    client = client_of(municipality, Role.SIGNATORY)
    page = url("adoption-step", municipality, row.pk, step)
    assert set(client.post(page, {"reason": "Weil."}).context["form"].errors) == {"reason_kind"}
    assert client.post(page, REASON).status_code == 303
    now = stored(row, municipality)
    assert (now.state, now.reason_kind, now.reason) == (target, "no_staff", REASON["reason"])


def test_what_was_not_adopted_can_be_considered_again(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.NOT_ADOPTED)
    assert client_of(municipality).post(url("adoption-step", municipality, row.pk, "reconsider")).status_code == 303
    now = stored(row, municipality)
    assert (now.state, now.reason, now.reason_kind) == (State.CONSIDERED, "", "")


def test_a_step_is_taken_once_and_only_from_where_it_leads(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.IN_PROGRESS)
    before = changes(row, municipality)
    assert take(row, municipality, "begin").state == State.IN_PROGRESS
    assert changes(row, municipality) == before
    with pytest.raises(NotPossible):
        take(row, municipality, "plan")
    client = client_of(municipality)
    assert client.post(url("adoption-step", municipality, row.pk, "plan")).status_code == 303
    assert client.get(url("adoption-step", municipality, row.pk, "fly")).status_code == 404
    assert stored(row, municipality).state == State.IN_PROGRESS


@pytest.mark.parametrize(
    ("state", "step"),
    [("considered", "adopt"), ("considered", "decline"), ("implemented", "verify"), ("implemented", "resume")],
)
def test_the_action_asks_for_what_the_step_owes(municipality: Municipality, state: str, step: str) -> None:
    row = factories.adoption(municipality, state=state)
    with pytest.raises(NotPossible):
        take(row, municipality, step)
    if step == "decline":
        with pytest.raises(NotPossible):
            take(row, municipality, step, Grounds(reason_kind="other"))
    assert stored(row, municipality).state == state


def test_the_action_adopts(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.CONSIDERED)
    given = Decision(" 117 ", timezone.localdate(), "A", "B")
    assert take(row, municipality, "adopt", Grounds(decision=given)).decision_reference == "117"
    with scope.enter(scope.municipality(municipality)), pytest.raises(Adoption.DoesNotExist):
        actions.take_step(actor=None, adoption_id=uuid4(), step="adopt")


def test_contributors_read_and_take_no_step(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.CONSIDERED)
    client = client_of(municipality, Role.CONTRIBUTOR)
    page = client.get(url("adoption", municipality, row.pk))
    assert page.status_code == 200 and page.context["steps"] == []
    for step in BY_NAME:
        assert client.get(url("adoption-step", municipality, row.pk, step)).status_code == 403
    assert client.get(url("adoption-choose", municipality)).status_code == 403


def test_signatories_decide_and_do_not_steer(municipality: Municipality) -> None:
    considered = factories.adoption(municipality, state=State.CONSIDERED)
    adopted = factories.adoption(municipality)
    client = client_of(municipality, Role.SIGNATORY)
    assert client.get(url("adoption-step", municipality, considered.pk, "adopt")).status_code == 200
    assert client.get(url("adoption-step", municipality, adopted.pk, "plan")).status_code == 403


def test_another_municipality_finds_nothing(municipality: Municipality, other_municipality: Municipality) -> None:
    row = factories.adoption(municipality)
    client = client_of(other_municipality)
    assert client.get(url("adoption", other_municipality, row.pk)).status_code == 404
    assert str(row.pk) not in client.get(url("adoptions", other_municipality)).content.decode()


# --- Pages ----


def test_the_list_stands_by_state_in_constant_queries(municipality: Municipality) -> None:
    client = client_of(municipality)
    empty = client.get(url("adoptions", municipality)).content.decode()
    assert "app-empty" in empty
    for state in State.values:
        factories.adoption(municipality, state=state)
    for _number in range(4):
        factories.adoption(municipality, state=State.ADOPTED)
    with at_most(8):
        page = client.get(url("adoptions", municipality))
    groups = page.context["groups"]
    assert [group.key for group in groups][:2] == ["considered", "adopted"] and len(groups) == 8
    assert len(groups[1].lines) == 5


def test_the_page_of_one_takes_few_queries(municipality: Municipality) -> None:
    row = factories.adoption(municipality, state=State.IN_PROGRESS, decision_reference="<i>Vorlage</i>")
    for _number in range(6):
        factories.measure(municipality, adoption=row, responsible=UserFactory(), title="<b>fett</b>")
    client = client_of(municipality)
    with at_most(12):
        page = client.get(url("adoption", municipality, row.pk)).content.decode()
    assert "&lt;b&gt;fett&lt;/b&gt;" in page and "<i>Vorlage" not in page


@pytest.mark.parametrize("state", State.values)
def test_the_page_offers_the_steps_of_its_state(municipality: Municipality, state: str) -> None:
    row = factories.adoption(municipality, state=state)
    page = client_of(municipality).get(url("adoption", municipality, row.pk))
    offered = page.context["steps"]
    assert {(state, offer.step.target) for offer in offered} == {pair for pair in ADOPTION_STEPS if pair[0] == state}
    assert sum(offer.kind == "primary" for offer in offered) <= 1


def test_the_choice_takes_few_queries(municipality: Municipality) -> None:
    for _number in range(3):
        version_in("standard")
    client = client_of(municipality)
    with at_most(8):
        assert len(client.get(url("adoption-choose", municipality)).context["candidates"]) == 3
