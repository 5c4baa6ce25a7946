"""Two texts compared word by word. Pure: words are tied by the longest runs they share (difflib)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

SAME = "same"
ADDED = "added"
REMOVED = "removed"

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words: in both texts (SAME), only in the newer (ADDED) or only in the older (REMOVED)."""

    kind: str
    text: str


def compare_words(old: str, new: str) -> list[Part]:
    """The words of both texts in the order of reading: what went before what came, words whole.

    Joining the SAME and REMOVED parts gives `old` again, the SAME and ADDED ones `new`.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    raw: list[Part] = []
    for operation, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if operation == "equal":
            raw.append(Part(SAME, "".join(before[a:b])))
            continue
        if b > a:
            raw.append(Part(REMOVED, "".join(before[a:b])))
        if d > c:
            raw.append(Part(ADDED, "".join(after[c:d])))
    return _without_islands(raw)


def _without_islands(parts: Sequence[Part]) -> list[Part]:
    """A single blank between two changes belongs to both of them: a phrase that was replaced reads as one."""
    spread: list[Part] = []
    for index, part in enumerate(parts):
        is_island = part.kind == SAME and not part.text.strip() and 0 < index < len(parts) - 1
        spread += [Part(REMOVED, part.text), Part(ADDED, part.text)] if is_island else [part]
    merged: list[Part] = []
    for is_same, run in groupby(spread, key=lambda part: part.kind == SAME):
        group = list(run)
        for kind in (SAME,) if is_same else (REMOVED, ADDED):
            text = "".join(part.text for part in group if part.kind == kind)
            if text:
                merged.append(Part(kind, text))
    return merged
