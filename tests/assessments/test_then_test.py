"""The then-test: the time of the wave before, rated again from what is known today. Both are kept."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments import queries, queries_previous, queries_results
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem
from apps.assessments.actions.then_test import Rating, save_ratings
from apps.assessments.models import Assessment, Delegation, ThenRating
from apps.assessments.policies import Recipient
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import earlier, factories
from tests.assessments.test_pages import signed_in, url
from tests.factories import member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return earlier.two_waves(municipality, then_test=True)


@pytest.fixture
def coordinator(municipality: Municipality, assessment: Assessment) -> Client:
    return signed_in(factories.person(municipality, Role.COORDINATOR))


def rate(assessment: Assessment, ratings: dict[str, Rating | None], **fields: Any) -> int:
    municipality = assessment.municipality
    fields.setdefault("actor", factories.person(municipality, Role.COORDINATOR))
    with scope.enter(scope.municipality(municipality)):
        return save_ratings(assessment_id=assessment.pk, ratings=ratings, **fields)


def stored(assessment: Assessment) -> dict[str, tuple[int | None, bool, str]]:
    with scope.enter(scope.municipality(assessment.municipality)):
        found = queries_results.ratings_in_hindsight(assessment)
        return {name: (row.level, row.is_unknown, row.note) for name, row in found.items()}


def give(assessment: Assessment, section: str, *items: str) -> User:
    """A contributor to whom a section, or items of it, have been given."""
    municipality = assessment.municipality
    person = member(municipality, Role.CONTRIBUTOR)
    with scope.enter(scope.municipality(municipality)):
        Delegation.objects.create(
            assessment=assessment,
            section=section,
            items=list(items),
            user=person,
            due_on=date(2027, 1, 1),
            given_by=factories.person(municipality, Role.COORDINATOR),
        )
    return person


def two_sections(municipality: Municipality) -> Assessment:
    """T1 of the project's own questionnaire with then-test, after a signed T0."""
    version = factories.published_version()
    factories.signed(municipality, factories.wave("T0", instrument_version=version, opens_on=date(2025, 11, 1)))
    wave = factories.wave("T1", instrument_version=version, then_test=True)
    return earlier.fresh(factories.started(municipality, wave))


# --- What can be rated, and is kept ----


def test_a_rating_stands_beside_the_answer_and_changes_neither_wave(assessment: Assessment) -> None:
    assert rate(assessment, {"d5_01": Rating(0, "Damals kannten wir § 13 AGG nicht"), "d5_13": Rating(None)}) == 2
    assert stored(assessment) == {
        "d5_01": (0, False, "Damals kannten wir § 13 AGG nicht"),
        "d5_13": (None, True, ""),
    }
    with scope.enter(scope.municipality(assessment.municipality)):
        previous = queries_previous.previous(assessment)
        assert previous is not None
        rating = ThenRating.objects.get(item__name="d5_01")
        assert rating.earlier == previous.answer("d5_01") and rating.earlier.level == 1
        assert queries.answers_of(assessment) == {}


def test_a_rating_can_be_changed_and_taken_back(assessment: Assessment) -> None:
    rate(assessment, {"d5_01": Rating(0), "d5_02": Rating(1)})
    assert rate(assessment, {"d5_01": Rating(2), "d5_02": None}) == 2
    assert stored(assessment) == {"d5_01": (2, False, "")}


def test_what_has_not_changed_is_not_written_again(assessment: Assessment) -> None:
    rate(assessment, {"d5_01": Rating(0)})
    assert rate(assessment, {"d5_01": Rating(0), "d5_02": None}) == 0


def test_the_record_says_how_many_and_not_what(assessment: Assessment) -> None:
    rate(assessment, {"d5_01": Rating(0, "Notiz"), "d5_02": Rating(1)})
    with scope.enter(scope.municipality(assessment.municipality)):
        assert AuditEntry.objects.get(verb="assessment.rated_in_hindsight").data == {"items": 2}


@pytest.mark.parametrize("item", ["d5_06", "d5_05", "d5_03", "offers", "nonsense"])
def test_only_an_answer_that_can_be_compared_is_rated(assessment: Assessment, item: str) -> None:
    with pytest.raises(UnknownItem):
        rate(assessment, {item: Rating(1)})


def test_an_answer_outside_the_scale_is_not_rated(municipality: Municipality) -> None:
    answers = {**earlier.BEFORE, "d5_01": "refused"}
    factories.signed(municipality, earlier.wave("T0", earlier.version("1")), answers=answers)
    wave = earlier.wave("T1", earlier.version("2"), then_test=True)
    assessment = earlier.fresh(factories.started(municipality, wave))
    with pytest.raises(UnknownItem):
        rate(assessment, {"d5_01": Rating(1)})


def test_a_wave_without_then_test_takes_no_ratings(municipality: Municipality) -> None:
    with pytest.raises(NotOpen):
        rate(earlier.two_waves(municipality), {"d5_01": Rating(1)})


def test_nothing_is_rated_once_handed_in(assessment: Assessment) -> None:
    municipality = assessment.municipality
    coordinator = factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        Assessment.objects.filter(pk=assessment.pk).update(
            state="in_review", submitted_at=timezone.now(), submitted_by=coordinator
        )
    with pytest.raises(NotOpen):
        rate(assessment, {"d5_01": Rating(1)})


def test_a_contributor_rates_only_what_was_given(municipality: Municipality) -> None:
    assessment = two_sections(municipality)
    person = give(assessment, "d1")
    only = Recipient(user_id=person.pk)
    assert rate(assessment, {"d1_01": Rating(1)}, actor=person, only=only) == 1
    with pytest.raises(NotGiven):
        rate(assessment, {"d1_02": Rating(1), "d2_01": Rating(1)}, actor=person, only=only)
    assert stored(assessment).keys() == {"d1_01"}


def test_the_database_knows_levels_and_unknown_alone(assessment: Assessment) -> None:
    rate(assessment, {"d5_01": Rating(0)})
    with scope.enter(scope.municipality(assessment.municipality)), pytest.raises(IntegrityError), transaction.atomic():
        ThenRating.objects.update(level=5)


def test_another_municipality_sees_none_of_it(assessment: Assessment, other_municipality: Municipality) -> None:
    rate(assessment, {"d5_01": Rating(0)})
    with scope.enter(scope.municipality(other_municipality)):
        assert not ThenRating.objects.exists()


# --- Pages ----


def test_the_overview_says_why_and_how_much_is_rated(coordinator: Client, assessment: Assessment) -> None:
    rate(assessment, {"d5_01": Rating(0)})
    html = coordinator.get(url("then-overview", assessment)).content.decode()
    assert "1979" in html and url("then", assessment, "d5") in html
    assert "1 von 3" in html or "1 of 3" in html


def test_a_section_shows_the_answers_of_then_and_never_those_of_now(
    coordinator: Client, assessment: Assessment
) -> None:
    factories.save(assessment, {"d5_01": "4"}, note="Antwort von heute")
    html = coordinator.get(url("then", assessment, "d5")).content.decode()
    assert "app-level--1" in html and "app-level--2" in html
    assert "app-level--4" not in html and "Antwort von heute" not in html
    assert "rating-d5_01" in html and "rating-d5_06" not in html


def test_ratings_are_saved_by_the_button_and_shown_again(coordinator: Client, assessment: Assessment) -> None:
    page = url("then", assessment, "d5")
    data = {"rating-d5_01": "0", "note-d5_01": "Im Rückblick zu hoch", "rating-d5_13": "unknown"}
    saved = coordinator.post(page, data)
    assert (saved.status_code, saved["Location"]) == (303, url("then-overview", assessment))
    assert stored(assessment) == {"d5_01": (0, False, "Im Rückblick zu hoch"), "d5_13": (None, True, "")}
    assert "Im Rückblick zu hoch" in coordinator.get(page).content.decode()


def test_a_note_without_a_rating_is_refused(coordinator: Client, assessment: Assessment) -> None:
    refused = coordinator.post(url("then", assessment, "d5"), {"note-d5_01": "Nur eine Notiz"})
    assert refused.status_code == 422
    assert "Nur eine Notiz" in refused.content.decode()
    assert stored(assessment) == {}


def test_a_level_that_does_not_exist_is_refused(coordinator: Client, assessment: Assessment) -> None:
    assert coordinator.post(url("then", assessment, "d5"), {"rating-d5_01": "7"}).status_code == 422


def test_once_handed_in_it_can_be_read_alone(coordinator: Client, assessment: Assessment) -> None:
    rate(assessment, {"d5_01": Rating(0)})
    municipality = assessment.municipality
    person = factories.person(municipality, Role.COORDINATOR)
    with scope.enter(scope.municipality(municipality)):
        Assessment.objects.filter(pk=assessment.pk).update(
            state="in_review", submitted_at=timezone.now(), submitted_by=person
        )
    page = url("then", assessment, "d5")
    assert "disabled" in coordinator.get(page).content.decode()
    coordinator.post(page, {"rating-d5_01": "4"})
    assert stored(assessment) == {"d5_01": (0, False, "")}


def test_a_contributor_sees_only_the_sections_that_were_given(municipality: Municipality) -> None:
    assessment = two_sections(municipality)
    client = signed_in(give(assessment, "d1"))
    html = client.get(url("then-overview", assessment)).content.decode()
    assert url("then", assessment, "d1") in html and url("then", assessment, "d2") not in html
    assert client.get(url("then", assessment, "d2")).status_code == 403
    assert client.post(url("then", assessment, "d2"), {"rating-d2_01": "1"}).status_code == 403
    assert client.post(url("then", assessment, "d1"), {"rating-d1_01": "1"}).status_code == 303


def test_whom_single_items_were_given_rates_those_alone(municipality: Municipality) -> None:
    assessment = two_sections(municipality)
    client = signed_in(give(assessment, "d1", "d1_02"))
    page = url("then", assessment, "d1")
    html = client.get(page).content.decode()
    assert "rating-d1_02" in html and "rating-d1_01" not in html
    assert client.post(page, {"rating-d1_01": "4", "rating-d1_02": "1"}).status_code == 303
    assert stored(assessment) == {"d1_02": (1, False, "")}


def test_the_signatory_reads_and_does_not_rate(assessment: Assessment) -> None:
    client = signed_in(factories.person(assessment.municipality, Role.SIGNATORY))
    assert client.get(url("then", assessment, "d5")).status_code == 200
    assert client.post(url("then", assessment, "d5"), {"rating-d5_01": "1"}).status_code == 403


def test_a_wave_without_then_test_has_no_such_page(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    assert client.get(url("then-overview", assessment)).status_code == 404
    assert client.get(url("then", assessment, "d5")).status_code == 404


def test_without_a_wave_before_the_overview_says_so(municipality: Municipality) -> None:
    wave = earlier.wave("T0", earlier.version("1"), then_test=True)
    assessment = factories.started(municipality, wave)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    assert b"app-empty" in client.get(url("then-overview", assessment)).content
    assert client.get(url("then", assessment, "d5")).status_code == 404


def test_the_page_keeps_to_its_queries(coordinator: Client, assessment: Assessment) -> None:
    coordinator.get(url("then", assessment, "d5"))
    with at_most(14):
        coordinator.get(url("then", assessment, "d5"))
