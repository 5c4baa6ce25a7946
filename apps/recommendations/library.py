"""The project's own drafts as files: one recommendation a file (TOML), read and checked without a database.

A file holds key, number, title, dimension, items, target_level, summary, effort, effort_note, training; [indicator];
[[legal]], [[variants]], [[templates]], [[measures]], [[sources]] as in an edition (legal_bases is called legal);
[[rules]] with instrument, item, threshold, priority, competence, module, prerequisite (key of another
recommendation), on_unknown; and [text] with the Markdown of each section.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.core.draft_files import InvalidFile, as_json, is_whole, parsed, toml_files, unknown_fields
from apps.core.entries import ITEM, SLUG
from apps.core.prose import NotAllowed, Words, parse
from apps.instruments.definition import COMPETENCES, DIMENSIONS
from apps.recommendations import fields
from apps.recommendations.models import Effort, Section

LIBRARY = Path(__file__).resolve().parent / "library"

#: Name in the file → longest text of the edition's field.
_TEXTS = {"title": 160, "summary": 600, "effort_note": 2_000}
_JSON = {
    "legal": "legal_bases",
    "variants": "variants",
    "templates": "templates",
    "measures": "measures",
    "sources": "sources",
    "items": "items",
    "training": "training",
    "indicator": "indicator",
}
_KNOWN = {"key", "number", "dimension", "target_level", "effort", "rules", "text", *_TEXTS, *_JSON}
_RULE = {"instrument", "item", "threshold", "priority", "competence", "module", "prerequisite", "on_unknown"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A mapping rule as the file says it; `prerequisite` is the key of a recommendation."""

    instrument: str
    item: str
    threshold: int
    priority: int = 2
    competence: str = ""
    module: str = ""
    prerequisite: str = ""
    on_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A recommendation from a file: `edition` are the fields of an Edition, `text` the blocks by section."""

    name: str
    key: str
    number: int
    dimension: int
    edition: Mapping[str, Any]
    text: Mapping[str, Sequence[Words]] = field(default_factory=dict)
    rules: Sequence[Rule] = ()


def read(path: Path) -> Entry:
    """The recommendation in a file. Raises InvalidFile naming every field with what is wrong, OSError."""
    return read_content(parsed(path), path.name)


def read_content(content: Mapping[str, Any], name: str) -> Entry:
    """The recommendation that parsed TOML describes. Raises InvalidFile."""
    edition, text = _edition(content), _text(content)
    problems = [
        *unknown_fields(content, _KNOWN),
        *_plain_problems(content),
        *(str(problem) for problem in fields.all_problems(edition)),
        *_text_problems(content),
        *_rule_problems(content.get("rules", [])),
    ]
    if problems:
        raise InvalidFile(name, problems)
    rules = [Rule(**rule) for rule in content.get("rules", [])]
    return Entry(name, content["key"], content["number"], content["dimension"], edition, text, rules)


def files() -> list[Path]:
    """The files of the library, in the order of their names."""
    return toml_files([], LIBRARY)


def _edition(content: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: as_json(content.get(name, "")) for name in _TEXTS}
    lists = {target: as_json(content.get(name, {} if name == "indicator" else [])) for name, target in _JSON.items()}
    return {
        **texts,
        **lists,
        "target_level": content.get("target_level", 3),
        "effort": content.get("effort", Effort.MEDIUM.value),
    }


def _text(content: Mapping[str, Any]) -> dict[str, list[Words]]:
    """The sections that can be read; what is wrong with the others says _text_problems."""
    found = {}
    given = content.get("text", {})
    for section in Section.values:
        try:
            found[section] = parse(str(given.get(section, ""))) if isinstance(given, dict) else []
        except NotAllowed:
            found[section] = []
    return found


# --- Checking -----------------------------------------------------------------------------------------------------


def _plain_problems(content: Mapping[str, Any]) -> Iterator[str]:
    if not SLUG.fullmatch(str(content.get("key", ""))):
        yield "key: small letters, digits and hyphens are expected."
    if not is_whole(content.get("number"), 1, 9_999):
        yield "number: a number from 1 on is expected."
    if not is_whole(content.get("dimension"), min(DIMENSIONS), max(DIMENSIONS)):
        yield "dimension: a number from 1 to 10 is expected."
    if not is_whole(content.get("target_level", 3), 1, 4):
        yield "target_level: a level from 1 to 4 is expected."
    if content.get("effort", Effort.MEDIUM.value) not in Effort.values:
        yield f"effort: one of {', '.join(Effort.values)} is expected."
    if not as_json(content.get("title", "")):
        yield "title: this is missing."
    for name, longest in _TEXTS.items():
        value = content.get(name, "")
        if not isinstance(value, str):
            yield f"{name}: a text is expected."
        elif len(value.strip()) > longest:
            yield f"{name}: at most {longest} characters are possible; these are {len(value.strip())}."


def _text_problems(content: Mapping[str, Any]) -> Iterator[str]:
    given = content.get("text", {})
    if not isinstance(given, dict):
        yield "text: sections with their text are expected."
        return
    for section, markdown in given.items():
        if section not in Section.values:
            yield f"text.{section}: this part is not known."
            continue
        try:
            parse(str(markdown))
        except NotAllowed as error:
            yield from (f"text.{section}: {refusal}" for refusal in error.refusals)


def _rule_problems(rules: Any) -> Iterator[str]:
    if not isinstance(rules, list):
        yield "rules: a list of rules is expected."
        return
    seen = set()
    for number, rule in enumerate(rules, 1):
        place = f"rules[{number}]"
        if not isinstance(rule, dict):
            yield f"{place}: a rule is expected."
            continue
        yield from (f"{place}.{name}: this part is not known." for name in sorted(set(rule) - _RULE))
        for name in ("instrument", "item"):
            if not ITEM.fullmatch(str(rule.get(name, ""))):
                yield f"{place}.{name}: a name is expected."
        if not is_whole(rule.get("threshold"), 0, 3):
            yield f"{place}.threshold: a level from 0 to 3 is expected."
        if not is_whole(rule.get("priority", 2), 1, 3):
            yield f"{place}.priority: a number from 1 to 3 is expected."
        if rule.get("competence", "") not in ("", *COMPETENCES):
            yield f"{place}.competence: “{rule['competence']}” is not known."
        if rule.get("module", "") and not SLUG.fullmatch(str(rule["module"])):
            yield f"{place}.module: the key of a module is expected."
        if not isinstance(rule.get("on_unknown", False), bool):
            yield f"{place}.on_unknown: true or false is expected."
        identity = tuple(str(rule.get(name, "")) for name in ("instrument", "item", "competence", "module"))
        if identity in seen:
            yield f"{place}: the same item with the same competence and module stands there twice."
        seen.add(identity)
