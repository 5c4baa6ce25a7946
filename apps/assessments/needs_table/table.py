"""Items × municipalities: how many are below the target, how many do not know. Pure.

Per item, over the municipalities whose assessments count:

* counted: those whose own denominator the item is in (competent, asked, not done for them by others);
* known: those of them that gave a level, below: those of them below the item's target;
* unknown: those of the counted that answered "we do not know". Refused and unanswered are neither.

The order of pressing need is below × weight, then the share of unknown, then the order of the questionnaire: the levels
are ordinal, so municipalities are counted and no levels are added up or averaged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.instruments.definition import Item, localized
from apps.instruments.scoring import ScoredItem, Special


class Sort(StrEnum):
    """Order of the items."""

    PRESSING = "pressing"
    NUMBER = "number"


SHORT_WORDS = {
    Special.UNKNOWN: _("unknown"),
    Special.REFUSED: _("refused"),
    Special.NOT_COMPETENT: _("not competent"),
    Special.DONE_FOR_US: _("by others"),
    Special.FILTERED: _("not asked"),
    Special.UNANSWERED: _("not answered"),
}
"""Special answers in the narrow cells of the table."""


@dataclass(frozen=True, slots=True)
class Column:
    """A municipality with its answers by item name. done_by: who does it, for items done for it by others."""

    municipality_id: UUID
    name: str
    slug: str
    assessment_id: UUID
    in_review: bool
    answers: Mapping[str, ScoredItem]
    done_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: a level, or the special answer in its place; `gap` counts the levels missing to the target."""

    municipality: str
    level: int | None
    special: Special | None
    gap: int
    done_by: str = ""
    in_review: bool = False

    @property
    def word(self) -> str:
        """The special answer in short, with who does it where that is known."""
        if self.special is None:
            return ""
        return self.done_by or str(SHORT_WORDS[self.special])


@dataclass(frozen=True, slots=True)
class Row:
    """An item over all municipalities; the cells stand in the order of the columns."""

    item: Item
    label: str
    cells: tuple[Cell, ...]
    counted: int
    known: int
    below: int
    unknown: int
    position: int

    @property
    def share_unknown(self) -> float | None:
        """Unknown of counted, 0 to 1; None where the item counts for nobody."""
        return self.unknown / self.counted if self.counted else None

    @property
    def pressing(self) -> int:
        """How many are below the target, by the item's weight."""
        return self.below * self.item.weight


@dataclass(frozen=True, slots=True)
class Table:
    """The rows in the order asked for, over `columns`."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def build(
    items: Sequence[Item],
    columns: Sequence[Column],
    *,
    language: str,
    fallback: str,
    sort: str = Sort.PRESSING,
    only_below: bool = False,
) -> Table:
    """Put the table together. items: those of the profile, in the order of the questionnaire.

    only_below leaves out the items in which nobody is below the target; `language`, `fallback` are of the labels.
    """
    rows = [_row(item, columns, position, language, fallback) for position, item in enumerate(items)]
    if only_below:
        rows = [row for row in rows if row.below]
    if sort == Sort.PRESSING:
        rows.sort(key=lambda row: (-row.pressing, -Fraction(row.unknown, row.counted or 1), row.position))
    return Table(tuple(columns), tuple(rows))


def totals(rows: Iterable[Row]) -> tuple[int, int]:
    """Of several rows: levels below their target, and levels known."""
    below = known = 0
    for row in rows:
        below, known = below + row.below, known + row.known
    return below, known


def _row(item: Item, columns: Sequence[Column], position: int, language: str, fallback: str) -> Row:
    cells = tuple(_cell(column, item) for column in columns)
    answers = [column.answers[item.name] for column in columns if item.name in column.answers]
    counted = [answer for answer in answers if answer.counts]
    known = [answer.level for answer in counted if answer.level is not None]
    return Row(
        item=item,
        label=localized(item.label, language, fallback),
        cells=cells,
        counted=len(counted),
        known=len(known),
        below=sum(level < item.target_level for level in known),
        unknown=sum(answer.answer == Special.UNKNOWN for answer in counted),
        position=position,
    )


def _cell(column: Column, item: Item) -> Cell:
    answer = column.answers.get(item.name)
    if answer is None:
        return Cell(column.name, None, Special.UNANSWERED, 0, in_review=column.in_review)
    if answer.level is not None:
        gap = max(0, item.target_level - answer.level)
        return Cell(column.name, answer.level, None, gap, in_review=column.in_review)
    special = Special(str(answer.answer)) if answer.competence_held else Special.NOT_COMPETENT
    done_by = column.done_by.get(item.name, "") if special == Special.DONE_FOR_US else ""
    return Cell(column.name, None, special, 0, done_by=done_by, in_review=column.in_review)
