"""Two texts of a recommendation compared, block by block and word by word. Pure.

Blocks are tied by their key, which stays the same while a block lives; words by the longest runs they share (difflib).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Protocol
from uuid import UUID

from apps.core.word_comparison import ADDED, REMOVED, SAME, Part, compare_words

CHANGED = "changed"
MOVED = "moved"


class ComparedBlock(Protocol):
    """What is compared: a Block, or anything with its fields."""

    key: UUID
    section: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What became of a block. kind: SAME, CHANGED, MOVED (its words may have changed too), ADDED or REMOVED."""

    kind: str
    section: str
    block_kind: str
    key: UUID
    parts: list[Part] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether there is anything to see."""
        return self.kind != SAME


def compare_blocks(old: Sequence[ComparedBlock], new: Sequence[ComparedBlock]) -> list[BlockChange]:
    """All blocks of the newer text in its order; those that are gone stand where they were last.

    A block counts as moved when it changed its section, or its place among the blocks both texts have.
    """
    before = {block.key: block for block in old}
    kept = {block.key for block in new} & before.keys()
    in_place = _in_place(
        [block.key for block in old if block.key in kept], [block.key for block in new if block.key in kept]
    )
    gone_after: dict[UUID | None, list[ComparedBlock]] = {}
    anchor: UUID | None = None
    for block in old:
        if block.key in kept:
            anchor = block.key
        else:
            gone_after.setdefault(anchor, []).append(block)
    changes = [_removed(block) for block in gone_after.get(None, [])]
    for block in new:
        was = before.get(block.key)
        changes.append(_added(block) if was is None else _kept(was, block, moved=block.key not in in_place))
        changes += [_removed(gone) for gone in gone_after.get(block.key, [])]
    return changes


def _in_place(old: Sequence[UUID], new: Sequence[UUID]) -> set[UUID]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    return {old[match.a + offset] for match in matcher.get_matching_blocks() for offset in range(match.size)}


def _kept(was: ComparedBlock, block: ComparedBlock, *, moved: bool) -> BlockChange:
    parts = compare_words(was.text, block.text)
    if moved or was.section != block.section:
        kind = MOVED
    else:
        kind = SAME if was.text == block.text and was.kind == block.kind else CHANGED
    return BlockChange(kind, block.section, block.kind, block.key, parts)


def _added(block: ComparedBlock) -> BlockChange:
    return BlockChange(ADDED, block.section, block.kind, block.key, [Part(ADDED, block.text)])


def _removed(block: ComparedBlock) -> BlockChange:
    return BlockChange(REMOVED, block.section, block.kind, block.key, [Part(REMOVED, block.text)])
