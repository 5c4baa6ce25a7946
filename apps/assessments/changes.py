"""What has changed between two waves: item by item, dimension by dimension, then-test included. Pure.

Only what can be compared is compared. Per dimension the values of then and now rest on the same items: those that are
the same or comparable in both questionnaires and have a level both times, each with today's weight. They may therefore
differ from the results of either wave, which rest on all items of their own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from apps.assessments.models import ThenRating
from apps.assessments.queries_previous import Previous
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item
from apps.instruments.models import Concordance
from apps.instruments.scoring import HIGHEST_LEVEL, ScoredItem, Special

Comparability = Concordance.Comparability
Answered = int | Special | None


class Kind(StrEnum):
    """What became of an item.

    KNOWN: unknown before, a level now. UNKNOWN: a level before, unknown now. ANSWERED: not asked or not answered
    before. OPEN: not answered yet. NOT_COMPARABLE: both are answered, but one of the two is outside the scale, or the
    item is no longer asked. NEW and DROPPED: in one of the two questionnaires only.
    """

    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"
    KNOWN = "known"
    UNKNOWN = "unknown"
    ANSWERED = "answered"
    OPEN = "open"
    NOT_COMPARABLE = "not_comparable"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One level item in both waves; name is empty for a dropped one, earlier for a new one.

    item: as it is in the questionnaire of now (of then for a dropped one). before, now: level, special answer, or None
    where it was not asked. steps: level now less level then, None where one of them is no level.
    """

    name: str
    earlier: str
    item: Item
    comparability: str
    before: Answered
    now: Answered
    kind: Kind

    @property
    def dimension(self) -> int | None:
        return self.item.dimension

    @property
    def steps(self) -> int | None:
        before, now = level_of(self.before), level_of(self.now)
        return None if before is None or now is None or not (self.name and self.earlier) else now - before

    @property
    def has_levels(self) -> bool:
        """Does it count for the values of its dimension?"""
        return self.steps is not None


@dataclass(frozen=True, slots=True)
class DimensionChange:
    """A dimension over the items with a level both times. compared: how many; comparable: tied and asked both times."""

    dimension: int
    before: Fraction | None
    now: Fraction | None
    compared: int
    comparable: int
    new: int
    dropped: int

    @property
    def difference(self) -> Fraction | None:
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of level items. became_known: unknown before, a level now.

    not_comparable: asked both times, but without two answers that can be compared.
    """

    raised: int = 0
    lowered: int = 0
    same: int = 0
    became_known: int = 0
    not_comparable: int = 0
    new: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """All level items in the order of the questionnaire, dropped ones last; what the dimensions come to; numbers."""

    items: tuple[ItemChange, ...]
    dimensions: tuple[DimensionChange, ...]
    counts: Counts

    def of_kind(self, kind: Kind) -> list[ItemChange]:
        """The items of one kind, the biggest steps first."""
        found = [change for change in self.items if change.kind == kind]
        return sorted(found, key=lambda change: -abs(change.steps or 0))


def of(previous: Previous, reading: Reading) -> Changes:
    """Compare the answers of now with those of the wave before."""
    then, now = _by_name(previous.reading), _by_name(reading)
    items = [
        change
        for item in reading.questionnaire.form.level_items
        if (change := _change(item, previous, then, now)) is not None
    ]
    followed = set(previous.earlier.values())
    items += [
        ItemChange("", item.name, item, str(Comparability.DROPPED), _answer(then.get(item.name)), None, Kind.DROPPED)
        for item in previous.reading.questionnaire.form.level_items
        if item.name not in followed and _answer(then.get(item.name)) is not None
    ]
    return Changes(tuple(items), tuple(_dimensions(items, now)), _counts(items))


def level_of(answer: Answered) -> int | None:
    """The level, or None for a special answer and for none."""
    return answer if isinstance(answer, int) else None


def _by_name(reading: Reading) -> dict[str, ScoredItem]:
    return {item.name: item for item in reading.scored()}


def _answer(scored: ScoredItem | None) -> Answered:
    """The answer of an item that was asked; None of one outside profile or competences, or filtered."""
    if scored is None or not scored.competence_held or scored.answer == Special.FILTERED:
        return None
    return scored.answer


def _change(
    item: Item, previous: Previous, then: Mapping[str, ScoredItem], now: Mapping[str, ScoredItem]
) -> ItemChange | None:
    """None for an item that is neither asked now nor was asked before."""
    earlier = previous.earlier.get(item.name, "")
    answer = _answer(now.get(item.name))
    before = _answer(then.get(earlier))
    if answer is None and before is None:
        return None
    if not earlier:
        return ItemChange(item.name, "", item, str(Comparability.NEW), None, answer, Kind.NEW)
    return ItemChange(
        item.name, earlier, item, previous.comparability[item.name], before, answer, _kind(before, answer)
    )


def _kind(before: Answered, now: Answered) -> Kind:
    if now is None:
        return Kind.NOT_COMPARABLE
    if now == Special.UNANSWERED:
        return Kind.OPEN
    if before is None or before == Special.UNANSWERED:
        return Kind.ANSWERED
    if before == now:
        return Kind.SAME
    was, level = level_of(before), level_of(now)
    if was is not None and level is not None:
        return Kind.RAISED if level > was else Kind.LOWERED
    if before == Special.UNKNOWN and level is not None:
        return Kind.KNOWN
    if was is not None and now == Special.UNKNOWN:
        return Kind.UNKNOWN
    return Kind.NOT_COMPARABLE


def _counts(items: Iterable[ItemChange]) -> Counts:
    found = Counter(change.kind for change in items)
    apart = (Kind.NOT_COMPARABLE, Kind.UNKNOWN, Kind.ANSWERED, Kind.OPEN)
    return Counts(
        raised=found[Kind.RAISED],
        lowered=found[Kind.LOWERED],
        same=found[Kind.SAME],
        became_known=found[Kind.KNOWN],
        not_comparable=sum(found[kind] for kind in apart),
        new=found[Kind.NEW],
        dropped=found[Kind.DROPPED],
    )


def _dimensions(items: Iterable[ItemChange], now: Mapping[str, ScoredItem]) -> list[DimensionChange]:
    grouped: dict[int, list[ItemChange]] = {}
    for change in items:
        grouped.setdefault(change.dimension or 0, []).append(change)
    found = []
    for dimension in sorted(grouped):
        group = grouped[dimension]
        both = [change for change in group if change.has_levels]
        weights = [now[change.name].weight for change in both]
        found.append(
            DimensionChange(
                dimension=dimension,
                before=_value([level_of(change.before) or 0 for change in both], weights),
                now=_value([level_of(change.now) or 0 for change in both], weights),
                compared=len(both),
                comparable=sum(change.before is not None and change.now is not None for change in group),
                new=sum(change.kind == Kind.NEW for change in group),
                dropped=sum(change.kind == Kind.DROPPED for change in group),
            )
        )
    return found


def _value(levels: Iterable[int], weights: list[int]) -> Fraction | None:
    """As `scoring`: Σ(weight × level/4) / Σ weight, of items that all have a level."""
    if not weights:
        return None
    reached = sum((Fraction(w * level, HIGHEST_LEVEL) for level, w in zip(levels, weights, strict=True)), Fraction(0))
    return reached / sum(weights)


# --- Then-test ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ThenScore:
    """A dimension over the items with a level in all three: as answered then, as then looks today, as answered now.

    compared: how many items those are; rated: how many of the dimension have been rated in hindsight at all.
    """

    dimension: int
    before: Fraction | None
    then: Fraction | None
    now: Fraction | None
    compared: int
    rated: int

    @property
    def shift(self) -> Fraction | None:
        """How much lower (below 0) or higher the time before looks today than it was answered then."""
        return None if self.before is None or self.then is None else self.then - self.before


def in_hindsight(changes: Changes, reading: Reading, ratings: Mapping[str, ThenRating]) -> list[ThenScore]:
    """Per dimension with a rating in hindsight: its value beside those of both waves. ratings: by name of the item."""
    weights = {item.name: item.weight for item in reading.scored()}
    grouped: dict[int, list[ItemChange]] = {}
    for change in changes.items:
        if change.name in ratings:
            grouped.setdefault(change.dimension or 0, []).append(change)
    found = []
    for dimension in sorted(grouped):
        all_three = [
            change for change in grouped[dimension] if change.has_levels and ratings[change.name].level is not None
        ]
        weighed = [weights[change.name] for change in all_three]
        found.append(
            ThenScore(
                dimension=dimension,
                before=_value([level_of(change.before) or 0 for change in all_three], weighed),
                then=_value([ratings[change.name].level or 0 for change in all_three], weighed),
                now=_value([level_of(change.now) or 0 for change in all_three], weighed),
                compared=len(all_three),
                rated=len(grouped[dimension]),
            )
        )
    return found
