"""Bringing two people's answers together: field by field, as in a three-way merge."""

from apps.assessments.content import EMPTY, Content, Seen, content_hash, merge


def test_a_token_comes_back_as_it_went() -> None:
    seen = Seen.of(Content("3", note="Grüße"), 7)
    assert Seen.parse(str(seen)) == seen


def test_a_broken_token_counts_as_having_seen_nothing() -> None:
    for token in ("", "x", "1.2", "١.-.-.-.-", "9" * 40, "-1.-.-.-.-"):
        assert Seen.parse(token) == Seen()


def test_untouched_fields_stay_as_stored() -> None:
    shown = Content("2", note="alt")
    stored = Content("4", note="alt")
    merged = merge(stored=stored, seen=Seen.of(shown, 1), mine=Content("2", note="neu"))
    assert (merged.content, merged.conflicts) == (Content("4", note="neu"), ())


def test_both_changed_differently_is_a_conflict_and_changes_nothing() -> None:
    merged = merge(stored=Content("4", note="b"), seen=Seen.of(EMPTY, 0), mine=Content("2", note="a"))
    assert merged.conflicts == ("value", "note")
    assert merged.content == Content("4", note="b")


def test_both_changed_alike_is_none() -> None:
    assert merge(stored=Content("4"), seen=Seen(), mine=Content("4")).conflicts == ()


def test_emptying_is_a_change_too() -> None:
    stored = Content("4", note="weg")
    merged = merge(stored=stored, seen=Seen.of(stored, 1), mine=Content("4"))
    assert merged.content == Content("4")


def test_who_does_it_belongs_to_done_for_us_alone() -> None:
    stored = Content("done_for_us", done_by="kreis")
    merged = merge(stored=stored, seen=Seen.of(stored, 1), mine=Content("3", done_by="kreis"))
    assert merged.content == Content("3")


def test_the_hash_depends_on_content_and_not_on_order() -> None:
    one, two = Content("1"), Content("2", note="x")
    assert content_hash({"a": one, "b": two}) == content_hash({"b": two, "a": one, "c": EMPTY})
    assert content_hash({"a": one}) != content_hash({"a": two})
    assert content_hash({"a": Content("1", done_by="", note="2")}) != content_hash(
        {"a": Content("1", note="", evidence="2")}
    )
