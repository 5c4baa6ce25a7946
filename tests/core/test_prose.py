"""The Markdown of a section: what it may hold, that nothing is lost, that nothing dangerous gets out."""

import html
import re
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.prose import (
    ENTRY,
    HEADING,
    PARAGRAPH,
    NotAllowed,
    Words,
    parse,
    plain_text,
    render_blocks,
    render_inline,
    to_markdown,
)

SECTION = """### Zuständigkeit klären

Die Leitung benennt **eine** Stelle
und gibt sie bekannt.

- Frist beschließen
- Antwort *begründen*

Mehr unter [Gesetze](https://www.gesetze-im-internet.de/agg/)."""

#: On a busy machine too slow is no finding.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

pieces = st.lists(
    st.sampled_from(
        ["###", "### ", "- ", "* ", "  ", "\n", "\n\n", "**", "*", "_", "[", "](https://a.example)", "](", ")", "|",
         "---", "===", "1. ", "> ", "<", "b>", "`", "\\", "&amp;", "Frist", "Straße", "\xa0", "§ 13", "#", "    ", ":"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


def test_a_section_becomes_headings_paragraphs_and_entries() -> None:
    assert parse(SECTION) == [
        Words(HEADING, "Zuständigkeit klären"),
        Words(PARAGRAPH, "Die Leitung benennt **eine** Stelle und gibt sie bekannt."),
        Words(ENTRY, "Frist beschließen"),
        Words(ENTRY, "Antwort *begründen*"),
        Words(PARAGRAPH, "Mehr unter [Gesetze](https://www.gesetze-im-internet.de/agg/)."),
    ]


def test_an_empty_section_has_no_blocks() -> None:
    assert parse("  \n\n") == []
    assert to_markdown([]) == ""


@pytest.mark.parametrize(
    ("markdown", "line", "word"),
    [
        ("Text\n\n| a | b |\n|---|---|\n| 1 | 2 |", 3, "table"),
        ("Text\n\n![Bild](https://a.example/b.png)", 3, "image"),
        ("<script>alert(1)</script>", 1, "HTML"),
        ("Ein <b>fettes</b> Wort", 1, "HTML"),
        ("```\ncode\n```", 1, "code"),
        ("Ein `Wort`", 1, "code"),
        ("Text\n\n1. Erstens\n2. Zweitens", 3, "numbered"),
        ("> Zitat", 1, "quotation"),
        ("A\n\n***\n\nB", 3, "across"),
        ("# Groß", 1, "###"),
        ("#### Klein", 1, "###"),
        ("- a\n  - b", 2, "within"),
        ("- a\n\n  b", 3, "one paragraph"),
        ("- ### a", 1, "outside"),
        ("[x](http://a.example)", 1, "https"),
        ("[x](ftp://a.example)", 1, "https"),
        ("[x](/innen)", 1, "https"),
        ("[x](mailto:)", 1, "https"),
    ],
)
def test_everything_else_is_refused_with_its_line(markdown: str, line: int, word: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        parse(markdown)
    assert [refusal.line for refusal in refused.value.refusals] == [line]
    assert word in str(refused.value)
    assert f"Line {line}" in str(refused.value)


def test_all_refused_lines_are_named_at_once() -> None:
    with pytest.raises(NotAllowed) as refused:
        parse("`a`\n\nGut.\n\n<b>c</b>\n\n1. d")
    assert [refusal.line for refusal in refused.value.refusals] == [1, 5, 7]


@PATIENT
@given(pieces)
def test_what_was_read_is_written_out_and_read_again_unchanged(markdown: str) -> None:
    try:
        blocks = parse(markdown)
    except NotAllowed:
        return
    assert parse(to_markdown(blocks)) == blocks
    assert all(block.text and "\n" not in block.text for block in blocks)


@PATIENT
@given(pieces)
def test_no_word_is_lost(markdown: str) -> None:
    try:
        blocks = parse(markdown)
    except NotAllowed:
        return
    words = re.compile("Frist|Straße|§ 13")
    assert words.findall(markdown) == words.findall("\n".join(block.text for block in blocks))


@PATIENT
@given(st.one_of(pieces, st.text()))
def test_rendering_yields_known_tags_only(text: str) -> None:
    rendered = render_inline(text)
    tags = re.findall(r"<[^>]*>", rendered)
    assert all(
        tag in ("<strong>", "</strong>", "<em>", "</em>", "</a>")
        or re.fullmatch(r'<a href="(https:|mailto:)[^"<>]*" rel="noopener noreferrer">', tag)
        for tag in tags
    )


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html,hi)", '[x](https://a" onclick="b)'],
)
def test_nothing_dangerous_gets_out(text: str) -> None:
    rendered = render_inline(text)
    assert "<script" not in rendered
    assert not re.search(r'href="(?!https:|mailto:)', rendered)
    assert "<a" not in rendered or "onclick=" not in re.sub(r'"[^"]*"', "", rendered)


def test_bold_italic_and_links_are_shown() -> None:
    assert render_inline("**a** *b* [c](https://d.example) <e@f.example>") == (
        '<strong>a</strong> <em>b</em> <a href="https://d.example" rel="noopener noreferrer">c</a> '
        '<a href="mailto:e@f.example" rel="noopener noreferrer">e@f.example</a>'
    )


@pytest.mark.parametrize(
    "text", ["Bürger*innen und Mitarbeiter*innen", "der*die Leiter*in", "**Kolleg*innen** und Gäst*innen"]
)
def test_gender_stars_are_no_emphasis(text: str) -> None:
    assert "<em>" not in render_inline(text)
    assert plain_text(text) == text.replace("**", "")
    assert parse(text) == [Words(PARAGRAPH, text)]


def test_plain_text_leaves_the_marks_out() -> None:
    assert plain_text("**Frist** von *6* Wochen, siehe [AGG](https://a.example) & \\*") == (
        "Frist von 6 Wochen, siehe AGG & *"
    )


def test_entries_in_a_row_are_one_list() -> None:
    rendered = render_blocks(parse("### A\n\n- b\n- c\n\nd < e"), level=4)
    assert rendered == "<h4>A</h4><ul><li>b</li><li>c</li></ul><p>d &lt; e</p>"
    assert html.unescape(rendered).endswith("d < e</p>")
