"""Lists of entries with named parts, as texts keep them in JSON (legal bases, sources): their form, and what is wrong.

An entry is a mapping of the names of its parts to texts, whole numbers, or days as ISO dates. Pure.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LINE, TEXT, DATE, NUMBER, LAND, URL = "line", "text", "date", "number", "land", "url"

#: Länder by the letters of ISO 3166-2; "" stands for federal and European law.
LANDS: Mapping[str, str | Promise] = {
    "": _("Federation or European Union"),
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}

#: Name of an item of the questionnaire, and of whatever stands in an address.
ITEM = re.compile(r"[a-z][a-z0-9_]{0,99}")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an entry: its name in JSON, its label, its kind and bounds (of a number: least, most)."""

    name: str
    label: str | Promise
    kind: str = LINE
    required: bool = True
    longest: int = 200
    least: int = 0
    most: int = 0
    hint: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: the field, the number of the entry (from 1; 0 for the whole) and the part of it."""

    field: str
    entry: int
    part: str
    message: str

    def __str__(self) -> str:
        place = f"{self.field}[{self.entry}]" if self.entry else self.field
        return f"{place}.{self.part}: {self.message}" if self.part else f"{place}: {self.message}"


LEGAL_BASIS = (
    Part("norm", _("Norm"), hint=_("Paragraph and statute, for example § 13 Abs. 1 AGG.")),
    Part("says", _("What it says here"), TEXT, longest=1_500),
    Part("as_of", _("As of"), DATE),
    Part("review_on", _("To be checked again on"), DATE),
    Part("land", _("Applies in"), LAND, required=False),
)


def names_problems(field: str, value: Any, is_known: Callable[[str], object], otherwise: str) -> Iterator[Problem]:
    """What is wrong with a list of names, each of them once. otherwise: what to say of one that is not known."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        yield Problem(field, 0, "", gettext("A list of names is expected."))
        return
    for number, name in enumerate(value, 1):
        if not is_known(name):
            yield Problem(field, number, "", f"“{name}” {otherwise}")
        elif name in value[: number - 1]:
            yield Problem(field, number, "", gettext("“%(name)s” stands there twice.") % {"name": name})


def entries_problems(field: str, parts: Sequence[Part], value: Any) -> Iterator[Problem]:
    """What is wrong with a list of entries."""
    if not isinstance(value, list):
        yield Problem(field, 0, "", gettext("A list of entries is expected."))
        return
    if len(value) > MAX_ENTRIES:
        yield Problem(field, 0, "", gettext("At most %(most)s entries are possible.") % {"most": MAX_ENTRIES})
    for number, entry in enumerate(value, 1):
        yield from entry_problems(field, number, parts, entry)


def entry_problems(field: str, number: int, parts: Sequence[Part], entry: Any) -> Iterator[Problem]:
    """What is wrong with one entry. number: from 1; 0 where there is but one."""
    if not isinstance(entry, dict):
        yield Problem(field, number, "", gettext("An entry with named parts is expected."))
        return
    known = {part.name for part in parts}
    for name in entry:
        if name not in known:
            yield Problem(field, number, str(name), gettext("This part is not known."))
    for part in parts:
        if message := part_problem(part, entry.get(part.name, "")):
            yield Problem(field, number, part.name, message)
    if message := order_problem(entry):
        yield Problem(field, number, "review_on", message)


def order_problem(entry: Mapping[str, Any]) -> str:
    """Why the two dates of a legal basis do not go together, or ""."""
    as_of, review_on = as_date(entry.get("as_of")), as_date(entry.get("review_on"))
    if as_of is not None and review_on is not None and review_on <= as_of:
        return gettext("The day it is to be checked again comes after the day it was checked.")
    return ""


def part_problem(part: Part, value: Any) -> str:
    """What is wrong with the value of a part, or ""."""
    if value == "" or value is None:
        return gettext("This is missing.") if part.required else ""
    if part.kind == NUMBER:
        return _number_problem(part, value)
    if not isinstance(value, str):
        return gettext("A text is expected.")
    if not value.strip() and part.required:
        return gettext("This is missing.")
    if part.kind == DATE and as_date(value) is None:
        return gettext("A date is expected, as 2026-11-01.")
    if part.kind == LAND and value not in LANDS:
        return gettext("This Land is not known: %(value)s.") % {"value": value}
    if part.kind == URL and not _is_address(value):
        return gettext("The address begins with https:// or http://.")
    if len(value) > part.longest:
        return gettext("At most %(most)s characters are possible; these are %(number)s.") % {
            "most": part.longest,
            "number": len(value),
        }
    return ""


def _number_problem(part: Part, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return gettext("A whole number is expected.")
    if not part.least <= value <= part.most:
        return gettext("A number from %(least)s to %(most)s is expected.") % {"least": part.least, "most": part.most}
    return ""


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc)


def as_date(value: Any) -> date | None:
    """The day that an ISO date names; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def with_dates(parts: Sequence[Part], entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its dates as dates, so that a form sees whether they were changed."""
    dated = {part.name for part in parts if part.kind == DATE}
    return {name: date.fromisoformat(value) if name in dated and value else value for name, value in entry.items()}


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short sign for some values, by which a form notices that somebody else has changed them."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]
