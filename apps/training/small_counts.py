"""Numbers about people that may be shown: none below 10, and none that follows from the others. Pure.

Rule (privacy.md, Disclosure control): what a municipality sees of its own people has no cell below 10; zeros count as
small. A cell that is left out must not follow from the total and the rest, nor may what is left out together be small:
the smallest cells that are left are taken out too, until neither holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

THRESHOLD = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """What may be shown. total: None where it is small; cells: None where left out."""

    total: int | None
    cells: Mapping[str, int | None]


def shown(cells: Mapping[str, int], *, threshold: int = THRESHOLD) -> Counts:
    """The numbers of a closed table (every person is in exactly one cell) as they may be shown."""
    total = sum(cells.values())
    if total < threshold:
        return Counts(None, dict.fromkeys(cells))
    hidden = {name for name, number in cells.items() if number < threshold}
    for name, _number in sorted(cells.items(), key=lambda cell: cell[1]):
        if not hidden or (len(hidden) > 1 and sum(cells[other] for other in hidden) >= threshold):
            break
        hidden.add(name)
    return Counts(total, {name: None if name in hidden else number for name, number in cells.items()})
