"""Quartiles of a dimension within a size and type class: what may be published of them. Pure.

Levels are ordinal and there is no league table; municipalities see where the middle half of their class lies, once it
has five (domain: needs assessment, result and scale). With five values the quartiles would be the second, third and
fourth of them; so they are rounded to steps of five points, as all published figures (privacy: disclosure control,
rounding to base 5). And what has been published changes only when at least two municipalities have been added or taken
away, so that two editions do not tell the value of the one that came between them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from apps.assessments.models.priority import MIN_CLASS

STEP = Decimal("0.05")
MIN_CHANGE = 2


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Lower quartile, median and upper quartile, rounded, over `count` municipalities; fractions of 1."""

    count: int
    lower: Decimal
    median: Decimal
    upper: Decimal


def quartiles(values: Sequence[Decimal]) -> Quartiles | None:
    """The quartiles of values between 0 and 1; None for fewer than five.

    Linear interpolation between the order statistics at (n − 1) × p (Hyndman and Fan 1996, type 7; as QUARTILE.INC).
    """
    if len(values) < MIN_CLASS:
        return None
    ordered = sorted(Fraction(value) for value in values)
    return Quartiles(len(ordered), *(_rounded(_at(ordered, Fraction(part, 4))) for part in (1, 2, 3)))


def _at(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _rounded(value: Fraction) -> Decimal:
    steps = Decimal(value.numerator) / Decimal(value.denominator) / STEP
    return steps.quantize(Decimal(1), ROUND_HALF_UP) * STEP


def to_publish(
    values: Mapping[int, Sequence[Decimal]], published: Mapping[int, int]
) -> tuple[dict[int, Quartiles], set[int]]:
    """What changes: dimensions with new quartiles, and those to be withdrawn.

    values: by dimension, one per municipality of the class; published: by dimension, over how many municipalities the
    quartiles were that stand now. A class that has fallen below five is withdrawn at once.
    """
    new = {}
    for dimension, found in values.items():
        standing = published.get(dimension)
        if standing is not None and abs(len(found) - standing) < MIN_CHANGE:
            continue
        calculated = quartiles(found)
        if calculated is not None:
            new[dimension] = calculated
    withdrawn = {dimension for dimension in published if len(values.get(dimension, ())) < MIN_CLASS}
    return new, withdrawn
