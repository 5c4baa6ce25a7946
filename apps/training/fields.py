"""The fields of a module's text: which there are, what an entry holds, what is wrong with one, and their English.

Pure, and the one place that knows their form: pages build their forms from it, the import of files checks by it.
English words of a text stand in `words_en` by path: title, summary, target_group, prerequisites, objectives.<number
from 0>; of a unit: title, and the paths of apps.training.units.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.entries import (
    ITEM,
    LEGAL_BASIS,
    URL,
    Part,
    Problem,
    entries_problems,
    names_problems,
    part_problem,
)
from apps.training.units import fingerprint as words_fingerprint
from apps.training.units import translated, words

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


ENTRIES: Mapping[str, tuple[Part, ...]] = {
    "sources": (
        Part("by", _("Author or publisher")),
        Part("title", _("Title"), longest=300),
        Part("year", _("Year"), longest=20),
        Part("url", _("Address on the web"), URL, required=False, longest=500),
    ),
    "legal_bases": LEGAL_BASIS,
}
DELIVERIES = ("self_paced", "online", "on_site")


# --- Checking ---------------------------------------------------------------------------------------------------------


def all_problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with any of the JSON fields among `values`; empty where nothing is."""
    return [problem for field in _CHECKED if field in values for problem in _problems(field, values[field])]


def _problems(field: str, value: Any) -> Iterator[Problem]:
    if field == "items":
        return names_problems(field, value, ITEM.fullmatch, gettext("is not the name of an item."))
    if field == "delivery":
        return names_problems(field, value, DELIVERIES.__contains__, gettext("is no way to give a module."))
    if field == "objectives":
        return _objectives(value)
    return entries_problems(field, ENTRIES[field], value)


_CHECKED = ("objectives", "items", "delivery", *ENTRIES)


def _objectives(value: Any) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        yield Problem("objectives", 0, "", gettext("A list of sentences is expected."))
        return
    if len(value) > MAX_OBJECTIVES:
        yield Problem("objectives", 0, "", gettext("At most %(most)s entries are possible.") % {"most": MAX_OBJECTIVES})
    for number, text in enumerate(value, 1):
        if message := part_problem(Part("", "", longest=LONGEST_OBJECTIVE), text):
            yield Problem("objectives", number, "", message)


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
