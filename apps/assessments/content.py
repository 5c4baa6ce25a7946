"""The content of an answer, what a page has shown of it, and how two people's changes come together. Pure.

A page sends with each answer what it had shown (`Seen`: the revision and a digest per field). Field by field, as in a
three-way merge: what the person did not touch stays as it is stored; what only one side changed is taken; what both
changed to different values is a conflict for a person to decide.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from apps.assessments.models import Answer, Special

_DIGEST_LENGTH = 10
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Content:
    """What an answer says: `value` as the instrument's logic reads it (a level, a special answer, a text, …)."""

    value: str = ""
    done_by: str = ""
    note: str = ""
    evidence: str = ""

    @property
    def is_empty(self) -> bool:
        return self == EMPTY


EMPTY = Content()
FIELDS = tuple(field.name for field in fields(Content))


def content_of(answer: Answer | None) -> Content:
    """Content of a stored answer; of none, nothing."""
    if answer is None:
        return EMPTY
    return Content(answer.plain, answer.done_by, answer.note, answer.evidence)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page had shown of an answer: its revision (0: none yet) and a digest of each field."""

    revision: int = 0
    digests: tuple[str, ...] = (_NOTHING,) * len(FIELDS)

    @classmethod
    def of(cls, content: Content, revision: int) -> "Seen":
        return cls(revision, tuple(_digest(getattr(content, name)) for name in FIELDS))

    def knowing(self, content: Content, names: tuple[str, ...]) -> "Seen":
        """The same, but for the fields `names`, of which `content` has been shown."""
        digests = zip(FIELDS, self.digests, strict=True)
        return Seen(
            self.revision,
            tuple(_digest(getattr(content, name)) if name in names else digest for name, digest in digests),
        )

    @classmethod
    def parse(cls, token: str) -> "Seen":
        """Read a token made by `str()`; anything else counts as having seen nothing."""
        revision, *digests = token.split(".")
        if not (revision.isascii() and revision.isdigit()) or len(digests) != len(FIELDS):
            return NOTHING_SEEN
        return cls(int(revision[:9]), tuple(digests))

    def __str__(self) -> str:
        return ".".join((str(self.revision), *self.digests))


NOTHING_SEEN = Seen()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH] if text else _NOTHING


@dataclass(frozen=True, slots=True)
class Merged:
    """The content to store, and the fields on which two people disagree (then nothing is to be stored)."""

    content: Content
    conflicts: tuple[str, ...] = ()


def merge(*, stored: Content, seen: Seen, mine: Content, same_person: bool = False) -> Merged:
    """Bring `mine` together with what is `stored`, given what I had `seen`.

    `same_person`: whoever stored the answer is the one who sends this; a person's later word stands.
    """
    changes: dict[str, str] = {}
    conflicts = []
    for name, digest in zip(FIELDS, seen.digests, strict=True):
        here, there = getattr(mine, name), getattr(stored, name)
        if here == there or _digest(here) == digest:
            continue
        if _digest(there) == digest or same_person:
            changes[name] = here
        else:
            conflicts.append(name)
    content = normalized(replace(stored, **changes))
    return Merged(content, tuple(conflicts))


@dataclass(frozen=True, slots=True)
class Voice:
    """What one of several departments answered; name: the department's, "" where it is a person without one."""

    name: str
    content: Content


def agreement(contents: Iterable[Content]) -> Content | None:
    """The answer (with who does it) that all who answered agree on; EMPTY where nobody has, None where they differ."""
    said = {(content.value, content.done_by) for content in contents if content.value}
    if len(said) > 1:
        return None
    return Content(*said.pop()) if said else EMPTY


def joined(texts: Sequence[tuple[str, str]]) -> str:
    """Notes of several departments as one, each with the department's name in front; one alone as it is."""
    said = [(name, text) for name, text in texts if text]
    if len(said) == 1:
        return said[0][1]
    return "\n\n".join(f"{name}: {text}" if name else text for name, text in said)


def settle(present: Content, before: Sequence[Voice], after: Sequence[Voice], *, decided: bool) -> Content:
    """What the answer to an item comes to when what its departments say changes from `before` to `after`.

    A decision stands; without one the answer is what all agree on, and none where they differ. Where nobody says
    anything any more that a department had said, there is none either. Notes and evidence are joined, but for a text
    that somebody has meanwhile written differently: that one is kept as it is.
    """
    value, done_by = present.value, present.done_by
    if not decided and any(voice.content.value for voice in (*before, *after)):
        agreed = agreement(voice.content for voice in after) or EMPTY
        value, done_by = agreed.value, agreed.done_by
    texts = {
        name: _rejoined(
            getattr(present, name),
            [(voice.name, getattr(voice.content, name)) for voice in before],
            [(voice.name, getattr(voice.content, name)) for voice in after],
        )
        for name in ("note", "evidence")
    }
    return Content(value, done_by, **texts)


def _rejoined(present: str, before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> str:
    return joined(after) if present == joined(before) else present


def voices_hash(voices: Iterable[Voice]) -> str:
    """What a page has shown of the departments' answers: a decision is about these, and no others."""
    said = sorted((voice.name, voice.content.value, voice.content.done_by) for voice in voices)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:_DIGEST_LENGTH]


def normalized(content: Content) -> Content:
    """`done_by` belongs to "done for us" alone."""
    if content.done_by and content.value != Special.DONE_FOR_US:
        return replace(content, done_by="")
    return content


def content_hash(contents: Mapping[str, Content]) -> str:
    """SHA-256 over all answers of an assessment (item name → content), in a canonical form.

    The signature carries it: whoever has the answers can check that they are the ones that were signed.
    """
    canonical = [
        [name, *(getattr(content, field) for field in FIELDS)]
        for name, content in sorted(contents.items())
        if not content.is_empty
    ]
    return hashlib.sha256(json.dumps(canonical, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
