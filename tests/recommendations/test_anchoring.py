"""Keys of blocks survive rewriting, or are honestly lost: edits, splits, merges, moves, all of it in a row."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.prose import HEADING, PARAGRAPH, Words, parse
from apps.recommendations.anchoring import Anchored, How, Places, carry_over, reclaim, resolve

DESK = "Die Leitung benennt eine Stelle, die Beschwerden auf allen Wegen annimmt."
TERM = "Jede Beschwerde wird binnen sechs Wochen mit Gründen beantwortet."
YEAR = "Einmal im Jahr berichtet die Stelle dem Rat über Zahl und Ausgang."
LONG = f"{DESK} {TERM}"


def anchored(*texts: str, section: str = "") -> list[Anchored]:
    return [Anchored(uuid4(), PARAGRAPH, text, section=section) for text in texts]


def words(*texts: str) -> list[Words]:
    return [Words(PARAGRAPH, text) for text in texts]


def keys(blocks: Sequence[Anchored]) -> list[UUID]:
    return [block.key for block in blocks]


def test_an_unchanged_text_keeps_all_keys() -> None:
    old = anchored(DESK, TERM, YEAR)
    assert carry_over(old, words(DESK, TERM, YEAR)) == old


def test_case_and_punctuation_do_not_matter() -> None:
    old = anchored(TERM)
    (new,) = carry_over(old, words(TERM.replace("Jede", "jede").rstrip(".") + "!"))
    assert new.key == old[0].key


def test_moved_blocks_keep_their_keys() -> None:
    old = anchored(DESK, TERM, YEAR)
    new = carry_over(old, words(YEAR, DESK, TERM))
    assert keys(new) == [old[2].key, old[0].key, old[1].key]
    assert resolve(old[2].key, new, old).how == How.MOVED
    assert resolve(old[0].key, new, old).how == How.KEPT


def test_a_rewritten_block_keeps_its_key() -> None:
    old = anchored(DESK, TERM)
    new = carry_over(old, words(DESK, "Jede Beschwerde wird innerhalb von vier Wochen mit Gründen beantwortet."))
    assert keys(new) == keys(old)


def test_rewritten_and_moved_at_once_keeps_its_key() -> None:
    old = anchored(DESK, TERM, YEAR)
    new = carry_over(old, words("Einmal im Jahr berichtet die Stelle öffentlich über Zahl und Ausgang.", TERM, DESK))
    assert keys(new) == [old[2].key, old[1].key, old[0].key]


@pytest.mark.parametrize(
    ("before", "after"), [("Zustaendigkeit", "Zuständigkeit"), ("Beschwerdestele", "Beschwerdestelle")]
)
def test_a_mistake_put_right_in_a_short_heading_keeps_its_key(before: str, after: str) -> None:
    old = [Anchored(uuid4(), HEADING, before)]
    assert carry_over(old, [Words(HEADING, after)])[0].key == old[0].key


def test_a_paragraph_made_a_heading_keeps_its_key() -> None:
    old = anchored("Frist")
    (new,) = carry_over(old, [Words(HEADING, "Frist")])
    assert (new.key, new.kind) == (old[0].key, HEADING)


def test_a_different_text_in_the_same_place_gets_a_new_key() -> None:
    old = anchored(DESK)
    (new,) = carry_over(old, words("Fortbildung beginnt bei den Führungskräften und ist Arbeitszeit."))
    assert new.key != old[0].key
    assert (new.split_from, new.absorbed) == (None, ())
    assert resolve(old[0].key, [new]).how == How.LOST
    assert resolve(old[0].key, [new]).block is None


def test_a_deleted_block_is_lost_and_the_others_stay() -> None:
    old = anchored(DESK, TERM, YEAR)
    new = carry_over(old, words(DESK, YEAR))
    assert keys(new) == [old[0].key, old[2].key]
    assert resolve(old[1].key, new).how == How.LOST


def test_a_split_leaves_the_key_with_the_larger_part() -> None:
    old = anchored(LONG, YEAR)
    new = carry_over(old, words(DESK, TERM, YEAR))
    assert new[0].key == old[0].key
    assert new[1].key not in keys(old)
    assert new[1].split_from == old[0].key
    found = resolve(old[0].key, new, old)
    assert (found.how, found.block, found.parts) == (How.SPLIT, new[0], (new[1],))


def test_a_split_whose_first_part_is_deleted_later_is_found_in_the_other() -> None:
    old = anchored(LONG)
    new = carry_over(carry_over(old, words(DESK, TERM)), words(TERM))
    assert resolve(old[0].key, new, old).block == new[0]
    assert resolve(old[0].key, new, old).how == How.SPLIT


def test_a_merge_keeps_one_key_and_absorbs_the_other() -> None:
    old = anchored(DESK, TERM, YEAR)
    new = carry_over(old, words(LONG, YEAR))
    assert new[0].key == old[0].key
    assert new[0].absorbed == (old[1].key,)
    assert resolve(old[1].key, new, old) == type(resolve(old[1].key, new))(new[0], How.MERGED)


def test_three_blocks_merged_in_two_editions_all_lead_to_the_one() -> None:
    old = anchored(DESK, TERM, YEAR)
    first = carry_over(old, words(DESK, f"{TERM} {YEAR}"))
    second = carry_over(first, words(f"{DESK} {TERM} {YEAR}"))
    assert {resolve(key, second).block for key in keys(old)} == {second[0]}
    assert set(second[0].absorbed) | {second[0].key} == set(keys(old))


def test_what_was_absorbed_stays_absorbed_through_editions_that_change_nothing() -> None:
    old = anchored(DESK, TERM)
    text = carry_over(old, words(LONG))
    for _edition in range(3):
        text = carry_over(text, words(LONG))
    assert resolve(old[1].key, text).how == How.MERGED


def test_a_short_entry_taken_in_by_another_is_absorbed() -> None:
    old = anchored("Frist beschließen.", "Jährlich berichten.")
    (new,) = carry_over(old, words("Frist beschließen. Jährlich berichten."))
    assert (new.key, new.absorbed) == (old[0].key, (old[1].key,))


def test_a_copied_paragraph_is_no_split_and_takes_no_key() -> None:
    old = anchored(DESK)
    new = carry_over(old, words(DESK, DESK))
    assert new[0].key == old[0].key
    assert new[1].key != old[0].key
    assert new[1].split_from is None


def test_equal_paragraphs_are_paired_in_their_order() -> None:
    old = anchored("Siehe oben.", DESK, "Siehe oben.")
    assert keys(carry_over(old, words("Siehe oben.", DESK, "Siehe oben."))) == keys(old)


def test_everything_at_once() -> None:
    old = anchored(LONG, YEAR, "Das Verfahren ist öffentlich.", "Beratung ist kostenfrei und vertraulich möglich.")
    new = carry_over(
        old,
        words(
            "Beratung ist kostenfrei und vertraulich möglich.",  # moved
            DESK,  # split
            TERM.replace("sechs", "vier"),  # split and rewritten
            f"{YEAR} Das Verfahren ist öffentlich.",  # merged
            "Neu ist eine Ombudsperson für alle Ämter.",  # new
        ),
    )
    assert new[0].key == old[3].key
    assert new[1].key == old[0].key
    assert new[2].split_from == old[0].key
    assert (new[3].key, new[3].absorbed) == (old[1].key, (old[2].key,))
    assert (new[4].split_from, new[4].absorbed) == (None, ())
    places = Places(new, old)
    assert [places.find(key).how for key in keys(old)] == [How.SPLIT, How.KEPT, How.MERGED, How.MOVED]


def test_a_block_moved_to_another_section_gets_its_key_back_in_either_order() -> None:
    base = [*anchored(DESK, TERM, section="problem"), *anchored(YEAR, section="goal")]
    pasted = Anchored(uuid4(), PARAGRAPH, TERM, section="goal")
    both = [base[0], base[1], base[2], pasted]
    assert reclaim(base, both) == both, "as long as it still stands where it was, the copy has a key of its own"
    after = reclaim(base, [base[0], base[2], pasted])
    assert after[2].key == base[1].key
    found = resolve(base[1].key, after, base)
    assert (found.how, found.block) == (How.MOVED, after[2])
    assert resolve(pasted.key, after).block == after[2]


def test_reclaiming_takes_no_key_from_a_block_that_had_one() -> None:
    base = anchored(DESK, DESK)
    assert reclaim(base, [base[0]]) == [base[0]]


def test_rows_with_text_keys_are_understood() -> None:
    old = anchored(DESK, TERM)
    merged = Anchored(old[0].key, PARAGRAPH, LONG, absorbed=(str(old[1].key),))  # type: ignore[arg-type]  # as in JSON
    assert resolve(str(old[1].key), [merged]).how == How.MERGED


#: On a busy machine too slow is no finding.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SENTENCES = [
    DESK,
    TERM,
    YEAR,
    "Frist.",
    "Siehe oben.",
    "Beratung ist kostenfrei.",
    "…",
    "§ 13 AGG gilt.",
    "Rat und Amt",
]
paragraphs = st.lists(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join), max_size=7
)  # fmt: skip


@PATIENT
@given(st.lists(paragraphs, min_size=1, max_size=5))
def test_no_key_stands_twice_and_none_is_invented(editions: list[list[str]]) -> None:
    text: list[Anchored] = []
    seen: set[UUID] = set()
    for edition in editions:
        before = {block.key: block for block in text}
        made: list[UUID] = []

        def new_key(made: list[UUID] = made) -> UUID:
            made.append(uuid4())
            return made[-1]

        after = carry_over(text, words(*edition), new_key=new_key)
        assert [block.text for block in after] == edition
        assert len(set(keys(after))) == len(after)
        assert set(keys(after)) == (set(keys(after)) & set(before)) | set(made)
        gone = set(before) - set(keys(after))
        for block in after:
            assert block.split_from is None or block.split_from in seen | set(before)
            newly = set(block.absorbed) - set(before[block.key].absorbed if block.key in before else ())
            assert newly <= gone | {key for lost in gone for key in before[lost].absorbed}
        flat = [key for block in after for key in block.absorbed]
        assert len(flat) == len(set(flat)), "a key is absorbed by one block only"
        assert not set(flat) & set(keys(after))
        for key in gone:
            found = resolve(key, after)
            assert (found.block is None) == (found.how == How.LOST)
        seen |= set(before)
        text = after


@PATIENT
@given(paragraphs, st.randoms(use_true_random=False))
def test_moving_alone_loses_nothing(texts: list[str], random: object) -> None:
    old = anchored(*texts)
    shuffled = list(texts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' Random
    assert set(keys(carry_over(old, words(*shuffled)))) == set(keys(old))


def test_parsed_sections_can_be_carried_over() -> None:
    old = carry_over([], parse("### Frist\n\n- eins zwei drei\n- vier fünf sechs"))
    new = carry_over(old, parse("### Frist\n\n- vier fünf sechs\n- eins zwei drei vier"))
    assert keys(new) == [old[0].key, old[2].key, old[1].key]
