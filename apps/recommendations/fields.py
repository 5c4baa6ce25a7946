"""The structured fields of an edition: which there are, what an entry holds, and what is wrong with one.

Pure, and the one place that knows their form: pages build their forms from it, the import of files checks by it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
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

ITEM = re.compile(r"[a-z][a-z0-9_]{0,99}")
MODULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an entry: its name in JSON, its label, its kind and bounds."""

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


INDICATOR = (
    Part("name", _("Name")),
    Part("definition", _("Definition"), TEXT, longest=1_500, hint=_("Numerator, denominator, unit, what is left out.")),
    Part("source", _("Source of the figure"), TEXT, longest=600),
    Part("baseline", _("How the starting value is taken"), TEXT, longest=1_000),
    Part("unit", _("Unit"), longest=40),
)
ENTRIES: Mapping[str, tuple[Part, ...]] = {
    "legal_bases": (
        Part("norm", _("Norm"), hint=_("Paragraph and statute, for example § 13 Abs. 1 AGG.")),
        Part("says", _("What it says here"), TEXT, longest=1_500),
        Part("as_of", _("As of"), DATE),
        Part("review_on", _("To be checked again on"), DATE),
        Part("land", _("Applies in"), LAND, required=False),
    ),
    "variants": (
        Part("where", _("Where"), hint=_("A Land, or a kind of municipality.")),
        Part("text", _("How it is done there"), TEXT, longest=3_000),
    ),
    "templates": (
        Part("title", _("Title")),
        Part("text", _("Text to use"), TEXT, longest=6_000),
    ),
    "measures": (
        Part("title", _("Title")),
        Part("description", _("What is done"), TEXT, longest=2_000),
        Part("months", _("Months until it is done"), NUMBER, least=1, most=120),
        Part("unit", _("Department usually responsible")),
        Part("indicator", _("Indicator"), longest=300),
        Part("unit_of_value", _("Unit of its value"), longest=40),
    ),
    "sources": (
        Part("by", _("Author or publisher")),
        Part("title", _("Title"), longest=300),
        Part("year", _("Year"), NUMBER, least=1900, most=2100),
        Part("url", _("Address on the web"), URL, required=False, longest=500),
    ),
}


def problems(field: str, value: Any) -> list[Problem]:
    """What is wrong with the value of one of the JSON fields of an edition; empty where nothing is.

    Raises KeyError for a field that has no form here.
    """
    if field == "items":
        return list(_names(field, value, ITEM, _t("is not the name of an item.")))
    if field == "training":
        return list(_names(field, value, MODULE, _t("is not the key of a module: small letters, digits and hyphens.")))
    if field == "indicator":
        return [] if value == {} else list(_entry(field, 0, INDICATOR, value))
    return list(_entries(field, ENTRIES[field], value))


def all_problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with any of the JSON fields among `values`."""
    known = (*ENTRIES, "indicator", "items", "training")
    return [problem for field in known if field in values for problem in problems(field, values[field])]


def order_problem(entry: Mapping[str, Any]) -> str:
    """Why the two dates of a legal basis do not go together, or ""."""
    as_of, review_on = _as_date(entry.get("as_of")), _as_date(entry.get("review_on"))
    if as_of is not None and review_on is not None and review_on <= as_of:
        return _t("The day it is to be checked again comes after the day it was checked.")
    return ""


def _names(field: str, value: Any, form: "re.Pattern[str]", otherwise: str) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        yield Problem(field, 0, "", _t("A list of names is expected."))
        return
    for number, name in enumerate(value, 1):
        if not form.fullmatch(name):
            yield Problem(field, number, "", f"“{name}” {otherwise}")
        elif name in value[: number - 1]:
            yield Problem(field, number, "", _t("“%(name)s” stands there twice.") % {"name": name})


def _entries(field: str, parts: Sequence[Part], value: Any) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(field, 0, "", _t("A list of entries is expected."))
        return
    if len(value) > MAX_ENTRIES:
        yield Problem(field, 0, "", _t("At most %(most)s entries are possible.") % {"most": MAX_ENTRIES})
    for number, entry in enumerate(value, 1):
        yield from _entry(field, number, parts, entry)


def _entry(field: str, number: int, parts: Sequence[Part], entry: Any) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield Problem(field, number, "", _t("An entry with named parts is expected."))
        return
    known = {part.name for part in parts}
    for name in entry:
        if name not in known:
            yield Problem(field, number, str(name), _t("This part is not known."))
    for part in parts:
        message = _part_problem(part, entry.get(part.name, ""))
        if message:
            yield Problem(field, number, part.name, message)
    if field == "legal_bases" and (message := order_problem(entry)):
        yield Problem(field, number, "review_on", message)


def _part_problem(part: Part, value: Any) -> str:
    if value == "" or value is None:
        return _t("This is missing.") if part.required else ""
    if part.kind == NUMBER:
        return _number_problem(part, value)
    if not isinstance(value, str):
        return _t("A text is expected.")
    if not value.strip() and part.required:
        return _t("This is missing.")
    if part.kind == DATE and _as_date(value) is None:
        return _t("A date is expected, as 2026-11-01.")
    if part.kind == LAND and value not in LANDS:
        return _t("This Land is not known: %(value)s.") % {"value": value}
    if part.kind == URL and not _is_address(value):
        return _t("The address begins with https:// or http://.")
    if len(value) > part.longest:
        return _t("At most %(most)s characters are possible; these are %(number)s.") % {
            "most": part.longest,
            "number": len(value),
        }
    return ""


def _number_problem(part: Part, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return _t("A whole number is expected.")
    if not part.least <= value <= part.most:
        return _t("A number from %(least)s to %(most)s is expected.") % {"least": part.least, "most": part.most}
    return ""


def _as_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc)


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short sign for the values of some fields, by which a form notices that somebody else has changed them."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]
