"""The examples are worked by hand; the sums stand beside them."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.instruments.scoring import DATA, GAP, ScoredItem, Special, answer_of, needs, score, score_dimension


def item(name: str, answer: int | Special, weight: int = 1, **fields: object) -> ScoredItem:
    return ScoredItem(name, 5, answer, weight, **fields)  # type: ignore[arg-type]


def test_the_value_is_the_weighted_mean_of_the_levels() -> None:
    # (1×3/4 + 2×1/4) / (1+2) = (3/4 + 2/4) / 3 = 5/12
    result = score_dimension(5, [item("a", 3, 1), item("b", 1, 2)])
    assert result.value == result.low == result.high == F(5, 12)
    assert result.coverage == 1


def test_what_is_outside_the_municipality_leaves_the_denominator() -> None:
    # Only a (weight 1, level 4) and b (weight 1, level 2) are left: (1 + 1/2) / 2 = 3/4
    result = score_dimension(
        5,
        [
            item("a", 4),
            item("b", 2),
            item("c", Special.NOT_COMPETENT, 5),
            item("d", Special.DONE_FOR_US, 5),
            item("e", Special.FILTERED, 5),
            item("f", 0, 5, competence_held=False),
        ],
    )
    assert result.value == F(3, 4)
    assert (result.counted, result.not_competent, result.done_for_us, result.filtered) == (2, 2, 1, 1)
    assert result.coverage == 1


def test_what_is_not_known_widens_the_bounds() -> None:
    # D = 2+1+1+1 = 5, K = 2: value = (2×2/4)/2 = 1/2; low = 1/5; high = (1+3)/5 = 4/5
    result = score_dimension(
        5,
        [
            item("a", 2, 2),
            item("b", Special.UNKNOWN),
            item("c", Special.REFUSED),
            item("d", Special.UNANSWERED),
        ],
    )
    assert (result.value, result.low, result.high) == (F(1, 2), F(1, 5), F(4, 5))
    assert result.coverage == F(2, 5)
    assert (result.share_unknown, result.share_refused, result.share_unanswered) == (F(1, 5),) * 3
    assert (result.unknown, result.refused, result.unanswered) == (1, 1, 1)
    assert not result.complete


def test_nothing_known_has_bounds_but_no_value() -> None:
    result = score_dimension(5, [item("a", Special.UNKNOWN), item("b", Special.UNKNOWN)])
    assert result.value is None
    assert (result.low, result.high, result.coverage, result.share_unknown) == (0, 1, 0, 1)


def test_a_dimension_wholly_outside_the_competence_has_neither() -> None:
    result = score_dimension(5, [item("a", Special.NOT_COMPETENT), item("b", 3, competence_held=False)])
    assert (result.value, result.low, result.high, result.coverage) == (None, None, None, None)
    assert result.complete


def test_evidence_is_asked_of_what_is_there() -> None:
    # Level 0 has nothing to prove; of a (weight 3) and b (weight 1) only a is proven: 3/4
    result = score_dimension(5, [item("a", 3, 3, has_evidence=True), item("b", 4), item("c", 0, 9), item("d", 0)])
    assert result.share_with_evidence == F(3, 4)
    assert result.without_evidence == ("b",)


def test_dimensions_are_scored_apart_and_never_added_up() -> None:
    results = score([ScoredItem("b", 2, 4), ScoredItem("a", 1, 0)])
    assert [(result.dimension, result.value) for result in results] == [(1, F(0)), (2, F(1))]


def test_needs_are_gaps_and_missing_knowledge_in_order() -> None:
    found = needs(
        [
            item("small", 2, 1),  # 1 × 1
            item("big", 0, 2),  # 2 × 3 = 6
            item("heavy", 2, 5),  # 5 × 1 = 5
            item("asked", Special.UNKNOWN, 3),  # counted as a gap of one: 3
            item("done", 3, 9),
            item("refused", Special.REFUSED, 9),
            item("later", Special.UNANSWERED, 9),
            item("not ours", Special.NOT_COMPETENT, 9),
            item("not held", 0, 9, competence_held=False),
            item("lower target", 2, 9, target=2),
        ]
    )
    assert [(need.rank, need.item, need.kind, need.gap) for need in found] == [
        (1, "big", GAP, 3),
        (2, "heavy", GAP, 1),
        (3, "asked", DATA, 0),
        (4, "small", GAP, 1),
    ]


def test_stored_values_become_answers() -> None:
    assert answer_of("3") == 3
    assert answer_of("done_for_us") is Special.DONE_FOR_US
    assert answer_of("") is Special.UNANSWERED
    assert answer_of("3", relevant=False) is Special.FILTERED
    with pytest.raises(ValueError):
        answer_of("vielleicht")


@pytest.mark.parametrize("fields", [{"answer": 5}, {"answer": -1}, {"weight": 0}, {"target": 5}])
def test_impossible_items_are_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        ScoredItem(**{"name": "a", "dimension": 1, "answer": 1, **fields})  # type: ignore[arg-type]


items = st.builds(
    ScoredItem,
    name=st.just("x"),
    dimension=st.just(1),
    answer=st.one_of(st.integers(0, 4), st.sampled_from(Special)),
    weight=st.integers(1, 9),
    competence_held=st.booleans(),
    has_evidence=st.booleans(),
)


@given(st.lists(items, min_size=1, max_size=12))
def test_bounds_and_shares_always_fit_together(drawn: list[ScoredItem]) -> None:
    result = score_dimension(1, drawn)
    places = result.not_competent + result.done_for_us + result.filtered + result.counted
    assert places == result.items == len(drawn)
    if result.coverage is None:
        assert result.low is result.high is result.value is None
        return
    assert result.low is not None and result.high is not None
    assert 0 <= result.low <= result.high <= 1
    assert result.high - result.low == 1 - result.coverage
    shares = [result.share_unknown, result.share_refused, result.share_unanswered]
    assert result.coverage + sum(share for share in shares if share is not None) == 1
    if result.value is not None:
        assert result.low <= result.value <= result.high
