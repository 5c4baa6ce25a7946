"""From answers to a profile and to needs. Pure: exact fractions in, exact fractions out.

Per dimension, over the items of the questionnaire (those outside the chosen profile are not handed in):

* The municipality's own denominator D is the weight of all items that are asked of it. Items outside its
  competences, answered `not_competent` or `done_for_us`, and filtered items are not in it.
* Of D, the known part K is the weight of items with a level. The value is Σ(weight × level/4) / K.
* What is in D but not known (unknown, refused, not answered) could be anything: the bounds count it as
  level 0 and as level 4. Their distance is exactly 1 − coverage.
* Coverage is K/D. The shares of unknown, refused and unanswered are by weight too, so that coverage and the
  three add up to 1. `refused` is kept apart from `unknown`: not knowing is a finding, refusing is none.
* The share with evidence is the weight with evidence over that of all items at level 1 or above; at level
  0 there is nothing to prove. Items at level 3 or above without evidence are listed.

The levels are ordinal: there is no total over dimensions, and none is computed here.
Source of the rules: the project's method paper (domain: needs assessment, result and scale).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

HIGHEST_LEVEL = 4
EVIDENCE_FROM_LEVEL = 3


class Special(StrEnum):
    """Answers apart from the scale, and the two ways to have none."""

    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_COMPETENT = "not_competent"
    DONE_FOR_US = "done_for_us"
    FILTERED = "filtered"
    UNANSWERED = "unanswered"


OUTSIDE = frozenset({Special.NOT_COMPETENT, Special.DONE_FOR_US, Special.FILTERED})
"""These leave the denominator."""


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """An item with its answer: `answer` is a level 0 to 4 or a Special.

    `competence_held` is False when the item asks about a competence that the municipality does not have.
    Raises ValueError for a weight below 1 or a level or target outside 0 to 4.
    """

    name: str
    dimension: int
    answer: int | Special
    weight: int = 1
    target: int = 3
    competence_held: bool = True
    has_evidence: bool = False

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise ValueError(f"{self.name}: weight {self.weight} is below 1")
        if not 0 <= self.target <= HIGHEST_LEVEL:
            raise ValueError(f"{self.name}: target {self.target} is not a level")
        if not isinstance(self.answer, Special) and not 0 <= self.answer <= HIGHEST_LEVEL:
            raise ValueError(f"{self.name}: {self.answer} is not a level")

    @property
    def level(self) -> int | None:
        """The level if one was given and counts, else None."""
        return None if isinstance(self.answer, Special) or not self.competence_held else int(self.answer)

    @property
    def counts(self) -> bool:
        """Is the item in the municipality's own denominator?"""
        return self.competence_held and self.answer not in OUTSIDE


def answer_of(value: str, *, relevant: bool = True) -> int | Special:
    """Return the answer behind a stored value ("0" to "4", a special answer's name, "").

    An item that is not relevant is filtered whatever was answered before. Raises ValueError for other values.
    """
    if not relevant:
        return Special.FILTERED
    if value == "":
        return Special.UNANSWERED
    return int(value) if value.isdigit() else Special(value)


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """The result of a dimension; shares lie between 0 and 1 and are None where there is nothing to divide by.

    `items` counts all items handed in, `counted` those in the denominator, `known` those with a level;
    the further counts say where the rest went.
    """

    dimension: int
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    coverage: Fraction | None
    share_unknown: Fraction | None
    share_refused: Fraction | None
    share_unanswered: Fraction | None
    share_with_evidence: Fraction | None
    items: int
    counted: int
    known: int
    unknown: int
    refused: int
    unanswered: int
    not_competent: int
    done_for_us: int
    filtered: int
    without_evidence: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Has every item of the denominator been answered, be it with “unknown”?"""
        return self.unanswered == 0


@dataclass(frozen=True, slots=True)
class Need:
    """An item below its target, or one that nobody could answer.

    `kind` is GAP (level below target) or DATA (unknown: find out first); `rank` orders all needs, 1 first.
    """

    item: str
    dimension: int
    kind: str
    weight: int
    target: int
    level: int | None
    rank: int = 0

    @property
    def gap(self) -> int:
        """Levels missing to the target; 0 where the level is unknown."""
        return 0 if self.level is None else self.target - self.level


GAP = "gap"
DATA = "data"


def score(items: Iterable[ScoredItem]) -> list[DimensionScore]:
    """Return the result per dimension, in the order of the dimensions; there is no total."""
    by_dimension: dict[int, list[ScoredItem]] = {}
    for item in items:
        by_dimension.setdefault(item.dimension, []).append(item)
    return [score_dimension(dimension, by_dimension[dimension]) for dimension in sorted(by_dimension)]


def score_dimension(dimension: int, items: Sequence[ScoredItem]) -> DimensionScore:
    """Return the result of one dimension from its items; the rules are in the module's docstring."""
    counted = [item for item in items if item.counts]
    known = [item for item in counted if item.level is not None]
    denominator = _weight(counted)
    known_weight = _weight(known)
    reached = sum((Fraction(item.weight * (item.level or 0), HIGHEST_LEVEL) for item in known), Fraction(0))
    provable = [item for item in known if (item.level or 0) >= 1]

    def answered(special: Special) -> list[ScoredItem]:
        return [item for item in counted if item.answer == special]

    def left(special: Special) -> int:
        return sum(item.competence_held and item.answer == special for item in items)

    return DimensionScore(
        dimension=dimension,
        value=_share(reached, known_weight),
        low=_share(reached, denominator),
        high=_share(reached + denominator - known_weight, denominator),
        coverage=_share(known_weight, denominator),
        share_unknown=_share(_weight(answered(Special.UNKNOWN)), denominator),
        share_refused=_share(_weight(answered(Special.REFUSED)), denominator),
        share_unanswered=_share(_weight(answered(Special.UNANSWERED)), denominator),
        share_with_evidence=_share(_weight(i for i in provable if i.has_evidence), _weight(provable)),
        items=len(items),
        counted=len(counted),
        known=len(known),
        unknown=len(answered(Special.UNKNOWN)),
        refused=len(answered(Special.REFUSED)),
        unanswered=len(answered(Special.UNANSWERED)),
        not_competent=left(Special.NOT_COMPETENT) + sum(not item.competence_held for item in items),
        done_for_us=left(Special.DONE_FOR_US),
        filtered=left(Special.FILTERED),
        without_evidence=tuple(
            item.name for item in known if (item.level or 0) >= EVIDENCE_FROM_LEVEL and not item.has_evidence
        ),
    )


def needs(items: Iterable[ScoredItem]) -> list[Need]:
    """Return the needs, most pressing first.

    Rule: a level below the item's target is a gap; `unknown` is a need to collect data; refused, unanswered
    and whatever is outside the denominator is none. Order: weight × gap, with an unknown level counted as a
    gap of one; then weight; then gap; then dimension and item.
    """
    found = [need for item in items if (need := _need(item)) is not None]
    found.sort(
        key=lambda n: (-n.weight * (n.gap or 1), -n.weight, -n.gap, n.dimension, n.item),
    )
    return [
        Need(need.item, need.dimension, need.kind, need.weight, need.target, need.level, rank)
        for rank, need in enumerate(found, start=1)
    ]


def _need(item: ScoredItem) -> Need | None:
    if not item.counts:
        return None
    if item.level is not None and item.level < item.target:
        return Need(item.name, item.dimension, GAP, item.weight, item.target, item.level)
    if item.answer == Special.UNKNOWN:
        return Need(item.name, item.dimension, DATA, item.weight, item.target, None)
    return None


def _weight(items: Iterable[ScoredItem]) -> int:
    return sum(item.weight for item in items)


def _share(part: Fraction | int, whole: int) -> Fraction | None:
    return Fraction(part) / whole if whole else None
