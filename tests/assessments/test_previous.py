"""The answer of the wave before: beside the question, and taken over with one click that says it was looked at."""

from datetime import date
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.assessments import beside_previous, queries
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem
from apps.assessments.actions.previous import NothingBefore, NotPossibleNow, take_over
from apps.assessments.beside_previous import PreviousLine
from apps.assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    AssessmentSection,
    Delegation,
    Evidence,
    EvidenceUse,
)
from apps.assessments.policies import Recipient
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import earlier, factories
from tests.assessments.test_pages import signed_in, url
from tests.factories import member, org_unit
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def with_evidence(municipality: Municipality) -> Assessment:
    """T1 over an answer of T0 with a note, a reference in words and a piece of evidence."""
    before = earlier.wave("T0", earlier.version("1"))
    assessment = factories.started(municipality, before)
    factories.save(assessment, {"d5_01": "3", "d5_02": "2"}, note="Seit 2024", evidence="Dienstanweisung 7")
    factories.save(assessment, {"offers": ("training", "advice"), "staff": "120"})
    with scope.enter(scope.municipality(municipality)):
        piece = Evidence.objects.create(title="Beschluss", dated_on=date(2025, 3, 1), url="https://stadt.example/b")
        key = queries.item_keys(before.instrument_version_id)["d5_01"]
        EvidenceUse.objects.create(assessment=assessment, item_id=key, evidence=piece, page="4")
    now, coordinator = timezone.now(), factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        Assessment.objects.filter(pk=assessment.pk).update(
            state="signed_off", submitted_at=now, submitted_by=coordinator, signed_off_at=now
        )
    return earlier.fresh(factories.started(municipality, earlier.wave("T1", earlier.version("2"))))


def take(assessment: Assessment, item: str, **fields: Any) -> Answer:
    municipality = assessment.municipality
    fields.setdefault("actor", factories.person(municipality, Role.COORDINATOR))
    with scope.enter(scope.municipality(municipality)):
        return take_over(assessment_id=assessment.pk, item=item, **fields)


def answers(assessment: Assessment) -> dict[str, Answer]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.answers_of(earlier.fresh(assessment))


def lines(assessment: Assessment) -> dict[str, PreviousLine]:
    with scope.enter(scope.municipality(assessment.municipality)):
        fresh = earlier.fresh(assessment)
        return beside_previous.lines_by_item(fresh, queries.read(fresh), "de")


# --- Taking over ----


def test_everything_that_was_said_is_taken_over_and_that_it_was_looked_at(municipality: Municipality) -> None:
    assessment = with_evidence(municipality)
    unit = org_unit(municipality)
    taken = take(assessment, "d5_01", org_unit_id=unit.pk)
    stored = answers(assessment)["d5_01"]
    assert (stored.level, stored.note, stored.evidence) == (3, "Seit 2024", "Dienstanweisung 7")
    assert (stored.revision, stored.org_unit_id, stored.answered_by_id) == (1, unit.pk, taken.answered_by_id)
    assert stored.unchanged_at == stored.answered_at
    assert stored.is_proven  # type: ignore[attr-defined]  # answers_of adds it


def test_the_same_piece_of_evidence_proves_both_answers(municipality: Municipality) -> None:
    assessment = with_evidence(municipality)
    take(assessment, "d5_01")
    with scope.enter(scope.municipality(municipality)):
        (use,) = EvidenceUse.objects.filter(assessment=assessment)
        assert (use.page, use.evidence.uses.count(), Evidence.objects.count()) == ("4", 2, 1)


def test_a_piece_that_is_named_already_stays_as_it_is(municipality: Municipality) -> None:
    assessment = with_evidence(municipality)
    with scope.enter(scope.municipality(municipality)):
        key = queries.item_keys(assessment.wave.instrument_version_id)["d5_01"]
        EvidenceUse.objects.create(assessment=assessment, item_id=key, evidence=Evidence.objects.get(), page="9")
    take(assessment, "d5_01")
    with scope.enter(scope.municipality(municipality)):
        assert list(EvidenceUse.objects.filter(assessment=assessment).values_list("page", flat=True)) == ["9"]


def test_several_choices_are_taken_over(municipality: Municipality) -> None:
    assert take(with_evidence(municipality), "offers").value == "training advice"


def test_a_renamed_question_takes_the_answer_under_its_old_name(municipality: Municipality) -> None:
    assert take(earlier.two_waves(municipality), "d5_13").special == "unknown"


def test_another_answer_is_replaced_and_both_stand_in_the_history(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality, {"d5_01": "4"})
    assert (take(assessment, "d5_01").revision, answers(assessment)["d5_01"].level) == (2, 1)
    with scope.enter(scope.municipality(municipality)):
        kept = AnswerRevision.objects.filter(assessment=assessment, item__name="d5_01").order_by("revision")
        assert list(kept.values_list("value", flat=True)) == ["4", "1"]


def test_a_second_click_changes_nothing(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    first = take(assessment, "d5_01")
    again = take(assessment, "d5_01")
    assert (again.revision, again.unchanged_at) == (first.revision, first.unchanged_at)


def test_whoever_changes_the_answer_afterwards_has_changed_it(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    take(assessment, "d5_01")
    factories.save(assessment, {"d5_01": "2"})
    assert answers(assessment)["d5_01"].unchanged_at is None


def test_progress_counts_what_was_taken_over(municipality: Municipality) -> None:
    version = factories.published_version()
    factories.signed(municipality, factories.wave("T0", instrument_version=version, opens_on=date(2025, 11, 1)))
    assessment = earlier.fresh(factories.started(municipality, factories.wave("T1", instrument_version=version)))

    def answered() -> int:
        with scope.enter(scope.municipality(municipality)):
            return int(AssessmentSection.objects.get(assessment=assessment, name="d1").answered)

    before = answered()
    take(assessment, "d1_01")
    assert answered() == before + 1


@pytest.mark.parametrize("item", ["d5_06", "d5_05"])
def test_a_new_question_has_nothing_to_take_over(municipality: Municipality, item: str) -> None:
    with pytest.raises(NothingBefore):
        take(earlier.two_waves(municipality), item)


def test_what_was_not_answered_before_cannot_be_taken_over(municipality: Municipality) -> None:
    with pytest.raises(NothingBefore):
        take(earlier.two_waves(municipality), "staff")


def test_in_the_first_wave_there_is_nothing_to_take_over(municipality: Municipality) -> None:
    assessment = factories.started(municipality, earlier.wave("T0", earlier.version("1")))
    with pytest.raises(NothingBefore):
        take(assessment, "d5_01")


def test_an_answer_that_breaks_a_rule_of_now_is_refused_with_the_reason(municipality: Municipality) -> None:
    factories.signed(municipality, earlier.wave("T0", earlier.version("1")), answers={**earlier.BEFORE, "staff": "50"})
    earlier.version("2")
    assessment = factories.started(municipality, earlier.wave("T1", earlier.version("3")))
    with pytest.raises(NotPossibleNow) as refused:
        take(assessment, "staff")
    assert refused.value.messages
    assert "staff" not in answers(assessment)


@pytest.mark.parametrize("item", ["d5_99", "d5_03"])
def test_a_question_that_is_not_asked_is_unknown(municipality: Municipality, item: str) -> None:
    with pytest.raises(UnknownItem):
        take(earlier.two_waves(municipality), item)


def test_nothing_is_taken_over_once_handed_in(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    coordinator = factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        Assessment.objects.filter(pk=assessment.pk).update(
            state="in_review", submitted_at=timezone.now(), submitted_by=coordinator
        )
    with pytest.raises(NotOpen):
        take(assessment, "d5_01")


def test_a_contributor_takes_over_only_what_was_given(municipality: Municipality) -> None:
    version = factories.published_version()
    factories.signed(municipality, factories.wave("T0", instrument_version=version, opens_on=date(2025, 11, 1)))
    assessment = earlier.fresh(factories.started(municipality, factories.wave("T1", instrument_version=version)))
    person: User = member(municipality, Role.CONTRIBUTOR)
    with scope.enter(scope.municipality(municipality)):
        Delegation.objects.create(
            assessment=assessment,
            section="d1",
            user=person,
            due_on=date(2027, 1, 1),
            given_by=factories.person(municipality, Role.COORDINATOR),
        )
    only = Recipient(user_id=person.pk)
    assert take(assessment, "d1_01", actor=person, only=only).answered_by_id == person.pk
    with pytest.raises(NotGiven):
        take(assessment, "d2_01", actor=person, only=only)


def test_what_several_departments_answer_is_left_to_them(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    coordinator = factories.person(municipality, Role.COORDINATOR)
    for name in ("Bauamt", "Personalamt"):
        unit = org_unit(municipality, name)
        with scope.enter(scope.municipality(municipality)):
            Delegation.objects.create(
                assessment=assessment, section="d5", org_unit=unit, due_on=date(2027, 1, 1), given_by=coordinator
            )
    with pytest.raises(NotPossibleNow):
        take(assessment, "d5_01")
    assert answers(assessment) == {}


# --- Beside the question ----


def test_each_question_shows_what_was_answered_and_how_far_it_can_be_compared(municipality: Municipality) -> None:
    found = lines(with_evidence(municipality))
    one = found["d5_01"]
    assert (one.wave, one.level, one.note, one.evidence) == ("T0", "3", "Seit 2024", "Dienstanweisung 7")
    assert one.same_wording and one.can_take_over and "Beschluss" in one.pieces[0]
    assert not found["d5_02"].same_wording
    assert found["d5_06"].is_new and not found["d5_06"].can_take_over
    assert not found["d5_13"].is_answered and not found["d5_13"].is_new
    assert (found["offers"].shown, found["offers"].is_level) == ("training, advice", False)


def test_what_says_the_same_already_is_not_offered_again(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality, {"d5_01": "1", "d5_02": "4"})
    found = lines(assessment)
    assert (found["d5_01"].is_same, found["d5_01"].looked_at, found["d5_01"].can_take_over) == (True, None, False)
    assert found["d5_02"].can_take_over
    take(assessment, "d5_13")
    assert lines(assessment)["d5_13"].looked_at is not None


def test_the_lines_need_few_queries(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    lines(assessment)
    with scope.enter(scope.municipality(municipality)):
        reading = queries.read(assessment)
        with at_most(6):
            beside_previous.lines_by_item(assessment, reading, "de")


def test_without_an_earlier_wave_there_are_no_lines_and_one_query(municipality: Municipality) -> None:
    assessment = earlier.fresh(factories.started(municipality, earlier.wave("T0", earlier.version("1"))))
    with scope.enter(scope.municipality(municipality)):
        reading = queries.read(assessment)
        with at_most(1):
            assert beside_previous.lines_by_item(assessment, reading, "de") == {}


def test_the_page_shows_them_on_request(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    page = url("section", assessment, "d5")
    assert 'name="unchanged"' not in client.get(page).content.decode()
    html = client.get(page + "?previous=1").content.decode()
    assert 'name="unchanged" value="d5_01"' in html
    assert 'name="unchanged" value="d5_06"' not in html


def test_one_click_on_the_page_takes_it_over(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    page = url("section", assessment, "d5")
    answered = client.post(page, {"unchanged": "d5_01"})
    assert (answered.status_code, answered["Location"]) == (303, f"{page}?previous=1#item-d5_01")
    assert answers(assessment)["d5_01"].unchanged_at is not None
    html = client.get(page + "?previous=1").content.decode()
    assert 'name="unchanged" value="d5_01"' not in html


def toggled(assessment: Assessment, **context: Any) -> str:
    template = Template('{% include "assessments/previous/toggle.html" %}')
    with scope.enter(scope.municipality(assessment.municipality)):
        return template.render(Context({"assessment": assessment, "action": "/here/", **context}))


def test_the_way_to_them_is_shown_where_there_is_a_wave_before(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    assert 'href="/here/?previous=1"' in toggled(assessment, with_previous=False)
    assert 'href="/here/"' in toggled(assessment, with_previous=True)


def test_in_the_first_wave_there_is_no_way_to_them(municipality: Municipality) -> None:
    assessment = earlier.fresh(factories.started(municipality, earlier.wave("T0", earlier.version("1"))))
    with at_most(1):
        assert toggled(assessment, with_previous=False).strip() == ""


# --- Changes, as a page ----


@pytest.fixture
def coordinator(municipality: Municipality) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def test_the_changes_are_shown_item_by_item_and_can_be_filtered(
    municipality: Municipality, coordinator: Client
) -> None:
    assessment = earlier.two_waves(municipality, earlier.NOW)
    page = url("changes", assessment)
    everything = coordinator.get(page).content.decode()
    assert "+1" in everything and "−1" in everything
    assert everything.count('scope="row"') == 1 + 7
    for show, rows in (("raised", 1), ("lowered", 1), ("same", 0), ("other", 5), ("nonsense", 7)):
        assert coordinator.get(page, {"show": show}).content.decode().count('scope="row"') == 1 + rows


def test_without_a_wave_before_the_page_says_so(municipality: Municipality, coordinator: Client) -> None:
    assessment = factories.started(municipality, earlier.wave("T0", earlier.version("1")))
    shown = coordinator.get(url("changes", assessment))
    assert shown.status_code == 200 and b"app-empty" in shown.content


def test_the_page_keeps_to_its_queries(municipality: Municipality, coordinator: Client) -> None:
    assessment = earlier.two_waves(municipality, earlier.NOW)
    coordinator.get(url("changes", assessment))
    with at_most(14):
        coordinator.get(url("changes", assessment))


def test_a_contributor_with_given_sections_does_not_see_the_changes(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    person = member(municipality, Role.CONTRIBUTOR)
    with scope.enter(scope.municipality(municipality)):
        Delegation.objects.create(
            assessment=assessment,
            section="d5",
            user=person,
            due_on=date(2027, 1, 1),
            given_by=factories.person(municipality, Role.COORDINATOR),
        )
    assert signed_in(person).get(url("changes", assessment)).status_code == 403
