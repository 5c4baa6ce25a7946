"""From needs to suggestions: when a rule fits, what is gathered, in which order, with which reasons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.assessments.queries_needs import OpenNeed
from apps.recommendations.matching import Rule, Suggestion, suggest, unanswered

ASSESSMENT = UUID(int=1)
STANDARD = {ASSESSMENT: "standard"}


def need(item: str = "d5_03", *, number: int = 1, **fields: Any) -> OpenNeed:
    values: dict[str, Any] = {
        "need_id": UUID(int=number * 1000 + int(item[1:].replace("_", ""))),
        "municipality_id": UUID(int=2),
        "kind": "gap",
        "item": item,
        "instrument": "kfa",
        "version_id": UUID(int=3),
        "dimension": 5,
        "level": 1,
        "target": 3,
        "weight": 1,
        "priority": "",
        "assessment_id": ASSESSMENT,
        "routine_check_id": None,
        **fields,
    }
    return OpenNeed(**values)


def unknown(item: str = "d5_03", **fields: Any) -> OpenNeed:
    return need(item, kind="data", level=None, **fields)


def of_routine(item: str = "d5_03", **fields: Any) -> OpenNeed:
    source = {"assessment_id": None, "routine_check_id": UUID(int=4)}
    return need(item, kind="routine", level=None, target=None, **source, **fields)


def rule(item: str = "d5_03", recommendation: int | None = 1, **fields: Any) -> Rule:
    return Rule(**{"instrument": "kfa", "item": item, "threshold": 2, "recommendation": recommendation, **fields})


def suggested(needs: Sequence[OpenNeed], rules: Sequence[Rule], **given: Any) -> list[Suggestion]:
    return suggest(needs, rules, **{"competences": None, "profiles": STANDARD, **given})


def numbers(found: Sequence[Suggestion]) -> list[int | None]:
    return [each.recommendation for each in found]


@pytest.mark.parametrize(
    ("a_need", "a_rule", "given_", "fits"),
    [
        pytest.param(need(level=2), rule(threshold=2), {}, True, id="at the threshold"),
        pytest.param(need(level=0), rule(threshold=2), {}, True, id="below the threshold"),
        pytest.param(need(level=2), rule(threshold=1), {}, False, id="above the threshold"),
        pytest.param(need(), rule("d5_04"), {}, False, id="another item"),
        pytest.param(need(instrument="other"), rule(), {}, False, id="another questionnaire"),
        pytest.param(unknown(), rule(on_unknown=True), {}, True, id="unknown, and the rule wants it"),
        pytest.param(unknown(), rule(on_unknown=False), {}, False, id="unknown, and the rule does not"),
        pytest.param(need(), rule(profiles=("standard", "basis")), {}, True, id="in one of the profiles"),
        pytest.param(need(), rule(profiles=("basis",)), {}, False, id="in another profile"),
        pytest.param(need(), rule(competence="housing"), {"competences": {"housing"}}, True, id="competence held"),
        pytest.param(need(), rule(competence="housing"), {"competences": set()}, False, id="competence not held"),
        pytest.param(need(), rule(competence="housing"), {"competences": None}, True, id="competences unconfirmed"),
        pytest.param(of_routine(), rule(threshold=0), {}, True, id="a routine has no level"),
        pytest.param(of_routine(), rule(profiles=("standard",)), {}, False, id="a routine has no profile"),
    ],
)
def test_when_a_rule_fits_a_need(a_need: OpenNeed, a_rule: Rule, given_: dict[str, Any], fits: bool) -> None:
    assert bool(suggested([a_need], [a_rule], **given_)) is fits


def test_needs_and_modules_are_gathered_per_recommendation() -> None:
    rules = [
        rule("d5_03", module="grundlagen"),
        rule("d5_04", module="beschwerde-fuehren"),
        rule("d5_05", module="grundlagen"),
    ]
    (found,) = suggested([need("d5_03"), need("d5_04"), need("d5_05")], rules)
    assert [reason.need.item for reason in found.reasons] == ["d5_03", "d5_04", "d5_05"]
    assert found.modules == ("grundlagen", "beschwerde-fuehren")


def test_a_rule_without_a_recommendation_suggests_its_module_alone() -> None:
    found = suggested([need()], [rule(), rule(recommendation=None, module="empowerment")])
    assert numbers(found) == [1, None]
    assert found[1].modules == ("empowerment",)


def test_a_need_that_two_rules_of_a_recommendation_fit_is_one_reason() -> None:
    (found,) = suggested([need()], [rule(module="grundlagen", priority=2), rule(module="empowerment", priority=1)])
    assert [reason.rule.module for reason in found.reasons] == ["empowerment"]
    assert set(found.modules) == {"grundlagen", "empowerment"}


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        pytest.param({}, {}, (3, 1), id="priority of the rule"),
        pytest.param({"priority": "low"}, {"priority": "high"}, (2, 2), id="the municipality's own priority"),
        pytest.param({"priority": "not_now"}, {"priority": ""}, (2, 2), id="not now comes last"),
        pytest.param({"weight": 1}, {"weight": 2}, (2, 2), id="weight of the item"),
        pytest.param({"level": 2}, {"level": 0}, (2, 2), id="distance from the target"),
        pytest.param({"priority": "high", "weight": 3}, {"priority": "low"}, (2, 1), id="the rule before everything"),
    ],
)
def test_what_presses_more_comes_first(first: dict[str, Any], second: dict[str, Any], rules: tuple[int, int]) -> None:
    given_rules = [rule("d5_03", 1, priority=rules[0]), rule("d5_04", 2, priority=rules[1])]
    found = suggested([need("d5_03", **first), need("d5_04", **second)], given_rules)
    assert numbers(found) == [2, 1]


def test_equals_come_by_number() -> None:
    assert numbers(suggested([need()], [rule(recommendation=7), rule(recommendation=3)])) == [3, 7]


def test_a_prerequisite_comes_before_what_builds_on_it_even_when_it_presses_less() -> None:
    rules = [rule("d5_03", 1, prerequisite=2, priority=1), rule("d5_04", 2, priority=3)]
    found = suggested([need("d5_03"), need("d5_04")], rules)
    assert numbers(found) == [2, 1]
    assert found[1].first == (2,)
    assert [reason.needed_for for reason in found[0].reasons] == [None]


def test_a_prerequisite_is_added_when_no_need_suggests_it() -> None:
    found = suggested([need()], [rule(recommendation=1, prerequisite=9, module="grundlagen")])
    assert numbers(found) == [9, 1]
    (reason,) = found[0].reasons
    assert found[0].only_comes_before and not found[1].only_comes_before
    assert (reason.needed_for, reason.need.item) == (1, "d5_03")
    assert found[0].modules == ()


def test_prerequisites_of_prerequisites_come_first_of_all() -> None:
    rules = [
        rule("d5_03", 1, prerequisite=2, priority=1),
        rule("d5_04", 2, prerequisite=3, priority=2),
        rule("d5_05", 3, priority=3),
    ]
    assert numbers(suggested([need("d5_03"), need("d5_04"), need("d5_05")], rules)) == [3, 2, 1]


def test_rules_that_go_round_in_a_circle_lose_nothing() -> None:
    rules = [rule("d5_03", 1, prerequisite=2), rule("d5_04", 2, prerequisite=1)]
    assert sorted(numbers(suggested([need("d5_03"), need("d5_04")], rules)), key=str) == [1, 2]


def test_the_same_rule_twice_suggests_once() -> None:
    (found,) = suggested([need()], [rule(), rule()])
    assert len(found.reasons) == 1


def test_what_no_rule_answers_is_named() -> None:
    needs = [need("d5_03"), need("d5_04")]
    assert unanswered(needs, suggested(needs, [rule("d5_03")])) == [needs[1]]


ITEMS = [f"d5_0{number}" for number in range(1, 6)]
NEEDS = st.builds(
    lambda item, number, level, kind, priority, weight: replace(
        {"gap": need, "data": unknown, "routine": of_routine}[kind](item, number=number),
        level=level if kind == "gap" else None,
        priority=priority,
        weight=weight,
    ),
    st.sampled_from(ITEMS),
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from(["gap", "data", "routine"]),
    st.sampled_from(["", "high", "medium", "low", "not_now"]),
    st.integers(1, 3),
)
RULES = st.builds(
    rule,
    st.sampled_from(ITEMS),
    st.one_of(st.none(), st.integers(1, 5)),
    threshold=st.integers(0, 3),
    on_unknown=st.booleans(),
    module=st.sampled_from(["grundlagen", "empowerment"]),
    priority=st.integers(1, 3),
    prerequisite=st.one_of(st.none(), st.integers(1, 5)),
    competence=st.sampled_from(["", "housing"]),
)


@given(st.lists(NEEDS, max_size=8, unique_by=lambda each: each.need_id), st.lists(RULES, max_size=12), st.booleans())
def test_a_suggestion_is_never_without_a_reason_and_never_there_twice(
    needs: list[OpenNeed], rules: list[Rule], has_housing: bool
) -> None:
    held = {"housing"} if has_housing else set()
    found = suggested(needs, rules, competences=held)
    keys = [(each.recommendation, each.modules if each.recommendation is None else ()) for each in found]
    assert len(keys) == len(set(keys))
    for each in found:
        assert each.reasons
        reasons = [(reason.need.need_id, reason.needed_for) for reason in each.reasons]
        assert len(reasons) == len(set(reasons))
        for reason in each.reasons:
            assert reason.rule.fits(
                reason.need, competences=held, profile="standard" if reason.need.assessment_id else ""
            )
            assert reason.needed_for is None or reason.rule.prerequisite == each.recommendation
        assert set(each.first) <= {other.recommendation for other in found}


@given(st.lists(NEEDS, max_size=6, unique_by=lambda each: each.need_id), st.lists(RULES, max_size=10))
def test_without_circles_every_prerequisite_stands_earlier(needs: list[OpenNeed], rules: list[Rule]) -> None:
    upwards = [
        each
        for each in rules
        if each.recommendation is None or each.prerequisite is None or each.prerequisite < each.recommendation
    ]
    found = suggested(needs, upwards)
    places = {each.recommendation: place for place, each in enumerate(found)}
    for each in found:
        assert all(places[number] < places[each.recommendation] for number in each.first)


@given(st.lists(NEEDS, max_size=6, unique_by=lambda each: each.need_id), st.lists(RULES, max_size=8), st.randoms())
def test_the_order_of_the_rules_does_not_matter(needs: list[OpenNeed], rules: list[Rule], chance: Any) -> None:
    shuffled = list(rules)
    chance.shuffle(shuffled)
    assert numbers(suggested(needs, rules)) == numbers(suggested(needs, shuffled))
