"""Change between two waves, by examples worked by hand: only what can be compared is compared."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from apps.assessments import changes, queries, queries_previous
from apps.assessments.changes import Changes, Kind
from apps.assessments.models import Assessment, ThenRating
from apps.core import scope
from apps.instruments.queries import load_compiled
from apps.municipalities.models import Municipality
from tests.assessments import earlier, factories
from tests.assessments.earlier import NOW
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


def changes_of(assessment: Assessment) -> Changes:
    with scope.enter(scope.municipality(assessment.municipality)):
        previous = queries_previous.previous(assessment)
        assert previous is not None
        return changes.of(previous, queries.read(assessment))


def kinds(found: Changes) -> dict[str, tuple[str, int | None]]:
    return {change.name or f"({change.earlier})": (change.kind.value, change.steps) for change in found.items}


def test_each_item_says_what_became_of_it(municipality: Municipality) -> None:
    found = changes_of(earlier.two_waves(municipality, NOW))
    assert kinds(found) == {
        "d5_01": ("raised", 1),
        "d5_02": ("lowered", -1),
        "d5_13": ("known", None),
        "d5_05": ("new", None),
        "d5_06": ("new", None),
        "(d5_04)": ("dropped", None),
        "(d5_05)": ("dropped", None),
    }
    assert [change.comparability for change in found.items] == [
        "same", "comparable", "same", "new", "new", "dropped", "dropped",
    ]  # fmt: skip


def test_the_numbers_add_up_over_all_items(municipality: Municipality) -> None:
    counts = changes_of(earlier.two_waves(municipality, NOW)).counts
    assert counts == changes.Counts(raised=1, lowered=1, same=0, became_known=1, not_comparable=0, new=2, dropped=2)


def test_a_dimension_rests_on_the_items_with_a_level_both_times(municipality: Municipality) -> None:
    """d5_01 (weight 1): 1 → 2; d5_02 (weight 2): 2 → 1. Before (1·1 + 2·2)/(4·3), now (1·2 + 2·1)/(4·3)."""
    (dimension,) = changes_of(earlier.two_waves(municipality, NOW)).dimensions
    assert (dimension.before, dimension.now) == (Fraction(5, 12), Fraction(4, 12))
    assert dimension.difference == Fraction(-1, 12)
    assert (dimension.compared, dimension.comparable, dimension.new, dimension.dropped) == (2, 3, 2, 2)


def test_without_a_pair_of_levels_a_dimension_has_no_values(municipality: Municipality) -> None:
    (dimension,) = changes_of(earlier.two_waves(municipality, {"d5_06": "4"})).dimensions
    assert (dimension.before, dimension.now, dimension.difference, dimension.compared) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"d5_01": "1"}, ("same", 0)),
        ({"d5_01": "4"}, ("raised", 3)),
        ({"d5_01": "0"}, ("lowered", -1)),
        ({"d5_01": "unknown"}, ("unknown", None)),
        ({"d5_01": "not_competent"}, ("not_comparable", None)),
        ({"d5_01": "refused"}, ("not_comparable", None)),
        ({}, ("open", None)),
    ],
)
def test_from_level_one_to(municipality: Municipality, answers: Mapping[str, Any], expected: Any) -> None:
    assert kinds(changes_of(earlier.two_waves(municipality, answers)))["d5_01"] == expected


def test_unknown_twice_is_the_same_and_counts_for_no_value(municipality: Municipality) -> None:
    found = changes_of(earlier.two_waves(municipality, {"d5_13": "unknown"}))
    assert kinds(found)["d5_13"] == ("same", None)
    assert found.dimensions[0].compared == 0


def test_an_item_that_was_not_answered_before_is_newly_answered(municipality: Municipality) -> None:
    with_gap = {name: value for name, value in earlier.BEFORE.items() if name != "d5_01"}
    factories.signed(municipality, earlier.wave("T0", earlier.version("1")), answers=with_gap)
    assessment = factories.started(municipality, earlier.wave("T1", earlier.version("2")))
    factories.save(assessment, NOW)
    found = changes_of(earlier.fresh(assessment))
    assert kinds(found)["d5_01"] == ("answered", None)
    assert found.counts.not_comparable == 1


def test_over_three_versions_the_weakest_tie_counts(municipality: Municipality) -> None:
    """Version 2 had no wave here: 01 is same, then comparable; 03 is renamed twice; 05 was cut off in version 2."""
    factories.signed(municipality, earlier.wave("T0", earlier.version("1")), answers=earlier.BEFORE)
    earlier.version("2")
    assessment = factories.started(municipality, earlier.wave("T1", earlier.version("3")))
    factories.save(assessment, {"d5_01": "3", "d5_02": "2", "d5_23": "1", "d5_05": "2"})
    found = changes_of(earlier.fresh(assessment))
    ties = {change.name: (change.earlier, change.comparability) for change in found.items if change.name}
    assert ties == {
        "d5_01": ("d5_01", "comparable"),
        "d5_02": ("d5_02", "comparable"),
        "d5_23": ("d5_03", "same"),
        "d5_05": ("", "new"),
        "d5_06": ("", "new"),
    }
    assert kinds(found)["d5_23"] == ("known", None)
    assert {change.earlier for change in found.of_kind(Kind.DROPPED)} == {"d5_04", "d5_05"}


def test_the_biggest_steps_of_a_kind_come_first(municipality: Municipality) -> None:
    found = changes_of(earlier.two_waves(municipality, {"d5_01": "2", "d5_02": "4"}))
    assert [change.name for change in found.of_kind(Kind.RAISED)] == ["d5_02", "d5_01"]


def test_what_is_no_longer_within_the_competences_cannot_be_compared(municipality: Municipality) -> None:
    version = factories.published_version()
    old = factories.wave("T0", instrument_version=version, opens_on=date(2025, 11, 1))
    factories.signed(municipality, old)
    assessment = factories.started(municipality, factories.wave("T1", instrument_version=version))
    answers = {**factories.full_answers(), "competences": ("none",)}
    factories.save(assessment, answers)
    found = changes_of(earlier.fresh(assessment))
    apart = found.of_kind(Kind.NOT_COMPARABLE)
    assert apart and all(change.now is None and change.item.competence for change in apart)
    assert found.counts.same == len(found.items) - len(apart)


def test_a_wave_in_another_profile_compares_what_both_asked(municipality: Municipality) -> None:
    version = factories.published_version()
    items = load_compiled(version).form.items
    answers = factories.full_answers()
    names = {name for name in answers if not items[name].profiles or "basis" in items[name].profiles}
    old = factories.wave("T0", instrument_version=version, profile="basis", opens_on=date(2025, 11, 1))
    factories.signed(municipality, old, answers={name: answers[name] for name in answers if name in names})
    assessment = factories.answered(municipality, factories.wave("T1", instrument_version=version))
    found = changes_of(earlier.fresh(assessment))
    assert {change.kind for change in found.items} == {Kind.SAME, Kind.ANSWERED}
    assert {change.name for change in found.of_kind(Kind.SAME)} == {name for name in names if items[name].is_level}


def test_the_first_assessment_has_none_before_it(municipality: Municipality) -> None:
    assessment = earlier.fresh(factories.started(municipality, earlier.wave("T0", earlier.version("1"))))
    with at_most(1):
        assert earlier.compare_with(assessment) is None


def test_only_what_was_signed_counts_as_the_wave_before(municipality: Municipality) -> None:
    factories.answered(municipality, earlier.wave("T0", earlier.version("1")), answers=earlier.BEFORE)
    assessment = earlier.fresh(factories.started(municipality, earlier.wave("T1", earlier.version("2"))))
    assert earlier.compare_with(assessment) is None


def test_the_assessment_before_is_never_another_municipalitys(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    factories.signed(other_municipality, earlier.wave("T0", earlier.version("1")), answers=earlier.BEFORE)
    assessment = earlier.fresh(factories.started(municipality, earlier.wave("T1", earlier.version("2"))))
    assert earlier.compare_with(assessment) is None


def rating(level: int | None) -> ThenRating:
    return ThenRating(level=level, is_unknown=level is None)


def test_in_hindsight_a_dimension_rests_on_the_items_with_a_level_in_all_three(municipality: Municipality) -> None:
    """Then d5_01: 0 and d5_02: 2, so (1·0 + 2·2)/(4·3) instead of (1·1 + 2·2)/(4·3)."""
    assessment = earlier.two_waves(municipality, NOW)
    ratings = {"d5_01": rating(0), "d5_02": rating(2), "d5_13": rating(None)}
    with scope.enter(scope.municipality(municipality)):
        reading = queries.read(assessment)
    (score,) = changes.in_hindsight(changes_of(assessment), reading, ratings)
    assert (score.before, score.then, score.now) == (Fraction(5, 12), Fraction(4, 12), Fraction(4, 12))
    assert (score.shift, score.compared, score.rated) == (Fraction(-1, 12), 2, 3)


def test_without_ratings_there_is_nothing_in_hindsight(municipality: Municipality) -> None:
    assessment = earlier.two_waves(municipality, NOW)
    with scope.enter(scope.municipality(municipality)):
        assert changes.in_hindsight(changes_of(assessment), queries.read(assessment), {}) == []
