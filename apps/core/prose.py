"""The text of a section: a small part of Markdown, read into blocks and written out again.

Pure. A section holds headings ("### "), paragraphs and list entries ("- "); within a line there are bold, italic and
links (https, mailto). Everything else is refused with the line it stands in, so that nothing is lost silently.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

HEADING = "heading"
PARAGRAPH = "paragraph"
ENTRY = "entry"
LINK_SCHEMES = frozenset({"https", "mailto"})

_LEVEL = "h3"
_INLINE = frozenset(
    {
        "text",
        "text_special",
        "softbreak",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
        "link_open",
        "link_close",
    }
)
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
# "Kolleg*innen": a star within a word is the German gender star, no emphasis.
_STAR_IN_WORD = re.compile(r"(?<=\w)\*(?=\w)")
_HARD_BREAK = re.compile(r"(?<!\\)((?:\\\\)*)\\\r?\n")

# HTML and tables are recognised here only to be refused. Without references and underlined headings each paragraph
# means the same alone as among others, which is what makes a block a block.
_READER = (
    MarkdownIt("commonmark", {"html": True}).enable("table").disable(["reference", "lheading", "code"])
)  # fmt: skip
_WRITER = MarkdownIt("commonmark", {"html": False}).disable(["image", "backticks", "html_inline"])


@dataclass(frozen=True, slots=True)
class Words:
    """A heading, a paragraph or a list entry: one line of Markdown without block markup."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a section may not hold, with the line (from 1) it stands in."""

    line: int
    message: str

    def __str__(self) -> str:
        return _("Line %(line)s: %(message)s") % {"line": self.line, "message": self.message}


class NotAllowed(ValueError):
    """A text holds something a section cannot. `refusals` say what and where."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(" ".join(str(refusal) for refusal in refusals))
        self.refusals = list(refusals)


def parse(markdown: str) -> list[Words]:
    """The blocks of a section. Raises NotAllowed naming every line that holds what a section cannot."""
    found: list[Words] = []
    refused: list[Refusal] = []
    for place in _places(_READER.parse(markdown.replace("\x00", "")), refused):
        text = one_line(place.content)
        if not text:
            continue
        problem = _inline_problem(text)
        if not problem and not _stands_alone(place.kind, text):
            problem = _("the first characters have a meaning of their own; please begin with a word.")
        if problem:
            refused.append(Refusal(place.line, problem))
        else:
            found.append(Words(place.kind, text))
    if refused:
        raise NotAllowed(sorted(set(refused), key=lambda refusal: (refusal.line, refusal.message)))
    return found


def to_markdown(blocks: Iterable[object]) -> str:
    """The Markdown of blocks (anything with `kind` and `text`): what `parse` reads back unchanged."""
    lines: list[str] = []
    before = ""
    for block in blocks:
        kind, text = str(getattr(block, "kind")), str(getattr(block, "text"))  # noqa: B009  # rows and values alike
        if before and not (before == kind == ENTRY):
            lines.append("")
        lines.append({HEADING: "### ", ENTRY: "- "}.get(kind, "") + text)
        before = kind
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Line breaks and runs of spaces as one space each; protected spaces stay."""
    return _SPACES.sub(" ", _HARD_BREAK.sub(r"\1 ", text)).strip()


def protect_stars(markdown: str) -> str:
    """The same Markdown with the gender stars of German words escaped, for a parser that would read emphasis."""
    return _STAR_IN_WORD.sub(r"\\*", markdown)


def render_inline(text: str) -> SafeString:
    """One line of Markdown as safe HTML: bold, italic, links to https and mailto; everything else as the text it is."""
    return mark_safe("".join(_html(_inline_tokens(_WRITER, text))))  # noqa: S308  # every piece is escaped in _html


def plain_text(text: str) -> str:
    """One line of Markdown without its marks, for documents, tables and comparisons."""
    return "".join(_plain(_inline_tokens(_WRITER, text)))


def render_blocks(blocks: Iterable[object], *, level: int = 3) -> SafeString:
    """Blocks (anything with `kind` and `text`) as safe HTML; headings at `level`, entries in a row as one list."""
    parts: list[str] = []
    in_list = False
    for block in blocks:
        kind, words = str(getattr(block, "kind")), render_inline(str(getattr(block, "text")))  # noqa: B009
        if in_list != (kind == ENTRY):
            parts.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        if kind == ENTRY:
            parts.append(format_html("<li>{}</li>", words))
        elif kind == HEADING:
            parts.append(format_html("<h{0}>{1}</h{0}>", int(level), words))
        else:
            parts.append(format_html("<p>{}</p>", words))
    if in_list:
        parts.append("</ul>")
    return mark_safe("".join(parts))  # noqa: S308  # put together of escaped pieces


# --- Reading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    content: str
    line: int


def _messages() -> dict[str, str]:
    """What is said about each thing a section cannot hold, by the parser's name for it."""
    return {
        "table_open": _("tables are not possible here; please write a list."),
        "html_block": _("HTML is not possible here."),
        "html_inline": _("HTML is not possible here."),
        "fence": _("code is not possible here."),
        "code_block": _("code is not possible here."),
        "code_inline": _("code is not possible here."),
        "image": _("images are not possible here."),
        "ordered_list_open": _("numbered lists are not possible here; please begin each entry with “- ”."),
        "blockquote_open": _("quotations set apart are not possible here."),
        "hr": _("lines across are not possible here."),
    }


def _places(tokens: Sequence[Token], refused: list[Refusal]) -> Iterator[_Place]:
    """The texts of a section with their kind; what stands around them and is not allowed goes to `refused`."""
    messages = _messages()
    depth = paragraphs = skip_to = 0
    kind, line = PARAGRAPH, 1
    skipping = False
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if skipping:
            skipping = not (token.level == skip_to and token.nesting == -1)
        elif token.type in messages:
            refused.append(Refusal(line, messages[token.type]))
            skipping, skip_to = token.nesting == 1, token.level
        elif token.type == "heading_open":
            kind = HEADING
            if token.tag != _LEVEL or depth:
                refused.append(Refusal(line, _("headings begin with “### ” and stand outside lists.")))
        elif token.type == "bullet_list_open":
            depth += 1
            if depth > 1:
                refused.append(Refusal(line, _("lists within lists are not possible here.")))
        elif token.type == "bullet_list_close":
            depth -= 1
        elif token.type == "list_item_open":
            paragraphs = 0
        elif token.type == "paragraph_open":
            kind = ENTRY if depth else PARAGRAPH
            paragraphs += 1
            if depth and paragraphs > 1:
                refused.append(Refusal(line, _("a list entry holds one paragraph.")))
        elif token.type == "inline":
            yield _Place(kind, token.content, line)


def _inline_tokens(reader: MarkdownIt, text: str) -> list[Token]:
    return [child for token in reader.parseInline(protect_stars(text)) for child in token.children or ()]


def _inline_problem(text: str) -> str:
    """What one line holds that it may not, or ""."""
    messages = _messages()
    for token in _inline_tokens(_READER, text):
        if token.type == "link_open" and not _is_allowed(str(token.attrGet("href") or "")):
            return _("links lead to an address that begins with https:// or mailto:.")
        if token.type not in _INLINE:
            return messages.get(token.type, _("this is not possible here."))
    return ""


def _stands_alone(kind: str, text: str) -> bool:
    """Whether a block means the same when it is written out: "### " and a protected space would vanish."""
    refused: list[Refusal] = []
    places = list(_places(_READER.parse(to_markdown([Words(kind, text)])), refused))
    return not refused and [(place.kind, one_line(place.content)) for place in places] == [(kind, text)]


def _is_allowed(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme in LINK_SCHEMES and bool(parts.netloc if parts.scheme == "https" else parts.path)


# --- Writing ------------------------------------------------------------------------------------------------------

_TAGS = {"strong_open": "<strong>", "strong_close": "</strong>", "em_open": "<em>", "em_close": "</em>"}


def _html(tokens: Iterable[Token]) -> Iterator[str]:
    links: list[bool] = []
    for token in tokens:
        if token.type in _TAGS:
            yield _TAGS[token.type]
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            links.append(_is_allowed(href))
            if links[-1]:
                yield format_html('<a href="{}" rel="noopener noreferrer">', href)
        elif token.type == "link_close":
            if links.pop():
                yield "</a>"
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        else:
            yield conditional_escape(token.content)


def _plain(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield " " if token.type in ("softbreak", "hardbreak") else token.content
