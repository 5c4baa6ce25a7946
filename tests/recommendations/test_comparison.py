"""Comparing two texts word by word."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from apps.core.word_comparison import ADDED, REMOVED, SAME, Part, compare_words
from apps.recommendations.comparison import CHANGED, MOVED, compare_blocks
from apps.recommendations.models import Block


def block(text: str, key: UUID | None = None, section: str = "steps") -> Block:
    return Block(key=key or uuid4(), section=section, kind="paragraph", text=text)


def kinds(changes: object) -> list[str]:
    return [change.kind for change in changes]  # type: ignore[attr-defined]


def test_a_word_that_was_replaced_stands_before_the_one_that_came() -> None:
    assert compare_words("Frist von vier Wochen", "Frist von sechs Wochen") == [
        Part(SAME, "Frist von "), Part(REMOVED, "vier"), Part(ADDED, "sechs"), Part(SAME, " Wochen"),
    ]  # fmt: skip


def test_a_phrase_that_was_replaced_reads_as_one() -> None:
    assert compare_words("Die Stelle soll bald antworten.", "Die Stelle muss schnell antworten.") == [
        Part(SAME, "Die Stelle "), Part(REMOVED, "soll bald"), Part(ADDED, "muss schnell"), Part(SAME, " antworten."),
    ]  # fmt: skip


WORDS = st.lists(st.sampled_from(["Frist", "Stelle", "antwortet", ",", ".", "zwei", "\n"]), max_size=15).map(" ".join)


@given(WORDS, WORDS)
def test_nothing_is_lost_and_nothing_invented(old: str, new: str) -> None:
    parts = compare_words(old, new)
    assert "".join(part.text for part in parts if part.kind != ADDED) == old
    assert "".join(part.text for part in parts if part.kind != REMOVED) == new


def test_blocks_are_tied_by_their_key() -> None:
    first, second, third = block("Eins."), block("Zwei."), block("Drei.")
    changed = block("Zwei und mehr.", second.key)
    changes = compare_blocks([first, second, third], [first, changed, block("Neu."), third])
    assert kinds(changes) == [SAME, CHANGED, ADDED, SAME]


def test_what_is_gone_stands_where_it_was() -> None:
    first, second, third = block("Eins."), block("Zwei."), block("Drei.")
    changes = compare_blocks([first, second, third], [first, third])
    assert [(change.kind, change.key) for change in changes] == [
        (SAME, first.key), (REMOVED, second.key), (SAME, third.key),
    ]  # fmt: skip
    assert kinds(compare_blocks([first, second], [second])) == [REMOVED, SAME]


def test_only_what_left_its_place_counts_as_moved() -> None:
    first, second, third = block("Eins."), block("Zwei."), block("Drei.")
    changes = compare_blocks([first, second, third], [second, third, first])
    assert {change.key for change in changes if change.kind == MOVED} == {first.key}


def test_a_block_in_another_section_has_moved() -> None:
    first = block("Eins.")
    assert kinds(compare_blocks([first], [block("Eins.", first.key, section="law")])) == [MOVED]


@given(st.permutations(range(6)), st.integers(0, 6))
def test_every_block_is_told_exactly_once(order: list[int], kept: int) -> None:
    blocks = [block(f"Absatz {number}.") for number in range(6)]
    new = [blocks[place] for place in order[:kept]]
    changes = compare_blocks(blocks, new)
    assert sorted(str(change.key) for change in changes) == sorted(str(one.key) for one in blocks)
