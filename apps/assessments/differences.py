"""How a reading from outside differs from a municipality's own answers, item by item. Pure.

Levels are ordinal: steps between two answers to the same item are counted, nothing is added up or averaged over items.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from apps.instruments.definition import LEVELS

#: From so many levels on a difference is worth a talk.
NOTABLE = 2
MOST_SHOWN = 5
Where = TypeVar("Where")


class Kind(StrEnum):
    """How it looks from outside, seen from the own answer."""

    LOWER = "lower"
    EQUAL = "equal"
    HIGHER = "higher"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Difference:
    """steps: level from outside less own level; None where one of the two is no level."""

    kind: Kind
    steps: int | None = None

    @property
    def size(self) -> int:
        return abs(self.steps or 0)

    @property
    def is_notable(self) -> bool:
        return self.size >= NOTABLE


NOT_COMPARABLE = Difference(Kind.NOT_COMPARABLE)


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of items."""

    lower: int = 0
    equal: int = 0
    higher: int = 0
    not_comparable: int = 0


@dataclass(frozen=True, slots=True)
class Found(Generic[Where]):
    """A difference with whatever says where it is."""

    where: Where
    difference: Difference


def compare(own: str, outside: str) -> Difference:
    """Of two answers: a level as "0" to "4"; anything else, or nothing, cannot be compared."""
    if own not in LEVELS or outside not in LEVELS:
        return NOT_COMPARABLE
    steps = int(outside) - int(own)
    kind = Kind.EQUAL if steps == 0 else Kind.HIGHER if steps > 0 else Kind.LOWER
    return Difference(kind, steps)


def count(differences: Iterable[Difference]) -> Counts:
    """How many items are seen lower, equally, higher from outside, and how many cannot be compared."""
    found = Counter(difference.kind.value for difference in differences)
    return Counts(**{kind.value: found[kind.value] for kind in Kind})


def biggest(found: Iterable[Found[Where]], at_most: int = MOST_SHOWN) -> list[Found[Where]]:
    """The notable differences, biggest first, those of one size in the order they came in."""
    notable = [entry for entry in found if entry.difference.is_notable]
    return sorted(notable, key=lambda entry: -entry.difference.size)[:at_most]
