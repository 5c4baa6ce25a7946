"""What the pages on needs show. No queries here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assessments.models import Need
from apps.assessments.needs import NeedLine
from apps.instruments import definition
from apps.instruments.definition import localized

NONE = "none"
GRAVEST, BY_PRIORITY = "gravest", "priority"
PRIORITY_KINDS = {
    Need.Priority.HIGH: "warning",
    Need.Priority.MEDIUM: "info",
    Need.Priority.LOW: "neutral",
    Need.Priority.NOT_NOW: "neutral",
}
#: Those still to be decided stand before what has been put off.
_ORDER = (Need.Priority.HIGH, Need.Priority.MEDIUM, Need.Priority.LOW, "", Need.Priority.NOT_NOW)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for: "" and None for everything. priority may be NONE: not set yet."""

    priority: str = ""
    dimension: int | None = None
    sort: str = GRAVEST

    @classmethod
    def read(cls, query: QueryDict) -> "Chosen":
        """What cannot be read counts as not asked for."""
        priority, dimension = query.get("priority", ""), query.get("dimension", "")
        return cls(
            priority=priority if priority in (*Need.Priority.values, NONE) else "",
            dimension=int(dimension) if dimension.isdecimal() and len(dimension) < 4 else None,
            sort=BY_PRIORITY if query.get("sort") == BY_PRIORITY else GRAVEST,
        )

    @property
    def query(self) -> str:
        """The same as the end of an address, with its question mark."""
        values = {
            "priority": self.priority,
            "dimension": "" if self.dimension is None else str(self.dimension),
            "sort": "" if self.sort == GRAVEST else self.sort,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need with what the municipality has said about it."""

    line: NeedLine
    row: Need | None

    @property
    def priority(self) -> str:
        return self.row.priority if self.row is not None else ""

    @property
    def priority_label(self) -> str:
        return priority_label(self.row)

    @property
    def priority_kind(self) -> str:
        return PRIORITY_KINDS[Need.Priority(self.priority)] if self.priority else "neutral"


def priority_label(row: Need | None) -> str:
    """The priority in words; "" where none is set."""
    return str(row.get_priority_display()) if row is not None and row.priority else ""


def need_rows(lines: Iterable[NeedLine], rows: Mapping[str, Need]) -> list[NeedRow]:
    """The needs found, gravest first as they come, each with its row if there is one."""
    return [NeedRow(line, rows.get(line.item.name)) for line in lines]


def shown(rows: Iterable[NeedRow], chosen: Chosen) -> list[NeedRow]:
    """What the filters leave, in the order asked for."""
    left = [row for row in rows if _has_priority(row, chosen.priority) and _is_in(row, chosen.dimension)]
    if chosen.sort == BY_PRIORITY:
        left.sort(key=lambda row: _ORDER.index(row.priority))
    return left


def _has_priority(row: NeedRow, priority: str) -> bool:
    return not priority or (row.priority or NONE) == priority


def _is_in(row: NeedRow, dimension: int | None) -> bool:
    return dimension is None or row.line.need.dimension == dimension


def tabs(rows: Sequence[NeedRow], chosen: Chosen, labels: Mapping[int, str]) -> dict[str, list[dict[str, Any]]]:
    """Links for the component tabs: by priority, by field of action, by order. Each keeps what the others say."""
    priorities = [("", _("All")), *Need.Priority.choices, (NONE, pgettext("priority", "not decided yet"))]
    within = [row for row in rows if _is_in(row, chosen.dimension)]
    of_priority = [row for row in rows if _has_priority(row, chosen.priority)]
    dimensions = sorted({row.line.need.dimension for row in rows})
    return {
        "priority_tabs": [
            _tab(str(label), replace(chosen, priority=key), chosen, sum(_has_priority(row, key) for row in within))
            for key, label in priorities
        ],
        "dimension_tabs": [
            _tab(_("All"), replace(chosen, dimension=None), chosen, len(of_priority)),
            *(
                _tab(
                    f"{key} {labels.get(key, '')}".strip(),
                    replace(chosen, dimension=key),
                    chosen,
                    sum(_is_in(row, key) for row in of_priority),
                )
                for key in dimensions
            ),
        ],
        "sort_tabs": [
            _tab(_("Gravest first"), replace(chosen, sort=GRAVEST), chosen),
            _tab(_("By priority"), replace(chosen, sort=BY_PRIORITY), chosen),
        ],
    }


def _tab(label: str, leads_to: Chosen, chosen: Chosen, count: int | None = None) -> dict[str, Any]:
    return {"label": label, "url": leads_to.query, "current": leads_to == chosen, "count": count}


@dataclass(frozen=True, slots=True)
class LapsedLine:
    """A need that was recorded once and is not found any more."""

    number: str
    label: str
    row: Need
    priority_label: str


def lapsed_lines(
    rows: Mapping[str, Need], needs: Iterable[NeedLine], form: definition.Form, language: str
) -> list[LapsedLine]:
    """Needs that were given a priority and that the answers do not show any more."""
    found = {line.item.name for line in needs}
    return [
        LapsedLine(
            number=form.items[name].number,
            label=localized(form.items[name].label, language, form.default_language),
            row=row,
            priority_label=priority_label(row),
        )
        for name, row in rows.items()
        if row.priority and name not in found
    ]


@dataclass(frozen=True, slots=True)
class RoutineNeed:
    """A need that the check of a routine has found."""

    label: str
    row: Need


def routine_needs(rows: Iterable[Need], language: str) -> list[RoutineNeed]:
    """The needs of routines in words; `item` is loaded."""
    return [RoutineNeed(localized(row.item.label, language, "de"), row) for row in rows]
