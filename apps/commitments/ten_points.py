"""The ten points of ECCAR's Plan of Action, and what a draft says on each of them. Pure.

The points are named in our own words; the plan itself is the "10-Point Plan of Action" of the European Coalition of
Cities against Racism (UNESCO, Nuremberg 2004). Which items of the questionnaires speak of which point stands in the
questionnaires themselves: each item names its sources, and `points_of` reads them.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.commitments.chain import Result, WaveLevel, compare
from apps.core.levels import LEVELS, SPECIAL_ANSWERS

ESTABLISHED = 3
"""From this level a routine is practised throughout."""
LONGEST_LABEL, LONGEST_TEXT = 170, 9_500

_NAMED = re.compile(r"ECCAR[^,;]*,\s*(?P<points>P\d{1,2}(?:(?:,\s*|\s+(?:und|and|bis|to)\s+)P\d{1,2})*)")
_POINT = re.compile(r"P(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Point:
    """One of the ten points: what it is called, and what it asks of a city."""

    number: int
    title: str | Promise
    asks: str | Promise


POINTS = (
    Point(
        1,
        gettext_lazy("Greater vigilance against racism"),
        gettext_lazy("The city watches for racism, names it, and works with those who notice it first."),
    ),
    Point(
        2,
        gettext_lazy("Assessing the situation and monitoring the city's own policies"),
        gettext_lazy("The city collects facts, sets itself aims, and looks whether its measures take effect."),
    ),
    Point(
        3,
        gettext_lazy("Better support for victims of racism and discrimination"),
        gettext_lazy("Those affected find help, can complain, and get an answer."),
    ),
    Point(
        4,
        gettext_lazy("More participation and better informed city dwellers"),
        gettext_lazy("People know their rights and duties and have a say."),
    ),
    Point(
        5,
        gettext_lazy("The city as an active supporter of equal opportunity practices"),
        gettext_lazy("Contracts, grants and shareholdings carry equal opportunity beyond the administration."),
    ),
    Point(
        6,
        gettext_lazy("The city as an equal opportunity employer and service provider"),
        gettext_lazy("The administration recruits, promotes and serves people without discrimination."),
    ),
    Point(7, gettext_lazy("Fair access to housing"), gettext_lazy("Nobody is kept from a home for racist reasons.")),
    Point(
        8,
        gettext_lazy("Challenging racism and discrimination through education"),
        gettext_lazy("Day care, schools and further education give equal chances and teach about racism."),
    ),
    Point(
        9,
        gettext_lazy("Promoting cultural diversity"),
        gettext_lazy("Culture, public space and remembrance show who lives in the city."),
    ),
    Point(
        10,
        gettext_lazy("Hate crimes and conflict management"),
        gettext_lazy("The city answers attacks, protects those affected, and mediates conflicts."),
    ),
)
NUMBERS = tuple(point.number for point in POINTS)


def points_of(source: str) -> frozenset[int]:
    """The points that an item's source names: {2, 6} for "ECCAR Zehn-Punkte-Aktionsplan, P2 und P6; GARE"."""
    named = (number for found in _NAMED.finditer(source) for number in _POINT.findall(found["points"]))
    return frozenset(int(number) for number in named) & frozenset(NUMBERS)


# --- What a draft is made of ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item that speaks of a point, with its level in the last wave and in the one before it that asked it."""

    number: str
    label: str
    now: WaveLevel
    before: WaveLevel | None = None

    @property
    def result(self) -> Result:
        """What the two waves say; OPEN where there is no wave before."""
        return Result.OPEN if self.before is None else compare((self.before, self.now), 0, 1)


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure done in the period, or in progress, with its indicator."""

    name: str
    state: str
    done_on: date | None
    org_unit: str = ""
    indicator: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    value: Decimal | None = None
    measured_on: date | None = None


@dataclass
class Material:
    """What is known of one point."""

    items: list[ItemLine] = field(default_factory=list)
    measures: list[MeasureLine] = field(default_factory=list)


# --- The draft, in the language of the moment -----------------------------------------------------------------------


def draft(material: Material) -> str:
    """The text of one point: paragraphs with blank lines between them, list entries begin with a dash."""
    blocks = [*_of_items(material.items), *_of_measures(material.measures)]
    if not material.items and not material.measures:
        blocks = [_("So far there are neither answers nor measures on this point. Please add what the city does.")]
    return "\n\n".join(blocks)


def _of_items(items: Sequence[ItemLine]) -> list[str]:
    blocks: list[str] = []
    for wave, lines in _by_wave(items):
        signed_on = lines[0].now.signed_on
        blocks.append(_("Self-assessment %(wave)s, signed on %(day)s") % {"wave": wave, "day": _day(signed_on)})
        blocks.append(" ".join([_standing(lines), *_changes(lines)]))
        blocks.append(_bullets([_item(line) for line in lines]))
    return blocks


def _by_wave(items: Iterable[ItemLine]) -> list[tuple[str, list[ItemLine]]]:
    found: dict[str, list[ItemLine]] = {}
    for line in items:
        found.setdefault(line.now.wave, []).append(line)
    return list(found.items())


def _standing(lines: Sequence[ItemLine]) -> str:
    established = sum(line.now.level is not None and line.now.level >= ESTABLISHED for line in lines)
    return ngettext(
        "%(number)s statement of the self-assessment speaks of this point; %(established)s of them stands at level 3 "
        "or higher.",
        "%(number)s statements of the self-assessment speak of this point; %(established)s of them stand at level 3 or "
        "higher.",
        len(lines),
    ) % {"number": len(lines), "established": established}


def _changes(lines: Sequence[ItemLine]) -> list[str]:
    compared = [line for line in lines if line.before is not None]
    if not compared:
        return []
    waves = ", ".join(dict.fromkeys(line.before.wave for line in compared if line.before is not None))
    counts = {result: sum(line.result == result for line in compared) for result in Result}
    return [
        _("Compared with %(waves)s: %(raised)s higher, %(same)s the same, %(lowered)s lower, %(rest)s not comparable.")
        % {
            "waves": waves,
            "raised": counts[Result.RAISED],
            "same": counts[Result.SAME],
            "lowered": counts[Result.LOWERED],
            "rest": counts[Result.NOT_COMPARABLE],
        }
    ]


def _item(line: ItemLine) -> str:
    label = textwrap.shorten(line.label, LONGEST_LABEL, placeholder=" …").rstrip(".")
    said = f"{line.number} {label} – {_level(line.now)}"
    if line.before is not None:
        said += ", " + _("before (%(wave)s): %(level)s") % {"wave": line.before.wave, "level": _level(line.before)}
    return said


def _level(level: WaveLevel) -> str:
    if level.level is None:
        return str(SPECIAL_ANSWERS.get(str(level.answer), level.answer))
    return _("level %(level)s (%(name)s)") % {"level": level.level, "name": LEVELS[level.level]}


def _of_measures(measures: Sequence[MeasureLine]) -> list[str]:
    if not measures:
        return []
    return [_("Measures in the period of the report"), _bullets([_measure(line) for line in measures])]


def _measure(line: MeasureLine) -> str:
    state = line.state
    if line.done_on is not None:
        state = _("done on %(day)s") % {"day": _day(line.done_on)}
    parts = [f"{line.name} – {state}"]
    if line.org_unit:
        parts.append(_("responsible: %(unit)s") % {"unit": line.org_unit})
    if line.indicator:
        parts.append(_indicator(line))
    return "; ".join(parts)


def _indicator(line: MeasureLine) -> str:
    values = []
    if line.baseline is not None:
        values.append(_("starting value %(value)s") % {"value": amount(line.baseline, line.unit)})
    if line.value is not None and line.measured_on is not None:
        last = {"value": amount(line.value, line.unit), "day": _day(line.measured_on)}
        values.append(_("last %(value)s on %(day)s") % last)
    if line.target is not None:
        values.append(_("target %(value)s") % {"value": amount(line.target, line.unit)})
    named = _("indicator “%(indicator)s”") % {"indicator": line.indicator}
    return f"{named}: {', '.join(values)}" if values else named


def _bullets(entries: Sequence[str]) -> str:
    """A list that leaves room for the rest of the text."""
    kept: list[str] = []
    room = LONGEST_TEXT // 2
    for entry in entries:
        room -= len(entry) + 3
        if room < 0:
            kept.append(_("and %(number)s more") % {"number": len(entries) - len(kept)})
            break
        kept.append(entry)
    return "\n".join(f"- {entry}" for entry in kept)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def amount(number: Decimal, unit: str) -> str:
    """A number with its unit as people write it."""
    shown = number_format(number.normalize() if number else Decimal(0), use_l10n=True)
    return f"{shown} {unit}".strip()
