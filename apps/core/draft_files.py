"""The project's own drafts as TOML files: finding and reading them, and what became of each."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class InvalidFile(ValueError):
    """A file cannot be read. `problems`: field and what is wrong with it, as sentences."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))
        self.problems = list(problems)


class Draft(Protocol):
    """What a file describes: `name` of the file, and number and key, which belong to no other."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def key(self) -> str: ...


class Outcome(StrEnum):
    """What became of a draft."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the draft in a file; `why` it was left as it is. further: what else to say of it."""

    name: str
    outcome: Outcome
    why: str = ""
    further: str = ""

    def __str__(self) -> str:
        why = f": {self.why}" if self.why else ""
        return f"{self.name}: {self.outcome}{why}{self.further and f', {self.further}'}"


def toml_files(paths: Sequence[str | Path], library: Path) -> list[Path]:
    """The files meant by `paths`: a folder stands for its TOML files; without any, the library that comes along."""
    found: list[Path] = []
    for path in [Path(given) for given in paths] or [library]:
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    return found


def parsed(path: Path) -> dict[str, Any]:
    """What a TOML file holds. Raises InvalidFile, OSError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidFile(path.name, [f"This is no TOML: {error}"]) from error


def unknown_fields(content: Mapping[str, Any], known: set[str]) -> list[str]:
    """What stands in a file and means nothing, as sentences."""
    return [f"{key}: this field is not known." for key in sorted(set(content) - known)]


def as_json(value: Any) -> Any:
    """TOML as JSON: dates as text, spaces at the ends of texts left out."""
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether it is a whole number within bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def claimed_twice(drafts: Sequence[Draft]) -> list[str]:
    """Numbers and keys that more than one file claims, as sentences."""
    found = []
    seen: dict[object, str] = {}
    for draft in drafts:
        for claim, what in ((draft.number, "number"), (draft.key, "key")):
            other = seen.setdefault((what, claim), draft.name)
            if other != draft.name:
                found.append(f"{draft.name}: {what}: {claim} is that of {other} too.")
    return found
