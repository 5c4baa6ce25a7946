"""A text typed by people as headings, paragraphs and lists. Pure; what comes out is text, never markup."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

HEADING, PARAGRAPH, LIST = "heading", "paragraph", "list"
LONGEST_HEADING = 90
_ENTRY = re.compile(r"\s*[-*•–]\s+(?P<text>\S.*)")
_SENTENCE_ENDS = (".", ":", ";", ",", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: its kind, and its words (of a list: its entries)."""

    kind: str
    text: str = ""
    entries: list[str] = field(default_factory=list)


def parts(text: str) -> list[Part]:
    """The parts of `text`, which blank lines separate.

    Lines that begin with a dash are a list. A short line by itself that is no sentence is a heading.
    """
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return [part for block in blocks if block.strip() for part in _parts_of(block)]


def _parts_of(block: str) -> Iterator[Part]:
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    words: list[str] = []
    entries: list[str] = []
    for line in lines:
        found = _ENTRY.fullmatch(line)
        if found:
            entries.append(found["text"])
        elif entries:
            entries[-1] += f" {line}"
        else:
            words.append(line)
    if words:
        together = " ".join(words)
        is_heading = len(words) == 1 and len(together) <= LONGEST_HEADING and not together.endswith(_SENTENCE_ENDS)
        yield Part(HEADING if is_heading else PARAGRAPH, together)
    if entries:
        yield Part(LIST, entries=entries)
