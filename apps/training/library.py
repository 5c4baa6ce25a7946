"""The project's own drafts as files: one module a file (TOML), read and checked without a database.

A file holds key, number, title, summary, target_group, prerequisites, minutes, dimension, items, delivery, empowerment,
valid_months, objectives; title_en, summary_en, objectives_en; [[sources]] and [[legal]] as in an edition (legal_bases
is called legal); [[units]] for learners and [[trainer]] for trainers only, each with key, kind, title, minutes and what
apps.training.units says its kind holds. Files beside the text (pictures, films) cannot come from a library.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from apps.core.draft_files import InvalidFile, as_json, is_whole, parsed, toml_files, unknown_fields
from apps.core.entries import SLUG
from apps.instruments.definition import DIMENSIONS
from apps.training import fields
from apps.training.units import Audience, Content, UnitKind, problems

LIBRARY = Path(__file__).resolve().parent / "library"

_ENGLISH = {"title_en": "title", "summary_en": "summary"}
_JSON = {
    "legal": "legal_bases",
    "sources": "sources",
    "items": "items",
    "delivery": "delivery",
    "objectives": "objectives",
}
_PLAIN = {"key", "number", "dimension", "minutes", "empowerment", "valid_months", "units", "trainer", "objectives_en"}
_KNOWN = {*_PLAIN, *fields.TEXTS, *_ENGLISH, *_JSON}
_UNIT = {"key", "kind", "title", "minutes"}
#: What a unit of each kind holds besides, with what stands where the file says nothing.
_CONTENT: Mapping[str, Content] = {
    UnitKind.TEXT: {"text": ""},
    UnitKind.DOWNLOAD: {"filename": "", "text": "", "description": ""},
    UnitKind.REFLECTION: {"task": "", "hint": ""},
    UnitKind.QUIZ: {"text": "", "pass_mark": 0, "attempts": 0, "questions": []},
    UnitKind.SCENARIO: {"text": "", "start": "", "nodes": []},
}
_QUESTION = {"key", "type", "prompt", "points", "feedback", "hint", "options", "entries", "pairs"}
_ROWS = {
    "options": {"key", "text", "correct", "feedback"},
    "entries": {"key", "text"},
    "pairs": {"key", "left", "right"},
}
_NODE = {"key", "text", "ending", "choices"}
_CHOICE = {"key", "text", "feedback", "to"}


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit as the file says it."""

    key: str
    audience: str
    kind: str
    title: str
    minutes: int
    content: Content


@dataclass(frozen=True, slots=True)
class Entry:
    """A module from a file: `edition` are the fields of a ModuleEdition, `units` in their order."""

    name: str
    key: str
    number: int
    dimension: int
    is_empowerment: bool
    edition: Mapping[str, Any]
    units: Sequence[UnitEntry] = field(default=())

    @property
    def hash(self) -> str:
        """SHA-256 over everything that the text says."""
        units = [[unit.key, unit.audience, unit.kind, unit.title, unit.minutes, unit.content] for unit in self.units]
        return sha256(json.dumps([self.edition, units], sort_keys=True).encode()).hexdigest()


def read(path: Path) -> Entry:
    """The module in a file. Raises InvalidFile naming every field with what is wrong, OSError."""
    return read_content(parsed(path), path.name)


def read_content(content: Mapping[str, Any], name: str) -> Entry:
    """The module that parsed TOML describes. Raises InvalidFile."""
    found = [
        *unknown_fields(content, _KNOWN),
        *_plain_problems(content),
        *(str(problem) for problem in fields.all_problems(_lists(content))),
        *_english_problems(content),
        *_units_problems(content),
    ]
    if found:
        raise InvalidFile(name, found)
    units = [*_units(content, "units", Audience.LEARNER), *_units(content, "trainer", Audience.TRAINER)]
    return Entry(
        name,
        content["key"],
        content["number"],
        content["dimension"],
        content.get("empowerment", False),
        _edition(content),
        units,
    )


def files() -> list[Path]:
    """The files of the library, in the order of their names."""
    return toml_files([], LIBRARY)


def _edition(content: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: content.get(name, "").strip() for name in fields.TEXTS}
    lists = _lists(content)
    words_en = {
        path: fields.english(texts[path], content[name].strip())
        for name, path in _ENGLISH.items()
        if content.get(name, "").strip()
    }
    for number, text in enumerate(content.get("objectives_en", [])):
        words_en[f"objectives.{number}"] = fields.english(lists["objectives"][number], text.strip())
    return {
        **texts,
        **lists,
        "minutes": content["minutes"],
        "valid_months": content.get("valid_months", 0),
        "words_en": words_en,
    }


def _lists(content: Mapping[str, Any]) -> dict[str, Any]:
    return {target: as_json(content.get(name, [])) for name, target in _JSON.items()}


def _units(content: Mapping[str, Any], name: str, audience: Audience) -> list[UnitEntry]:
    return [
        UnitEntry(
            key=unit["key"],
            audience=audience.value,
            kind=unit["kind"],
            title=unit["title"].strip(),
            minutes=unit.get("minutes", 0),
            content=_content(unit),
        )
        for unit in content.get(name, [])
    ]


def _content(unit: Mapping[str, Any]) -> Content:
    own = {part: as_json(value) for part, value in unit.items() if part not in _UNIT}
    found: Content = {**_CONTENT[unit["kind"]], **own}
    if unit["kind"] == UnitKind.SCENARIO:
        found["nodes"] = [{"ending": "", "choices": [], **node} for node in found["nodes"]]
    elif unit["kind"] == UnitKind.QUIZ:
        found["questions"] = [{"points": 0, **question} for question in found["questions"]]
        for question in found["questions"]:
            for option in question.get("options", []):
                option.setdefault("correct", False)
    return found


# --- Checking ---------------------------------------------------------------------------------------------------------


def _plain_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not SLUG.fullmatch(str(content.get("key", ""))):
        yield "key: small letters, digits and hyphens are expected."
    for name, least, most in (
        ("number", 1, 9_999),
        ("dimension", min(DIMENSIONS), max(DIMENSIONS)),
        ("minutes", 1, 10_000),
        ("valid_months", 0, 120),
    ):
        if not is_whole(content.get(name, 0), least, most):
            yield f"{name}: a number from {least} to {most} is expected."
    if not isinstance(content.get("empowerment", False), bool):
        yield "empowerment: true or false is expected."
    for name, longest in fields.TEXTS.items():
        yield from _text_problems(content, name, longest, required=name != "prerequisites")
    for name in ("objectives", "items", "delivery"):
        if not content.get(name):
            yield f"{name}: this is missing."


def _english_problems(content: Mapping[str, Any]) -> Iterator[str]:
    for name, path in _ENGLISH.items():
        yield from _text_problems(content, name, fields.TEXTS[path], required=False)
    texts = content.get("objectives_en", [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        yield "objectives_en: a list of sentences is expected."
    elif isinstance(content.get("objectives"), list) and len(texts) not in (0, len(content["objectives"])):
        yield "objectives_en: as many sentences as objectives are expected."


def _text_problems(content: Mapping[str, Any], name: str, longest: int, *, required: bool) -> Iterator[str]:
    value = content.get(name, "")
    if not isinstance(value, str):
        yield f"{name}: a text is expected."
    elif required and not value.strip():
        yield f"{name}: this is missing."
    elif len(value.strip()) > longest:
        yield f"{name}: at most {longest} characters are possible; these are {len(value.strip())}."


def _units_problems(content: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    is_empowerment = content.get("empowerment") is True
    for name, kinds in (("units", tuple(_CONTENT)), ("trainer", (UnitKind.TEXT, UnitKind.DOWNLOAD))):
        units = content.get(name, [])
        if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
            yield f"{name}: a list of units is expected."
            continue
        for number, unit in enumerate(units, 1):
            place = f"{name}[{number}]"
            yield from (f"{place}{problem}" for problem in _unit_problems(unit, kinds))
            if str(unit.get("key")) in seen:
                yield f"{place}.key: “{unit.get('key')}” stands there twice."
            seen.add(str(unit.get("key")))
    if is_empowerment and content.get("units"):
        yield "units: an empowerment module has material for trainers only."
    if is_empowerment and content.get("delivery") != ["on_site"]:
        yield 'delivery: an empowerment module is given ["on_site"].'
    if not content.get("trainer" if is_empowerment else "units"):
        yield f"{'trainer' if is_empowerment else 'units'}: this is missing."


def _unit_problems(unit: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[str]:
    kind = unit.get("kind")
    if kind not in kinds:
        yield f".kind: one of {', '.join(kinds)} is expected."
        return
    if not SLUG.fullmatch(str(unit.get("key", ""))) or len(str(unit.get("key"))) > 60:
        yield ".key: small letters, digits and hyphens are expected, at most 60."
    if not isinstance(unit.get("title"), str) or not 0 < len(unit["title"].strip()) <= 160:
        yield ".title: a text of at most 160 characters is expected."
    if not is_whole(unit.get("minutes", 0), 0, 600):
        yield ".minutes: a number from 0 to 600 is expected."
    shape = list(_shape_problems(unit, str(kind)))
    yield from shape
    if not shape:
        yield from (f": {problem}" for problem in problems(str(kind), _content(unit)))


def _shape_problems(unit: Mapping[str, Any], kind: str) -> Iterator[str]:
    """What keeps a unit's content from being looked at: unknown parts, and values of another type."""
    for name, value in unit.items():
        if name in _UNIT:
            continue
        if name not in _CONTENT[kind]:
            yield f".{name}: this part is not known."
        elif type(value) is not type(_CONTENT[kind][name]):
            yield f".{name}: {_expected(_CONTENT[kind][name])} is expected."
        elif name == "questions":
            yield from _parts_problems(value, name, _QUESTION, _ROWS)
        elif name == "nodes":
            yield from _parts_problems(value, name, _NODE, {"choices": _CHOICE})


def _parts_problems(parts: Any, name: str, known: set[str], rows: Mapping[str, set[str]]) -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        place = f".{name}[{number}]"
        if not isinstance(part, dict):
            yield f"{place}: named parts are expected."
            continue
        for inner, value in part.items():
            if inner not in known:
                yield f"{place}.{inner}: this part is not known."
            elif inner in rows and not isinstance(value, list):
                yield f"{place}.{inner}: a list is expected."
            elif inner in rows:
                yield from _parts_problems(value, f"{name}[{number}].{inner}", rows[inner], {})
            elif not _fits(inner, value):
                yield f"{place}.{inner}: {_expected(_SAMPLES.get(inner, ''))} is expected."


_SAMPLES: Mapping[str, Any] = {"points": 0, "correct": False}


def _fits(name: str, value: Any) -> bool:
    return type(value) is type(_SAMPLES.get(name, "")) and not (name == "points" and not 0 <= value <= 100)


def _expected(sample: Any) -> str:
    return {int: "a whole number", bool: "true or false", list: "a list"}.get(type(sample), "a text")
