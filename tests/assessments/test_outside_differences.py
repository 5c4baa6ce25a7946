"""Readings from outside beside the municipality's own answers: the pure comparison, and who sees it when."""

import re

import pytest
from django.test import Client
from django.utils import translation

from apps.assessments import queries, queries_outside
from apps.assessments.differences import NOT_COMPARABLE, Counts, Difference, Found, Kind, biggest, compare, count
from apps.assessments.models import Assessment
from apps.assessments.pages_outside import words
from apps.assessments.queries_outside import OutsideSummary
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.test_delegation import give
from tests.assessments.test_outside import (
    ADVICE,
    OUTSIDE_NOTE,
    SECRET_NOTE,
    THEIRS,
    address,
    answer,
    assessment,
    coordinator,
    invite,
    latest_token,
    only,
    submitted,
    token,
    withdraw,
    without_what_changes,
)
from tests.assessments.test_pages import fields, signed_in, url
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most

__all__ = ["assessment", "coordinator", "token"]  # fixtures
pytestmark = pytest.mark.django_db


# --- The difference of two answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "outside", "expected"),
    [
        ("3", "1", Difference(Kind.LOWER, -2)),
        ("2", "2", Difference(Kind.EQUAL, 0)),
        ("0", "4", Difference(Kind.HIGHER, 4)),
        ("", "2", NOT_COMPARABLE),
        ("2", "", NOT_COMPARABLE),
        ("unknown", "2", NOT_COMPARABLE),
        ("2", "refused", NOT_COMPARABLE),
        ("unknown", "unknown", NOT_COMPARABLE),
        ("filtered", "0", NOT_COMPARABLE),
    ],
)
def test_only_levels_are_compared(own: str, outside: str, expected: Difference) -> None:
    assert compare(own, outside) == expected


def test_items_are_counted_by_how_they_look_from_outside() -> None:
    pairs = [("3", "1"), ("3", "2"), ("1", "1"), ("0", "1"), ("", "1")]
    assert count(compare(*pair) for pair in pairs) == Counts(lower=2, equal=1, higher=1, not_comparable=1)
    assert count([]) == Counts()


def test_the_biggest_differences_come_first_and_small_ones_not_at_all() -> None:
    found = [Found(name, compare(own, out)) for name, own, out in
             [("a", "2", "1"), ("b", "4", "2"), ("c", "0", "4"), ("d", "3", "1"), ("e", "", "1")]]  # fmt: skip
    assert [entry.where for entry in biggest(found)] == ["c", "b", "d"]
    assert [entry.where for entry in biggest(found, at_most=1)] == ["c"]


def test_a_difference_has_a_sign_and_words() -> None:
    with translation.override("en"):
        assert words(Difference(Kind.LOWER, -2)) == "−2: outside sees it 2 levels lower"
        assert words(Difference(Kind.HIGHER, 1)) == "+1: outside sees it 1 level higher"
        assert words(Difference(Kind.EQUAL, 0)) == "±0: outside sees the same level"
        assert words(NOT_COMPARABLE) == "not comparable"


# --- The comparison -----------------------------------------------------------------------------------------------

OWN = {"d1_01": "3", "d1_02": "2", "d1_03": "unknown", "d2_01": "0"}


def test_before_handing_in_the_municipality_sees_nothing_of_the_answers(
    municipality: Municipality, assessment: Assessment, token: str, coordinator: Client
) -> None:
    factories.save(assessment, OWN)
    names = ["outside", "outside-differences", "detail", "check", "result", "delegations"]
    pages = [*(url(name, assessment) for name in names), url("section", assessment, "d1")]

    def shown() -> list[str]:
        found = [coordinator.get(page).content.decode() for page in pages]
        return [without_what_changes(one) for one in found]

    before = shown()
    answer(municipality, only(municipality), THEIRS, note=OUTSIDE_NOTE)
    after = shown()
    assert not any(OUTSIDE_NOTE in page for page in after)
    assert after == before
    with scope.enter(scope.municipality(municipality)):
        assert queries_outside.submitted_answers(assessment) == []
        assert queries_outside.summary(assessment) == OutsideSummary(0, 0)


def test_each_item_stands_beside_the_own_answer_with_its_difference(
    municipality: Municipality, assessment: Assessment
) -> None:
    factories.save(assessment, OWN, note=SECRET_NOTE)
    submitted(assessment, THEIRS, note=OUTSIDE_NOTE)
    submitted(assessment, {"d1_01": "4"}, organisation="Migrationsbeirat", email="beirat@example.org")
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    client.cookies["django_language"] = "en"
    shown = client.get(url("outside-differences", assessment)).content.decode()
    row = re.search(r'id="item-d1_01">.*?</tr>', shown, re.S)[0]  # type: ignore[index]
    assert "−2: outside sees it 2 levels lower" in row
    assert "+1: outside sees it 1 level higher" in row
    assert OUTSIDE_NOTE in row
    assert SECRET_NOTE in row
    assert "±0" in re.search(r'id="item-d1_02">.*?</tr>', shown, re.S)[0]  # type: ignore[index]
    assert "not comparable" in re.search(r'id="item-d1_03">.*?</tr>', shown, re.S)[0]  # type: ignore[index]
    top = re.search(r"The biggest differences.*?</ul>", shown, re.S)[0]  # type: ignore[index]
    assert top.index("item-d2_01") < top.index("item-d1_01")
    assert "item-d1_02" not in top
    with scope.enter(scope.municipality(municipality)):
        assert queries_outside.summary(queries.assessments().get()) == OutsideSummary(2, 2)


def test_a_withdrawn_reading_leaves_the_comparison(municipality: Municipality, assessment: Assessment) -> None:
    row = submitted(assessment, THEIRS, note=OUTSIDE_NOTE)
    withdraw(municipality, row)
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    shown = client.get(url("outside-differences", assessment)).content.decode()
    assert OUTSIDE_NOTE not in shown
    assert ADVICE["organisation"] not in shown


def test_a_level_that_is_no_longer_asked_is_not_compared(municipality: Municipality, assessment: Assessment) -> None:
    factories.save(assessment, factories.full_answers(["4"]))
    with scope.enter(scope.municipality(municipality)):
        own = queries.read(queries.assessments().get())
    item = next(item for item in own.questionnaire.form.level_items if item.competence)
    submitted(assessment, {item.name: "0"})
    with scope.enter(scope.municipality(municipality)):
        assert queries_outside.summary(queries.assessments().get()).differing == 1
    others = [name for name in factories.CONTEXT["competences"] if name != item.competence]
    factories.save(assessment, {"competences": others})
    with scope.enter(scope.municipality(municipality)):
        fresh = queries.assessments().get()
        assert queries_outside.own_answer(queries.read(fresh), item) == "not_competent"
        assert queries_outside.summary(fresh).differing == 0


@pytest.mark.parametrize("who", [Role.SIGNATORY, Role.CONTRIBUTOR, "staff", Role.EMPLOYEE])
def test_signatory_contributors_and_project_team_read_the_comparison(
    municipality: Municipality, assessment: Assessment, who: str
) -> None:
    factories.save(assessment, OWN)
    submitted(assessment, THEIRS)
    client = signed_in(UserFactory(staff=True) if who == "staff" else member(municipality, who))
    response = client.get(url("outside-differences", assessment))
    assert response.status_code == (403 if who == Role.EMPLOYEE else 200)
    assert (b"item-d1_01" in response.content) == (who != Role.EMPLOYEE)


def test_a_contributor_sees_the_rows_of_the_given_sections_alone(
    municipality: Municipality, assessment: Assessment
) -> None:
    factories.save(assessment, OWN)
    submitted(assessment, THEIRS, note=OUTSIDE_NOTE)
    contributor = member(municipality, Role.CONTRIBUTOR)
    give(assessment, "d1", user=contributor)
    shown = signed_in(contributor).get(url("outside-differences", assessment)).content.decode()
    assert "item-d1_01" in shown
    assert "d2_" not in shown
    assert shown.count("item-d1_01") == 2  # its row, and among the biggest: that of d2 is not there


def test_without_a_reading_the_page_says_so(assessment: Assessment, coordinator: Client) -> None:
    response = coordinator.get(url("outside-differences", assessment))
    assert response.status_code == 200
    assert b"<table" not in response.content


# --- Queries ------------------------------------------------------------------------------------------------------


def test_the_pages_keep_to_their_queries(municipality: Municipality, assessment: Assessment, client: Client) -> None:
    factories.save(assessment, factories.full_answers())
    for number in range(3):
        submitted(assessment, THEIRS, email=f"post@o{number}.example")
    invite(assessment)
    token = latest_token(municipality)
    overview, here = address(municipality, token), address(municipality, token, "section", "d1")
    client.get(overview)
    for page in (overview, here, address(municipality, token, "submit")):
        with at_most(5):
            assert client.get(page).status_code == 200
    sent = {**fields(client, here), **{f"answer-d1_0{number}": "2" for number in range(1, 8)}}
    with at_most(9):
        assert client.post(here, sent).status_code == 303
    coordinator = signed_in(factories.person(municipality, Role.COORDINATOR))
    for name in ("outside", "outside-differences"):
        coordinator.get(url(name, assessment))
        with at_most(10):
            assert coordinator.get(url(name, assessment)).status_code == 200
