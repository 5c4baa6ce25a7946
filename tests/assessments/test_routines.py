"""Routines: the list, checking one, what a check leaves behind, who may."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments import queries_routines
from apps.assessments.actions import routines as actions
from apps.assessments.actions.answers import UnknownItem
from apps.assessments.actions.assessments import WrongState
from apps.assessments.actions.routines import CheckEntry, fingerprint
from apps.assessments.models import Need, Routine, RoutineAnswer, RoutineCheck
from apps.assessments.routine_reading import Outcome
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import routine_factories as factories
from tests.assessments.factories import person
from tests.assessments.test_pages import FormFields, signed_in
from tests.factories import org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(municipality: Municipality) -> Client:
    return signed_in(person(municipality, Role.COORDINATOR))


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"routines-{name}", args=[municipality.slug, *args])


def needs(municipality: Municipality) -> dict[str, Need]:
    """Open needs by question."""
    with scope.enter(scope.municipality(municipality)):
        return {need.item.name: need for need in Need.objects.filter(lapsed_at=None).select_related("item")}


def act(municipality: Municipality, action: Any, **fields: Any) -> Any:
    with scope.enter(scope.municipality(municipality)):
        return action(actor=person(municipality, Role.COORDINATOR), **fields)


def verbs(municipality: Municipality) -> list[tuple[str, Any]]:
    with scope.enter(scope.municipality(municipality)):
        found = AuditEntry.objects.filter(verb__startswith="routine").order_by("created_at")
        return [(entry.verb, entry.data) for entry in found]


def page_fields(client: Client, address: str) -> dict[str, list[str]]:
    """What a browser without JavaScript would send from a page of a check."""
    page = client.get(address).content.decode()
    return FormFields(re.search(r"<form[^>]*data-warn-unsaved.*?</form>", page, re.S)[0]).values  # type: ignore[index]


# --- The list ----


def test_an_empty_list_says_what_to_do_first(municipality: Municipality, coordinator: Client) -> None:
    page = coordinator.get(url("list", municipality)).content.decode()
    assert url("new", municipality) in page
    assert "<table" not in page


def test_a_coordinator_puts_a_routine_on_the_list(municipality: Municipality, coordinator: Client) -> None:
    sent = {"name": " Anhörung vor Ausweisung ", "kind": "discretion"}
    response = coordinator.post(url("new", municipality), sent)
    assert response.status_code == 303
    with scope.enter(scope.municipality(municipality)):
        row = Routine.objects.get()
    assert (row.name, row.kind, row.org_unit_id) == ("Anhörung vor Ausweisung", "discretion", None)
    assert response["Location"] == url("detail", municipality, row.pk)
    assert verbs(municipality) == [("routine.added", {"kind": "discretion"})]
    assert "Anhörung vor Ausweisung" in coordinator.get(url("list", municipality)).content.decode()


def test_a_name_is_there_once_also_where_the_other_is_archived(municipality: Municipality, coordinator: Client) -> None:
    row = factories.routine(municipality, "Mahnschreiben")
    act(municipality, actions.archive_routine, routine_id=row.pk)
    response = coordinator.post(url("new", municipality), {"name": "Mahnschreiben", "kind": "letter"})
    assert response.status_code == 422
    other = factories.routine(municipality, "Bescheid")
    response = coordinator.post(url("change", municipality, other.pk), {"name": "Mahnschreiben", "kind": "letter"})
    assert response.status_code == 422
    with scope.enter(scope.municipality(municipality)):
        assert Routine.objects.count() == 2


def test_without_a_name_or_with_an_unknown_kind_nothing_is_added(
    municipality: Municipality, coordinator: Client
) -> None:
    for sent in ({"name": "", "kind": "form"}, {"name": "Formular", "kind": "song"}):
        assert coordinator.post(url("new", municipality), sent).status_code == 422
    with scope.enter(scope.municipality(municipality)):
        assert not Routine.objects.exists()


def test_another_kind_of_failure_than_a_taken_name_is_not_called_so(municipality: Municipality) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.routine(municipality, "Lied", kind="song")


def test_a_routine_is_changed_and_the_record_names_the_fields_alone(
    municipality: Municipality, coordinator: Client
) -> None:
    row = factories.routine(municipality)
    unit = org_unit(municipality)
    sent = {"name": row.name, "kind": "letter", "org_unit": str(unit.pk), "description": "Vertraulich"}
    assert coordinator.post(url("change", municipality, row.pk), sent).status_code == 303
    assert coordinator.post(url("change", municipality, row.pk), sent).status_code == 303
    page = coordinator.get(url("detail", municipality, row.pk)).content.decode()
    assert "Ordnungsamt" in page and "Vertraulich" in page
    assert verbs(municipality)[1:] == [("routine.changed", {"fields": ["kind", "org_unit", "description"]})]


def test_the_list_shows_each_state_and_can_be_narrowed(municipality: Municipality, coordinator: Client) -> None:
    factories.routine(municipality, "Neu", kind="letter")
    factories.begun(municipality, factories.routine(municipality, "Begonnen"))
    factories.completed(municipality, factories.routine(municipality, "Geprüft"))
    old = factories.completed(municipality, factories.routine(municipality, "Alt"))
    gone = factories.routine(municipality, "Abgeschafft")
    act(municipality, actions.archive_routine, routine_id=gone.pk)
    with scope.enter(scope.municipality(municipality)):
        RoutineCheck.objects.filter(pk=old.pk).update(completed_at=timezone.now() - timedelta(days=366))
    names = {"new": "Neu", "in_progress": "Begonnen", "checked": "Geprüft", "due": "Alt", "archived": "Abgeschafft"}
    for state, name in names.items():
        page = coordinator.get(url("list", municipality), {"state": state}).content.decode()
        assert [found for found in names.values() if f">{found}</a>" in page] == [name]
    everything = coordinator.get(url("list", municipality)).content.decode()
    assert [found for found in names.values() if f">{found}</a>" in everything] == ["Neu", "Begonnen", "Geprüft", "Alt"]
    letters = coordinator.get(url("list", municipality), {"kind": "letter"}).content.decode()
    assert [found for found in names.values() if f">{found}</a>" in letters] == ["Neu"]
    assert coordinator.get(url("list", municipality), {"state": "<b>", "kind": "x"}).status_code == 200


def test_the_list_takes_the_same_few_queries_however_long_it_is(
    municipality: Municipality, coordinator: Client
) -> None:
    for number in range(4):
        factories.begun(municipality, factories.routine(municipality, f"Formular {number}"))
    coordinator.get(url("list", municipality))
    with at_most(8):
        assert coordinator.get(url("list", municipality)).status_code == 200


def test_an_archived_routine_loses_its_needs_and_gets_them_back(
    municipality: Municipality, coordinator: Client
) -> None:
    check = factories.completed(municipality)
    before = {name: need.pk for name, need in needs(municipality).items()}
    assert coordinator.get(url("archive", municipality, check.routine_id)).status_code == 200
    assert len(needs(municipality)) == 3
    for _again in range(2):
        assert coordinator.post(url("archive", municipality, check.routine_id)).status_code == 303
    assert not needs(municipality)
    for _again in range(2):
        assert coordinator.post(url("restore", municipality, check.routine_id)).status_code == 303
    assert {name: need.pk for name, need in needs(municipality).items()} == before
    assert [verb for verb, _data in verbs(municipality)][-2:] == ["routine.archived", "routine.restored"]


def test_an_archived_routine_is_neither_changed_nor_checked(municipality: Municipality, coordinator: Client) -> None:
    check = factories.answered(municipality)
    act(municipality, actions.archive_routine, routine_id=check.routine_id)
    sent = {"name": "Anders", "kind": "form"}
    assert coordinator.post(url("change", municipality, check.routine_id), sent).status_code == 303
    for name in ("start", "check", "complete"):
        response = coordinator.post(url(name, municipality, check.routine_id))
        assert response["Location"] == url("detail", municipality, check.routine_id)
    with scope.enter(scope.municipality(municipality)):
        assert Routine.objects.get().name != "Anders"
        assert RoutineCheck.objects.get().state == "in_progress"


# --- Checking ----


def test_without_a_published_questionnaire_the_page_says_so(municipality: Municipality, coordinator: Client) -> None:
    row = factories.routine(municipality)
    page = coordinator.get(url("detail", municipality, row.pk)).content.decode()
    assert url("start", municipality, row.pk) not in page
    response = coordinator.post(url("start", municipality, row.pk))
    assert response["Location"] == url("detail", municipality, row.pk)
    with scope.enter(scope.municipality(municipality)):
        assert not RoutineCheck.objects.exists()


def test_pressing_begin_twice_begins_one_check(municipality: Municipality, coordinator: Client) -> None:
    factories.questionnaire()
    row = factories.routine(municipality)
    for _again in range(2):
        response = coordinator.post(url("start", municipality, row.pk))
        assert response["Location"] == url("check", municipality, row.pk)
    with scope.enter(scope.municipality(municipality)):
        assert RoutineCheck.objects.count() == 1
    assert [verb for verb, _data in verbs(municipality)] == ["routine.added", "routine.check_started"]


def test_the_database_keeps_to_one_check_at_a_time(municipality: Municipality) -> None:
    check = factories.begun(municipality)
    with scope.enter(scope.municipality(municipality)), pytest.raises(IntegrityError), transaction.atomic():
        RoutineCheck.objects.create(routine=check.routine, instrument_version=check.instrument_version)


def test_what_the_list_knows_is_not_asked_and_decides_what_is(municipality: Municipality) -> None:
    form = factories.begun(municipality)
    decision = factories.begun(municipality, factories.routine(municipality, "Ermessen", kind="discretion"))
    of_form, of_decision = factories.reading(municipality, form), factories.reading(municipality, decision)
    asked = [item.name for section in of_form.sections for item in of_form.asked(section)]
    assert not {"routine_name", "routine_kind"} & set(asked)
    assert "r2_02" in asked and "r6_02" not in asked
    assert "r6_02" in [item.name for section in of_decision.sections for item in of_decision.asked(section)]
    with scope.enter(scope.municipality(municipality)), pytest.raises(UnknownItem):
        actions.save_check(actor=None, check_id=form.pk, entries={"routine_kind": CheckEntry(("letter",))})


def test_each_kind_of_routine_is_asked_about_twenty_questions(municipality: Municipality) -> None:
    for kind in ("form", "letter", "discretion", "service_path"):
        check = factories.answered(municipality, factories.routine(municipality, kind, kind=kind))
        answered, asked = factories.reading(municipality, check).progress
        assert answered == asked
        assert 15 <= asked <= 26


def test_a_page_is_saved_and_the_next_one_follows(municipality: Municipality, coordinator: Client) -> None:
    check = factories.begun(municipality)
    address = url("check", municipality, check.routine_id)
    sent = page_fields(coordinator, address)
    assert sent["section"] == ["r1"]
    sent |= {"answer-routine_law": ["§ 45 StVO\r\nSatzung"], "answer-decided_by": ["two"]}
    response = coordinator.post(address, {**sent, "next": "1"})
    assert response["Location"] == f"{address}?section=r2"
    assert factories.reading(municipality, check).answers["routine_law"] == "§ 45 StVO\nSatzung"
    again = page_fields(coordinator, f"{address}?section=r1")
    assert again["answer-decided_by"] == ["two"]
    assert coordinator.post(address, {**again, "save": "1"})["Location"] == f"{address}?section=r1"
    with scope.enter(scope.municipality(municipality)):
        assert RoutineAnswer.objects.count() == 2


def test_answers_that_bring_up_questions_keep_the_page(municipality: Municipality, coordinator: Client) -> None:
    check = factories.begun(municipality)
    address = url("check", municipality, check.routine_id) + "?section=r4"
    sent = page_fields(coordinator, address) | {"answer-r4_room": ["yes"], "answer-r4_auto": ["no"], "next": ["1"]}
    assert coordinator.post(address, sent)["Location"] == address
    sent = page_fields(coordinator, address) | {"answer-r4_01": ["2"], "answer-r4_02": ["yes"], "next": ["1"]}
    assert coordinator.post(address, sent)["Location"].endswith("section=r5")


def test_what_cannot_stand_is_refused_and_the_rest_is_kept(municipality: Municipality, coordinator: Client) -> None:
    check = factories.begun(municipality)
    address = url("check", municipality, check.routine_id)
    sent = page_fields(coordinator, address)
    sent |= {"answer-cases_per_year": ["viele"], "answer-decided_by": ["two"], "next": ["1"]}
    response = coordinator.post(address, sent)
    assert response.status_code == 422
    assert 'value="viele"' in response.content.decode()
    assert set(factories.reading(municipality, check).answers) == {"decided_by", "routine_name", "routine_kind"}
    saved = factories.save(municipality, check, {"r3_02": "photo none", "r3_04": "partly"})
    assert list(saved.refused) == ["r3_02"] and "Keine davon" in saved.refused["r3_02"].errors[0]
    assert factories.reading(municipality, check).answers["r3_04"] == "partly"
    saved = factories.save(municipality, check, {"r2_04": "perhaps"})
    assert list(saved.refused) == ["r2_04"]


def test_what_a_colleague_answered_meanwhile_is_not_overwritten_unseen(
    municipality: Municipality, coordinator: Client
) -> None:
    check = factories.begun(municipality)
    address = url("check", municipality, check.routine_id) + "?section=r2"
    sent = page_fields(coordinator, address) | {"answer-r2_01": ["4"], "answer-r2_04": ["yes"]}
    factories.save(municipality, check, {"r2_01": "1", "r2_03": "2"})
    response = coordinator.post(address, sent)
    assert response.status_code == 422
    stored = factories.reading(municipality, check).answers
    assert (stored["r2_01"], stored["r2_03"], stored["r2_04"]) == ("1", "2", "yes")
    page = response.content.decode()
    shown = FormFields(re.search(r"<form[^>]*data-warn-unsaved.*?</form>", page, re.S)[0]).values  # type: ignore[index]
    assert shown["answer-r2_01"] == ["4"] and shown["seen-r2_01"] == [fingerprint("1")]
    assert coordinator.post(address, shown).status_code == 303
    assert factories.reading(municipality, check).answers["r2_01"] == "4"


def test_unknown_questions_and_pages_are_not_found(municipality: Municipality, coordinator: Client) -> None:
    check = factories.begun(municipality)
    address = url("check", municipality, check.routine_id)
    assert coordinator.get(address, {"section": "r99"}).status_code == 404
    assert coordinator.post(address, {"section": "r2", "seen-nothing": ""}).status_code == 404


def test_a_check_page_takes_few_queries(municipality: Municipality, coordinator: Client) -> None:
    check = factories.answered(municipality)
    address = url("check", municipality, check.routine_id)
    sent = page_fields(coordinator, address) | {"answer-decided_by": ["clerk"]}
    with at_most(8):
        coordinator.get(address)
    with at_most(14):
        assert coordinator.post(address, sent).status_code == 303


def test_every_rated_question_says_what_to_do(municipality: Municipality) -> None:
    form = factories.reading(municipality, factories.begun(municipality)).form
    for item in form.items.values():
        if item.is_level:
            assert item.first_step["de"] and item.measure["de"], item.name
        # Whether a program takes part is neither good nor bad.
        elif item.list_name == "answer" and item.name != "r4_auto":
            note = form.items[f"{item.name}_step"]
            assert all(note.label[code] and note.hint[code] for code in ("de", "en")), item.name


# --- Completing ----


def test_a_check_with_open_questions_is_not_completed_and_says_what_is_missing(
    municipality: Municipality, coordinator: Client
) -> None:
    check = factories.begun(municipality)
    address = url("complete", municipality, check.routine_id)
    page = coordinator.get(address).content.decode()
    link = url("check", municipality, check.routine_id) + "?section=r2&amp;missing=1#item-r2_01"
    assert link in page
    assert coordinator.post(address).status_code == 422
    assert not needs(municipality)
    marked = coordinator.get(url("check", municipality, check.routine_id), {"section": "r2", "missing": "1"})
    assert 'id="check-errors"' in marked.content.decode()


def test_completing_makes_a_need_of_each_no_partly_unknown_and_level_below_target(
    municipality: Municipality, coordinator: Client
) -> None:
    given = {"r2_01": "2", "r2_02": "3", "r2_03": "unknown", "r2_04": "no", "r3_04": "partly", "r5_02": "unknown",
             "r5_03": "not_applicable", "r4_auto": "unknown", "r5_01": "done_for_us", "r7_01": "2"}  # fmt: skip
    check = factories.answered(municipality, answers=given)
    assert "1" not in needs(municipality)
    response = coordinator.post(url("complete", municipality, check.routine_id))
    assert response["Location"] == url("result", municipality, check.pk)
    found = needs(municipality)
    assert set(found) == {"r2_01", "r2_03", "r2_04", "r3_04", "r5_02", "r4_auto"}
    assert {(need.kind, need.level, need.target, need.priority) for need in found.values()} == {
        ("routine", None, None, "")
    }
    assert (found["r2_01"].dimension, found["r2_01"].weight) == (7, 2)
    assert verbs(municipality)[-1] == ("routine.check_completed", {"found": 6, "needs": 6, "lapsed": 0})
    page = coordinator.get(response["Location"]).content.decode()
    assert ">Die Sachbearbeitung trägt in die Vorlage eine Telefonnummer ein" in page
    assert ">Erreichbar bei Fragen: Funktionsnummer mit Vertretung" in page
    assert "Die Sachbearbeitung schreibt die ersten drei Sätze neu" in page


def test_pressing_complete_twice_changes_nothing(municipality: Municipality, coordinator: Client) -> None:
    check = factories.answered(municipality, answers={"r2_04": "no"})
    address = url("complete", municipality, check.routine_id)
    for _again in range(2):
        assert coordinator.post(address)["Location"] == url("result", municipality, check.pk)
    assert set(needs(municipality)) == {"r2_04"}
    assert factories.complete(municipality, check).state == "completed"
    assert [verb for verb, _data in verbs(municipality)].count("routine.check_completed") == 1


def test_answers_of_a_completed_check_stay_as_they_are(municipality: Municipality, coordinator: Client) -> None:
    check = factories.completed(municipality)
    with pytest.raises(WrongState):
        factories.save(municipality, check, {"r2_04": "yes"})
    response = coordinator.post(url("check", municipality, check.routine_id), {"section": "r2"})
    assert response["Location"] == url("detail", municipality, check.routine_id)
    sent = {"name": "Anderer Name", "kind": "letter"}
    coordinator.post(url("change", municipality, check.routine_id), sent)
    reading = factories.reading(municipality, check)
    assert reading.answers["routine_kind"] == "form"
    assert "r2_02" in {found.item.name for found in reading.findings if found.outcome is Outcome.FINE}


def test_the_next_check_keeps_what_is_found_again_and_lets_the_rest_lapse(municipality: Municipality) -> None:
    first = factories.completed(municipality, answers={"r2_01": "1", "r2_04": "no"})
    kept = needs(municipality)["r2_04"]
    with scope.enter(scope.municipality(municipality)):
        Need.objects.filter(pk=kept.pk).update(
            priority="high", priority_reason="Viele Rückfragen", prioritised_at=timezone.now()
        )
        row = queries_routines.routine(first.routine_id)
    second = factories.completed(municipality, row, {"r2_04": "partly", "r3_04": "no"})
    found = needs(municipality)
    assert set(found) == {"r2_04", "r3_04"}
    assert (found["r2_04"].pk, found["r2_04"].priority, found["r2_04"].routine_check_id) == (kept.pk, "high", first.pk)
    assert found["r3_04"].routine_check_id == second.pk
    with scope.enter(scope.municipality(municipality)):
        lapsed = Need.objects.exclude(lapsed_at=None).get()
    assert lapsed.item.name == "r2_01"
    assert verbs(municipality)[-1][1] == {"found": 2, "needs": 1, "lapsed": 1}
    third = factories.completed(municipality, row, {"r2_01": "0"})
    assert needs(municipality)["r2_01"].routine_check_id == third.pk


def test_two_routines_do_not_touch_each_others_needs(municipality: Municipality) -> None:
    factories.completed(municipality, factories.routine(municipality, "Eins"), {"r2_04": "no"})
    factories.completed(municipality, factories.routine(municipality, "Zwei"), {})
    assert set(needs(municipality)) == {"r2_04"}


def test_the_result_without_findings_says_so_and_an_unfinished_one_leads_to_the_check(
    municipality: Municipality, coordinator: Client
) -> None:
    check = factories.answered(municipality, answers={})
    assert coordinator.get(url("result", municipality, check.pk))["Location"] == url(
        "check", municipality, check.routine_id
    )
    factories.complete(municipality, check)
    page = coordinator.get(url("result", municipality, check.pk)).content.decode()
    assert "app-empty" in page
    with at_most(8):
        coordinator.get(url("result", municipality, check.pk))


def test_nothing_of_the_answers_stands_in_the_record(municipality: Municipality) -> None:
    check = factories.answered(municipality, answers={"routine_law": "Geheimer Wortlaut", "r7_change": "Streng intern"})
    factories.complete(municipality, check)
    assert not re.search("Geheim|intern|Bewohner", str(verbs(municipality)))


def test_names_are_shown_as_text(municipality: Municipality, coordinator: Client) -> None:
    row = factories.routine(municipality, "<script>alert(1)</script>")
    for name, args in (("list", ()), ("detail", (row.pk,)), ("archive", (row.pk,))):
        assert "<script>alert" not in coordinator.get(url(name, municipality, *args)).content.decode()
