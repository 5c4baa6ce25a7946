"""The fields of a module's text: which there are, what an entry holds, what is wrong with one, and their English.

Pure, and the one place that knows their form: pages build their forms from it, the import of files checks by it.
English words of a text stand in `words_en` by path: title, summary, target_group, prerequisites, objectives.<number
from 0>; of a unit: title, and the paths of apps.training.units.
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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.training.units import fingerprint as words_fingerprint
from apps.training.units import translated, words

LINE, TEXT, DATE, LAND, URL = "line", "text", "date", "land", "url"

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
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_ENTRIES = 60
MAX_OBJECTIVES = 10
LONGEST_OBJECTIVE = 300
#: Everything an edition says, apart from its units: carried over to the next text.
FIELDS = (
    "title",
    "summary",
    "target_group",
    "prerequisites",
    "minutes",
    "objectives",
    "items",
    "delivery",
    "valid_months",
    "sources",
    "legal_bases",
    "words_en",
)
#: Fields that are one text each, with the most characters they hold.
TEXTS: Mapping[str, int] = {"title": 160, "summary": 600, "target_group": 400, "prerequisites": 400}
LABELS: Mapping[str, str | Promise] = {
    "title": _("Title"),
    "summary": _("Summary"),
    "target_group": _("Target group"),
    "prerequisites": _("Prerequisites"),
    "objectives": _("Learning objectives"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an entry: its name in JSON, its label, its kind and bounds."""

    name: str
    label: str | Promise
    kind: str = LINE
    required: bool = True
    longest: int = 200
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


ENTRIES: Mapping[str, tuple[Part, ...]] = {
    "sources": (
        Part("by", _("Author or publisher")),
        Part("title", _("Title"), longest=300),
        Part("year", _("Year"), longest=20),
        Part("url", _("Address on the web"), URL, required=False, longest=500),
    ),
    "legal_bases": (
        Part("norm", _("Norm"), hint=_("Paragraph and statute, for example § 13 Abs. 1 AGG.")),
        Part("says", _("What it says here"), TEXT, longest=1_500),
        Part("as_of", _("As of"), DATE),
        Part("review_on", _("To be checked again on"), DATE),
        Part("land", _("Applies in"), LAND, required=False),
    ),
}
DELIVERIES = ("self_paced", "online", "on_site")


# --- Checking ---------------------------------------------------------------------------------------------------------


def all_problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with any of the JSON fields among `values`; empty where nothing is."""
    return [problem for field in _CHECKED if field in values for problem in _problems(field, values[field])]


def _problems(field: str, value: Any) -> Iterator[Problem]:
    if field == "items":
        return _names(field, value, lambda name: bool(ITEM.fullmatch(name)), gettext("is not the name of an item."))
    if field == "delivery":
        return _names(field, value, DELIVERIES.__contains__, gettext("is no way to give a module."))
    if field == "objectives":
        return _objectives(value)
    return _entries(field, ENTRIES[field], value)


_CHECKED = ("objectives", "items", "delivery", *ENTRIES)


def order_problem(entry: Mapping[str, Any]) -> str:
    """Why the two dates of a legal basis do not go together, or ""."""
    as_of, review_on = as_date(entry.get("as_of")), as_date(entry.get("review_on"))
    if as_of is not None and review_on is not None and review_on <= as_of:
        return gettext("The day it is to be checked again comes after the day it was checked.")
    return ""


def _names(field: str, value: Any, is_known: Any, otherwise: str) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        yield Problem(field, 0, "", gettext("A list of names is expected."))
        return
    for number, name in enumerate(value, 1):
        if not is_known(name):
            yield Problem(field, number, "", f"“{name}” {otherwise}")
        elif name in value[: number - 1]:
            yield Problem(field, number, "", gettext("“%(name)s” stands there twice.") % {"name": name})


def _objectives(value: Any) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        yield Problem("objectives", 0, "", gettext("A list of sentences is expected."))
        return
    if len(value) > MAX_OBJECTIVES:
        yield Problem("objectives", 0, "", gettext("At most %(most)s entries are possible.") % {"most": MAX_OBJECTIVES})
    for number, text in enumerate(value, 1):
        if message := _part_problem(Part("", "", longest=LONGEST_OBJECTIVE), text):
            yield Problem("objectives", number, "", message)


def _entries(field: str, parts: Sequence[Part], value: Any) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(field, 0, "", gettext("A list of entries is expected."))
        return
    if len(value) > MAX_ENTRIES:
        yield Problem(field, 0, "", gettext("At most %(most)s entries are possible.") % {"most": MAX_ENTRIES})
    for number, entry in enumerate(value, 1):
        yield from _entry(field, number, parts, entry)


def _entry(field: str, number: int, parts: Sequence[Part], entry: Any) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield Problem(field, number, "", gettext("An entry with named parts is expected."))
        return
    known = {part.name for part in parts}
    yield from (
        Problem(field, number, str(name), gettext("This part is not known.")) for name in entry if name not in known
    )
    for part in parts:
        if message := _part_problem(part, entry.get(part.name, "")):
            yield Problem(field, number, part.name, message)
    if field == "legal_bases" and (message := order_problem(entry)):
        yield Problem(field, number, "review_on", message)


def _part_problem(part: Part, value: Any) -> str:
    if value == "" or value is None:
        return gettext("This is missing.") if part.required else ""
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


def as_date(value: Any) -> date | None:
    """The day that an ISO date names; None for anything else."""
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
    """A short sign for some values, by which a form notices that somebody else has changed them."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]


# --- Words and their English ------------------------------------------------------------------------------------------


def edition_words(edition: Any) -> dict[str, str]:
    """The German texts of an edition by path; what is empty is left out."""
    found = {name: str(getattr(edition, name)) for name in TEXTS}
    found |= {f"objectives.{number}": text for number, text in enumerate(edition.objectives)}
    return {path: text for path, text in found.items() if text.strip()}


def unit_words(unit: Any) -> dict[str, str]:
    """The German texts of a unit by path, its title first."""
    return {"title": unit.title, **words(unit.kind, unit.content)}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text says about its module, in one language; German stands where there is no English."""

    title: str
    summary: str
    target_group: str
    prerequisites: str
    objectives: tuple[str, ...]


def edition_in(edition: Any, language: str) -> Shown:
    """The texts of an edition in `language` (de, en)."""

    def said(path: str, german: str) -> str:
        return (translated(edition.words_en, path) if language == "en" else "") or german

    texts = {name: said(name, getattr(edition, name)) for name in TEXTS}
    objectives = tuple(said(f"objectives.{number}", text) for number, text in enumerate(edition.objectives))
    return Shown(**texts, objectives=objectives)


def unit_title(unit: Any, language: str) -> str:
    """The title of a unit in `language`; German where there is no English one."""
    return (translated(unit.words_en, "title") if language == "en" else "") or str(unit.title)


def english(german: str, text: str) -> dict[str, str]:
    """An English text as words_en keeps it, with the sign of the German one that it says."""
    return {"text": text, "of": words_fingerprint(german)}


def follow_objectives(words_en: Mapping[str, Any], objectives: Sequence[str]) -> dict[str, Any]:
    """The English of an edition once its objectives are these: each follows its sentence to its new place."""
    kept = {path: found for path, found in words_en.items() if not path.startswith("objectives.")}
    by_place = {path: found for path, found in words_en.items() if path.startswith("objectives.")}
    by_words = {str(found.get("of")): found for found in by_place.values()}
    signs = [words_fingerprint(text) for text in objectives]
    for number, sign in enumerate(signs):
        path = f"objectives.{number}"
        found = by_words.get(sign) or by_place.get(path)
        # The English of a sentence that stands elsewhere now is not left behind; that of a changed one is, as stale.
        if found and (found.get("of") == sign or found.get("of") not in signs):
            kept[path] = found
    return kept
