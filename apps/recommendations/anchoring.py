"""Anchors: how the blocks of a text keep their keys while it is written on, and where a key is found later.

Pure. What is compared are words, without case and punctuation. The rule, in this order:

1.  A block whose words (and kind) are the same keeps its key, wherever in the section it moved. Where several have the
    same words, they are paired in their order.
2.  Of the rest, an old and a new block are *related* when half of their words, in order, are the same (KEEPS), or when
    most of one (PART) is found in the other and that is at least three words (MIN_WORDS), or two side by side that
    are all it has. Of all related pairs the most similar goes first, then the one with more words in common, then the
    one nearer by: the new block takes the key, and neither is paired again.
3.  Split: a new block that is left, and most of which comes from an old one whose key went elsewhere in step 2, gets a
    key of its own and names that old key in `split_from`.
4.  Merge: an old block that is left, and most of which is found in a new one that step 2 gave a key, is `absorbed`
    by it, with everything it had absorbed itself.
5.  What is left of the new gets a new key. What is left of the old is lost, and nobody claims otherwise.

A key never stands twice, and a new key is never one that stood there before.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

#: From this similarity on (0 to 1, shared words of both) a block is the same one, rewritten.
KEEPS = 0.5
#: From this share of its words on, a block is a part of another one.
PART = 0.6
MIN_WORDS = 3
#: Blocks this short are also compared by letters: a heading of one word with a mistake put right keeps its key.
SHORT = 6
SAME_LETTERS = 0.8

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Anchored:
    """A block with its key. `section` is empty where all blocks are of one."""

    key: UUID
    kind: str
    text: str
    split_from: UUID | None = None
    absorbed: tuple[UUID, ...] = ()
    section: str = ""


class How(StrEnum):
    """What became of a key."""

    KEPT = "kept"
    MOVED = "moved"
    MERGED = "merged"
    SPLIT = "split"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a key is found: the block that carries it on (None when lost), how, and the parts that were split off."""

    block: Any
    how: How
    parts: tuple[Any, ...] = ()


def of_row(block: Any) -> Anchored:
    """A block as it is stored (or anything with the same attributes) as a value."""
    return Anchored(
        key=_uuid(block.key),
        kind=str(block.kind),
        text=str(block.text),
        split_from=_uuid(block.split_from) if block.split_from else None,
        absorbed=tuple(_uuid(key) for key in block.absorbed),
        section=str(getattr(block, "section", "")),
    )


def carry_over(old: Sequence[Anchored], new: Sequence[Any], *, new_key: Callable[[], UUID] = uuid4) -> list[Anchored]:
    """The new blocks (anything with `kind` and `text`) of a section with keys, by the rule above.

    old: the section as it was, in order. Blocks come back in the order of `new`.
    """
    olds, news = [_Words(block) for block in old], [_Words(block) for block in new]
    pairs = _same(olds, news)
    loose_old = [index for index in range(len(olds)) if index not in pairs.values()]
    loose_new = [index for index in range(len(news)) if index not in pairs]
    shared = {(o, n): _shared(olds[o].words, news[n].words) for o in loose_old for n in loose_new}
    rewritten = _rewritten(olds, news, shared)
    pairs |= rewritten
    heirs = {o: n for n, o in rewritten.items()}
    split = _split(olds, news, shared, rewritten, heirs)
    absorbed = _absorbed(olds, news, shared, rewritten, heirs)
    found = []
    for index, block in enumerate(new):
        source = old[pairs[index]] if index in pairs else None
        taken = list(source.absorbed) if source else []
        for o in absorbed.get(index, ()):
            taken += [old[o].key, *old[o].absorbed]
        origin = old[split[index]].key if index in split else None
        found.append(
            Anchored(
                key=source.key if source else new_key(),
                kind=str(block.kind),
                text=str(block.text),
                split_from=source.split_from if source else origin,
                absorbed=tuple(dict.fromkeys(taken)),
                section=str(getattr(block, "section", "")) or (source.section if source else ""),
            )
        )
    return found


def reclaim(base: Sequence[Anchored], blocks: Sequence[Anchored]) -> list[Anchored]:
    """Give keys back to blocks that moved to another section, which `carry_over` cannot see; the others as they are.

    base: the text that comments were written on. A key of it that stands nowhere any more goes to a block with the same
    words and kind whose own key did not exist then; that key is kept as absorbed, so that what points to it still does.
    """
    alive = {block.key for block in blocks} | {key for block in blocks for key in block.absorbed}
    known = {block.key for block in base}
    homeless: dict[tuple[str, str], list[Anchored]] = defaultdict(list)
    for block in base:
        if block.key not in alive:
            homeless[_Words(block).identity].append(block)
    found = []
    for block in blocks:
        waiting = homeless.get(_Words(block).identity)
        if waiting and block.key not in known:
            former = waiting.pop(0)
            absorbed = tuple(dict.fromkeys([*block.absorbed, *former.absorbed, block.key]))
            block = replace(block, key=former.key, split_from=former.split_from, absorbed=absorbed)
        found.append(block)
    return found


class Places:
    """Where the keys of an earlier text are found in a later one; made once for many questions.

    blocks: the later text in order, `before`: the earlier one. Both rows or values with key, section, split_from,
    absorbed. Without `before` nothing counts as moved.
    """

    def __init__(self, blocks: Iterable[Any], before: Iterable[Any] = ()) -> None:
        after = list(blocks)
        self._by_key = {_uuid(block.key): block for block in after}
        self._absorbing = {_uuid(key): block for block in after for key in block.absorbed}
        self._parts: dict[UUID, list[Any]] = defaultdict(list)
        earlier = list(before)
        known = {_uuid(block.key) for block in earlier}
        for block in after:
            # A part that was split off before the earlier text was written is no news to who reads that text.
            if block.split_from and _uuid(block.key) not in known:
                self._parts[_uuid(block.split_from)].append(block)
        self._moved = _moved(earlier, after)

    def find(self, key: "UUID | str") -> Found:
        """What became of `key`."""
        key = _uuid(key)
        parts = tuple(self._parts.get(key, ()))
        block = self._by_key.get(key)
        if block is not None:
            how = How.SPLIT if parts else How.MOVED if key in self._moved else How.KEPT
            return Found(block, how, parts)
        if key in self._absorbing:
            return Found(self._absorbing[key], How.MERGED)
        if parts:
            return Found(parts[0], How.SPLIT, parts)
        return Found(None, How.LOST)


def resolve(key: "UUID | str", blocks: Iterable[Any], before: Iterable[Any] = ()) -> Found:
    """What became of one key in a later text: see Places, which is quicker for many."""
    return Places(blocks, before).find(key)


# --- Comparing ----------------------------------------------------------------------------------------------------


class _Words:
    """The words of a block, and what makes two blocks the same."""

    def __init__(self, block: Any) -> None:
        self.kind = str(block.kind)
        self.words = tuple(_WORD.findall(str(block.text).casefold()))
        # A block of signs alone ("…") is the same as one with the same signs.
        self.identity = (self.kind, " ".join(self.words) or str(block.text))

    @property
    def letters(self) -> str:
        return " ".join(self.words)


def _same(olds: Sequence[_Words], news: Sequence[_Words]) -> dict[int, int]:
    """New index → old index of those with the same words: first of the same kind, then of any."""
    pairs: dict[int, int] = {}
    for ignore_kind in (False, True):
        waiting: dict[Any, list[int]] = defaultdict(list)
        for index, block in enumerate(olds):
            if index not in pairs.values():
                waiting[block.identity[ignore_kind:]].append(index)
        for index, block in enumerate(news):
            if index not in pairs and waiting[block.identity[ignore_kind:]]:
                pairs[index] = waiting[block.identity[ignore_kind:]].pop(0)
    return pairs


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both have, in the same order."""
    if not set(one) & set(other):
        return 0
    return sum(match.size for match in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())


def _similarity(old: _Words, new: _Words, shared: int) -> float:
    both = len(old.words) + len(new.words)
    by_words = 2 * shared / both if both else 0.0
    if both and max(len(old.words), len(new.words)) <= SHORT:
        by_letters = SequenceMatcher(None, old.letters, new.letters, autojunk=False).ratio()
        if by_letters >= SAME_LETTERS:
            return max(by_words, by_letters)
    return by_words


def _is_part(part: _Words, whole: _Words, shared: int) -> bool:
    if shared >= MIN_WORDS and shared >= PART * len(part.words):
        return True
    # Two words say too little anywhere in a text, side by side they are the short entry that was taken in.
    return len(part.words) == MIN_WORDS - 1 and f" {part.letters} " in f" {whole.letters} "


def _rewritten(olds: Sequence[_Words], news: Sequence[_Words], shared: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """New index → old index of related blocks, the most similar first."""
    related = []
    for (o, n), words in shared.items():
        similarity = _similarity(olds[o], news[n], words)
        if similarity >= KEEPS or _is_part(olds[o], news[n], words) or _is_part(news[n], olds[o], words):
            related.append((-similarity, -words, abs(o - n), o, n))
    pairs: dict[int, int] = {}
    for *_rank, o, n in sorted(related):
        if n not in pairs and o not in pairs.values():
            pairs[n] = o
    return pairs


def _split(
    olds: Sequence[_Words],
    news: Sequence[_Words],
    shared: Mapping[tuple[int, int], int],
    pairs: Mapping[int, int],
    heirs: Mapping[int, int],
) -> dict[int, int]:
    """New index → old index of parts that were split off."""
    found: dict[int, tuple[int, int]] = {}
    for (o, n), words in shared.items():
        if n not in pairs and o in heirs and _is_part(news[n], olds[o], words):
            found[n] = max(found.get(n, (0, 0)), (words, -o))
    return {n: -o for n, (_words, o) in found.items()}


def _absorbed(
    olds: Sequence[_Words],
    news: Sequence[_Words],
    shared: Mapping[tuple[int, int], int],
    pairs: Mapping[int, int],
    heirs: Mapping[int, int],
) -> dict[int, list[int]]:
    """New index → old indexes of those that were merged into it, in their order."""
    best: dict[int, tuple[int, int]] = {}
    for (o, n), words in shared.items():
        if o not in heirs and n in pairs and _is_part(olds[o], news[n], words):
            best[o] = max(best.get(o, (0, 0)), (words, -n))
    found: dict[int, list[int]] = defaultdict(list)
    for o in sorted(best):
        found[-best[o][1]].append(o)
    return found


def _moved(before: Sequence[Any], after: Sequence[Any]) -> frozenset[UUID]:
    """Keys in both texts whose block stands in another section or elsewhere in the order of those that stayed."""
    places = {_uuid(block.key): (str(getattr(block, "section", "")), index) for index, block in enumerate(before)}
    moved: set[UUID] = set()
    by_section: dict[str, list[tuple[UUID, int]]] = defaultdict(list)
    for block in after:
        key, section = _uuid(block.key), str(getattr(block, "section", ""))
        if key not in places:
            continue
        if places[key][0] != section:
            moved.add(key)
        else:
            by_section[section].append((key, places[key][1]))
    for blocks in by_section.values():
        stayed = _longest_rising([place for _key, place in blocks])
        moved |= {key for key, place in blocks if place not in stayed}
    return frozenset(moved)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """A longest rising subsequence of different numbers: those that kept their order."""
    lengths: list[int] = []
    previous: list[int] = []
    for index, number in enumerate(numbers):
        earlier = max(
            (before for before in range(index) if numbers[before] < number), key=lambda at: lengths[at], default=-1
        )
        previous.append(earlier)
        lengths.append(lengths[earlier] + 1 if earlier >= 0 else 1)
    found: set[int] = set()
    at = max(range(len(numbers)), key=lambda index: lengths[index], default=-1)
    while at >= 0:
        found.add(numbers[at])
        at = previous[at]
    return found


def _uuid(key: Any) -> UUID:
    return key if isinstance(key, UUID) else UUID(str(key))
