"""What a package is made of: a text of a module in one language, with or without a municipality's additions."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.training.units import UnitKind

LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
#: Characters that stand for a unit in a learner's progress; more where two units would look the same.
SHORT = 4


@dataclass(frozen=True, slots=True)
class Addition:
    """What the municipality adds at one place: a heading and Markdown."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A stored file that units show or hand out. path: where it lies in the package; read: its bytes."""

    path: str
    name: str
    media_type: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class PackageUnit:
    """A unit for learners, its words in the language of the package. short: stands for it in the saved progress."""

    key: str
    short: str
    kind: UnitKind
    title: str
    minutes: int
    content: Mapping[str, Any]
    addition: Addition | None = None

    @property
    def is_graded(self) -> bool:
        """Whether it is a quiz that must be passed."""
        return self.kind == UnitKind.QUIZ and int(self.content.get("pass_mark") or 0) > 0


@dataclass(frozen=True, slots=True)
class Source:
    """Everything a package says. as_of: when it last changed; all times inside a package are this one.

    files: id → file. sources and legal_bases: as in ModuleEdition. municipality: whose additions; "" for none.
    withheld: keys of the units for trainers, and SHA-256 of their files; they are here so that the checks can see that
    none of them got into a package.
    """

    code: str
    key: str
    number: int
    version: int
    edition: int
    is_draft: bool
    state: str
    language: str
    title: str
    summary: str
    target_group: str
    prerequisites: str
    minutes: int
    objectives: Sequence[str]
    keywords: Sequence[str]
    units: Sequence[PackageUnit]
    files: Mapping[str, PackageFile]
    sources: Sequence[Mapping[str, Any]]
    legal_bases: Sequence[Mapping[str, Any]]
    as_of: datetime
    is_empowerment: bool = False
    withheld: frozenset[str] = frozenset()
    addition: Addition | None = None
    municipality: str = ""

    @property
    def identifier(self) -> str:
        """A name for manifests: letters, digits and hyphens, the same for the same text."""
        return f"KFA-M-{self.number}-V{self.version}-{self.edition}-{self.language}"


def short_names(keys: Sequence[str]) -> dict[str, str]:
    """Key of a unit → the few characters that stand for it in a learner's progress: the same in every edition."""
    digests = {key: hashlib.sha256(key.encode()).hexdigest() for key in keys}
    length = SHORT
    while len({digest[:length] for digest in digests.values()}) < len(digests):
        length += 1
    return {key: digest[:length] for key, digest in digests.items()}


def suspend_bound(units: Sequence[PackageUnit]) -> int:
    """The most characters that module.js can ever ask a platform to keep: `1|short,…|short.attempts.best.passed,…`.

    The script caps attempts at 999 and percent at 100; "done" and "passed" are one digit each.
    """
    done = sum(len(unit.short) + 1 for unit in units)
    quizzes = sum(len(unit.short) + len(".999.100.1,") for unit in units if unit.kind == UnitKind.QUIZ)
    return len("1||") + done + quizzes
