"""Saving answers: what is stored, what is refused, what happens when two people answer at once."""

import pytest

from apps.assessments import queries
from apps.assessments.actions.answers import Entry, NotOpen, Outcome, UnknownItem, save_answers
from apps.assessments.content import Seen, content_of
from apps.assessments.models import Answer, Assessment, AssessmentSection
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality)


def stored(assessment: Assessment) -> dict[str, Answer]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.answers_of(queries.assessments().get(pk=assessment.pk))


def test_a_level_is_stored_as_a_level(assessment: Assessment) -> None:
    saved = factories.save(assessment, {"d1_01": "3"}, note="Beschluss 12/2025", evidence="Vorlage 12, S. 3")
    assert saved.results["d1_01"].outcome == Outcome.SAVED
    answer = stored(assessment)["d1_01"]
    assert (answer.level, answer.special, answer.value, answer.revision) == (3, "", "", 1)
    assert (answer.note, answer.evidence) == ("Beschluss 12/2025", "Vorlage 12, S. 3")


def test_a_special_answer_stands_apart_from_the_scale(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "done_for_us"}, done_by="kreis")
    answer = stored(assessment)["d1_01"]
    assert (answer.level, answer.special, answer.done_by) == (None, "done_for_us", "kreis")


def test_who_does_it_is_forgotten_with_another_answer(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "done_for_us"}, done_by="kreis")
    factories.save(assessment, {"d1_01": "2"})
    assert stored(assessment)["d1_01"].done_by == ""


def test_choices_of_a_select_multiple_are_stored_together(assessment: Assessment) -> None:
    factories.save(assessment, {"competences": ["schools", "culture"]})
    assert stored(assessment)["competences"].value == "schools culture"


def test_saving_the_same_again_changes_nothing(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "3"})
    saved = factories.save(assessment, {"d1_01": "3"})
    assert saved.results["d1_01"].outcome == Outcome.UNCHANGED
    assert stored(assessment)["d1_01"].revision == 1


def test_a_violated_constraint_is_refused_and_the_rest_is_stored(assessment: Assessment) -> None:
    saved = factories.save(assessment, {"employees": "0", "staff_council": "yes"})
    assert saved.status == 422
    assert saved.results["employees"].outcome == Outcome.INVALID
    assert saved.results["employees"].errors
    assert set(stored(assessment)) >= {"staff_council"}
    assert "employees" not in stored(assessment)


def test_what_cannot_be_read_is_refused_with_what_was_typed(assessment: Assessment) -> None:
    saved = factories.save(assessment, {"employees": "viele"})
    assert (saved.results["employees"].outcome, saved.results["employees"].raw) == (Outcome.INVALID, "viele")


def test_a_choice_that_the_filter_does_not_offer_is_refused(assessment: Assessment) -> None:
    factories.save(assessment, {"municipality_kind": "district"})
    assert factories.save(assessment, {"size_class": "mun_4"}).status == 422
    assert factories.save(assessment, {"size_class": "dis_2"}).status == 200


def test_a_note_that_is_too_long_is_refused(assessment: Assessment) -> None:
    assert factories.save(assessment, {"d1_01": "1"}, note="x" * 5001).status == 422
    assert "d1_01" not in stored(assessment)


def test_an_unknown_body_is_refused(assessment: Assessment) -> None:
    assert factories.save(assessment, {"d1_01": "done_for_us"}, done_by="mars").status == 422


def test_a_question_that_does_not_exist_is_unknown(assessment: Assessment) -> None:
    for name in ("nothing", "profile_intro", "contact_share"):
        with pytest.raises(UnknownItem):
            factories.save(assessment, {name: "1"})


def test_a_question_outside_the_profile_is_unknown(municipality: Municipality) -> None:
    assessment = factories.started(municipality, factories.wave(profile="basis"))
    with pytest.raises(UnknownItem):
        factories.save(assessment, {"d6_01": "1"})


def test_an_answer_that_another_depends_on_says_so(assessment: Assessment) -> None:
    saved = factories.save(assessment, {"d1_03": "2"})
    assert not saved.before.state["d1_03_fte"].relevant
    assert saved.reading.state["d1_03_fte"].relevant


def test_nothing_is_taken_before_the_start_nor_after_the_wave(municipality: Municipality) -> None:
    assessment = factories.invited(municipality)
    with pytest.raises(NotOpen):
        factories.save(assessment, {"d1_01": "1"})


def test_nothing_is_taken_while_in_review(municipality: Municipality) -> None:
    assessment = factories.in_review(municipality)
    with pytest.raises(NotOpen):
        factories.save(assessment, {"d1_01": "1"})


def test_an_answer_of_another_municipality_is_not_found(
    assessment: Assessment, other_municipality: Municipality
) -> None:
    stranger = member(other_municipality)
    with scope.enter(scope.municipality(other_municipality)), pytest.raises(Assessment.DoesNotExist):
        save_answers(actor=stranger, assessment_id=assessment.pk, entries=[Entry("d1_01", ("1",))])


# --- Two people at once ------------------------------------------------------------------------------------------


def test_two_people_who_disagree_get_a_conflict_and_nothing_is_lost(
    assessment: Assessment, municipality: Municipality
) -> None:
    colleague = member(municipality, Role.CONTRIBUTOR)
    factories.save(assessment, {"d1_01": "3"}, actor=colleague)
    mine = Entry("d1_01", ("1",), note="", evidence="", seen=Seen())
    saved = factories.save(assessment, {"d1_01": mine})
    result = saved.results["d1_01"]
    assert saved.status == 409
    assert (result.outcome, result.conflicts) == (Outcome.CONFLICT, ("value",))
    assert (result.mine.value, result.stored.value) == ("1", "3")
    assert stored(assessment)["d1_01"].level == 3


def test_a_decided_conflict_is_stored(assessment: Assessment, municipality: Municipality) -> None:
    colleague = member(municipality, Role.CONTRIBUTOR)
    factories.save(assessment, {"d1_01": "3"}, actor=colleague)
    assert factories.save(assessment, {"d1_01": "1"}).status == 200  # having seen the 3
    assert (stored(assessment)["d1_01"].level, stored(assessment)["d1_01"].revision) == (1, 2)


def test_two_people_who_agree_have_no_conflict(assessment: Assessment, municipality: Municipality) -> None:
    factories.save(assessment, {"d1_01": "3"}, actor=member(municipality, Role.CONTRIBUTOR))
    saved = factories.save(assessment, {"d1_01": Entry("d1_01", ("3",))})
    assert saved.results["d1_01"].outcome == Outcome.UNCHANGED


def test_a_note_and_a_level_of_two_people_come_together(assessment: Assessment, municipality: Municipality) -> None:
    factories.save(assessment, {"d1_01": "3"}, actor=member(municipality, Role.CONTRIBUTOR))
    saved = factories.save(assessment, {"d1_01": Entry("d1_01", (), note="Siehe Leitbild")})
    assert saved.results["d1_01"].outcome == Outcome.SAVED
    answer = stored(assessment)["d1_01"]
    assert (answer.level, answer.note, answer.revision) == (3, "Siehe Leitbild", 2)


def test_what_i_did_not_touch_stays_as_the_other_person_left_it(
    assessment: Assessment, municipality: Municipality
) -> None:
    factories.save(assessment, {"d1_01": "2"})
    seen = Seen.of(content_of(stored(assessment)["d1_01"]), 1)
    factories.save(assessment, {"d1_01": "4"}, actor=member(municipality, Role.CONTRIBUTOR))
    saved = factories.save(assessment, {"d1_01": Entry("d1_01", ("2",), seen=seen)})
    assert saved.results["d1_01"].outcome == Outcome.UNCHANGED
    assert stored(assessment)["d1_01"].level == 4


def test_a_colleagues_note_that_my_page_does_not_show_is_never_emptied_by_my_next_answers(
    assessment: Assessment, municipality: Municipality
) -> None:
    """Each answer to a saved entry says what the page shows: mine, not what was merged into it."""
    factories.save(assessment, {"d1_01": "1"}, actor=member(municipality, Role.CONTRIBUTOR), note="von der Kollegin")
    mine = Entry("d1_01", (), note="", evidence="neu")
    first = factories.save(assessment, {"d1_01": mine})
    again = Entry("d1_01", (), note="", evidence="neuer", seen=first.results["d1_01"].seen)
    assert factories.save(assessment, {"d1_01": again}).status == 200
    answer = stored(assessment)["d1_01"]
    assert (answer.level, answer.note, answer.evidence) == (1, "von der Kollegin", "neuer")


def test_deciding_a_conflict_overwrites_only_what_was_shown(assessment: Assessment, municipality: Municipality) -> None:
    colleague = member(municipality, Role.CONTRIBUTOR)
    factories.save(assessment, {"d1_01": "3"}, actor=colleague, note="von der Kollegin")
    conflict = factories.save(assessment, {"d1_01": Entry("d1_01", ("1",), note="")}).results["d1_01"]
    assert (conflict.conflicts, conflict.shown.note) == (("value",), "von der Kollegin")
    again = Entry("d1_01", ("1",), note="", seen=conflict.seen)
    assert factories.save(assessment, {"d1_01": again}).status == 200
    answer = stored(assessment)["d1_01"]
    assert (answer.level, answer.note) == (1, "von der Kollegin")


def test_a_refused_answer_leaves_what_was_seen_as_it_was(assessment: Assessment, municipality: Municipality) -> None:
    factories.save(assessment, {"employees": "300"}, actor=member(municipality, Role.CONTRIBUTOR))
    refused = factories.save(assessment, {"employees": Entry("employees", ("0",))}).results["employees"]
    assert refused.outcome == Outcome.CONFLICT  # nobody looks whether it could stand before it is decided
    unreadable = factories.save(assessment, {"employees": Entry("employees", ("viele",))}).results["employees"]
    assert (unreadable.outcome, unreadable.seen) == (Outcome.INVALID, Seen())


def test_ones_own_later_word_stands(assessment: Assessment) -> None:
    factories.save(assessment, {"d1_01": "2"})
    assert factories.save(assessment, {"d1_01": Entry("d1_01", ("4",))}).status == 200
    assert stored(assessment)["d1_01"].level == 4


def test_a_conflict_on_one_question_does_not_keep_the_others(
    assessment: Assessment, municipality: Municipality
) -> None:
    factories.save(assessment, {"d1_01": "3"}, actor=member(municipality, Role.CONTRIBUTOR))
    saved = factories.save(assessment, {"d1_01": Entry("d1_01", ("1",)), "d1_02": "2"})
    assert saved.results["d1_02"].outcome == Outcome.SAVED
    assert stored(assessment)["d1_02"].level == 2


# --- Progress ----------------------------------------------------------------------------------------------------


def section(assessment: Assessment, name: str) -> AssessmentSection:
    with scope.enter(scope.municipality(assessment.municipality)):
        return AssessmentSection.objects.get(assessment=assessment, name=name)


def test_a_section_counts_what_is_answered(assessment: Assessment) -> None:
    assert (section(assessment, "d10").state, section(assessment, "d10").answered) == ("not_started", 0)
    factories.save(assessment, {"d10_01": "3"})
    assert (section(assessment, "d10").state, section(assessment, "d10").answered) == ("in_progress", 1)
    factories.save(assessment, {"d10_02": "3", "d10_03": "unknown", "d10_04": "0"})
    assert section(assessment, "d10").state == "complete"


def test_done_for_us_is_not_complete_without_saying_who(assessment: Assessment) -> None:
    factories.save(assessment, {f"d10_0{n}": "3" for n in (1, 2, 3)} | {"d10_04": "done_for_us"})
    assert (section(assessment, "d10").state, section(assessment, "d10").invalid) == ("in_progress", 1)
    factories.save(assessment, {"d10_04": "done_for_us"}, done_by="verband")
    assert section(assessment, "d10").state == "complete"


def test_a_competence_that_is_not_held_takes_its_questions_away_in_other_sections(assessment: Assessment) -> None:
    before = section(assessment, "d6").required
    factories.save(assessment, {"competences": ["schools"]})
    assert section(assessment, "d6").required < before


def test_the_confirmed_competences_are_filled_in_at_the_start(municipality: Municipality) -> None:
    from django.utils import timezone

    from tests.factories import UserFactory

    municipality.competences = ["schools", "housing"]
    municipality.competences_confirmed_at, municipality.competences_confirmed_by = timezone.now(), UserFactory()
    municipality.save()
    assert stored(factories.started(municipality))["competences"].value == "housing schools"
