"""What the rules cover and what they leave open. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from apps.recommendations.matching import Rule
from apps.recommendations.queries_rules import Place, PublishedItem, Successor, Titled

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule with its key and the field of action it belongs to: its item's, else its recommendation's."""

    key: UUID
    rule: Rule
    dimension: int | None


@dataclass(frozen=True, slots=True)
class LostRule:
    """A rule whose item is not in the published questionnaire any more.

    successor: what the concordance says became of it; None where it says nothing (never there, or no version is
    published).
    """

    stored: StoredRule
    successor: Successor | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is left open.

    items_without: items that no rule leads from to a recommendation. without_rule and without_training:
    recommendations. missing_modules: rules that name a module that nobody can take yet. lost: see LostRule.
    """

    items: tuple[PublishedItem, ...]
    items_without: tuple[PublishedItem, ...]
    recommendations: tuple[Titled, ...]
    without_rule: tuple[Titled, ...]
    without_training: tuple[Titled, ...]
    missing_modules: tuple[StoredRule, ...]
    lost: tuple[LostRule, ...]

    @property
    def answered(self) -> int:
        return len(self.items) - len(self.items_without)

    @property
    def is_complete(self) -> bool:
        """Nothing is left open but modules that are still to be written."""
        return not (self.items_without or self.without_rule or self.without_training or self.lost)


def coverage(
    items: Mapping[Place, PublishedItem],
    recommendations: Mapping[int, Titled],
    rules: Mapping[UUID, Rule],
    *,
    successors: Mapping[Place, Successor],
    existing_modules: Collection[str],
) -> Coverage:
    """Compare the rules with what there is to answer, and with what there is to answer it."""
    answered = {(rule.instrument, rule.item) for rule in rules.values() if rule.recommendation is not None}
    led_to = {rule.recommendation for rule in rules.values()}
    trained = {rule.recommendation for rule in rules.values() if rule.module}
    stored = [StoredRule(key, rule, dimension_of(rule, items, recommendations)) for key, rule in rules.items()]
    return Coverage(
        items=tuple(items.values()),
        items_without=tuple(item for place, item in items.items() if place not in answered),
        recommendations=tuple(recommendations.values()),
        without_rule=tuple(each for number, each in recommendations.items() if number not in led_to),
        without_training=tuple(
            each for number, each in recommendations.items() if number not in trained and not each.training
        ),
        missing_modules=tuple(each for each in stored if each.rule.module and each.rule.module not in existing_modules),
        lost=tuple(
            LostRule(each, successors.get((each.rule.instrument, each.rule.item)))
            for each in stored
            if (each.rule.instrument, each.rule.item) not in items
        ),
    )


def dimension_of(rule: Rule, items: Mapping[Place, PublishedItem], recommendations: Mapping[int, Titled]) -> int | None:
    """The field of action a rule belongs to: its item's, else its recommendation's; None where neither tells."""
    item = items.get((rule.instrument, rule.item))
    if item is not None and item.dimension is not None:
        return item.dimension
    answer = recommendations.get(rule.recommendation) if rule.recommendation is not None else None
    return answer.dimension if answer else None


def of_dimension(found: Coverage, dimension: int | None) -> Coverage:
    """The same for one field of action; None: all of it."""
    if dimension is None:
        return found

    def items(rows: Iterable[PublishedItem]) -> tuple[PublishedItem, ...]:
        return tuple(row for row in rows if row.dimension == dimension)

    def recommendations(rows: Iterable[Titled]) -> tuple[Titled, ...]:
        return tuple(row for row in rows if row.dimension == dimension)

    return replace(
        found,
        items=items(found.items),
        items_without=items(found.items_without),
        recommendations=recommendations(found.recommendations),
        without_rule=recommendations(found.without_rule),
        without_training=recommendations(found.without_training),
        missing_modules=tuple(row for row in found.missing_modules if row.dimension == dimension),
        lost=tuple(row for row in found.lost if row.stored.dimension == dimension),
    )


def by_questionnaire(rows: Iterable[PublishedItem]) -> dict[str, list[PublishedItem]]:
    """Items by the title of their questionnaire, in the order they come."""
    return _grouped(rows, lambda item: item.instrument_title)


def by_module(rows: Iterable[StoredRule]) -> dict[str, list[StoredRule]]:
    """Rules by the key of their module, in the order of the keys."""
    return dict(sorted(_grouped(rows, lambda each: each.rule.module).items()))


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
