"""What the pages on a municipality's own additions show, made of rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.prose import NotAllowed, parse, plain_text, render_blocks
from apps.core.word_comparison import Part, compare_words
from apps.training import fields
from apps.training.models import Overlay
from apps.training.queries_overlays import BEGINNING, Beneath
from apps.training.units import is_markdown

FITS, CHANGED, GONE, AWAY = "fits", "changed", "gone", "away"


@dataclass(frozen=True, slots=True)
class Change:
    """A text beneath an addition that differs: what it is, and its words compared."""

    label: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Line:
    """An addition in the list. state: FITS, CHANGED, GONE, or AWAY while the module is not offered.

    sign: of the text now offered, to be confirmed. changes: empty where it fits, or where no word has changed.
    """

    overlay: Overlay
    place: str
    text: SafeString
    state: str
    state_label: str
    state_kind: str
    sign: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Shown:
    """An addition as learners see it."""

    title: str
    text: SafeString


def shown(overlay: Overlay | None) -> Shown | None:
    """An addition ready to be shown; None where there is none."""
    return Shown(overlay.title, rendered(overlay.text)) if overlay is not None else None


def rendered(text: str) -> SafeString:
    """An addition's Markdown as HTML; headings below the addition's own."""
    return render_blocks(parse(text), level=3)


def lines(
    rows: Sequence[Overlay], places: Mapping[str, Beneath], confirmed: Mapping[UUID, Mapping[str, str]]
) -> list[Line]:
    """The additions with their state, in the order of the module; those whose unit is gone come last.

    places: of the text now offered, empty while none is. confirmed: words each was last confirmed for.
    """
    order = {key: number for number, key in enumerate(places)}
    found = [_line(row, places, confirmed.get(row.pk, {})) for row in rows]
    return sorted(found, key=lambda line: order.get(line.overlay.unit_key, len(order)))


def _line(row: Overlay, places: Mapping[str, Beneath], confirmed: Mapping[str, str]) -> Line:
    beneath = places.get(row.unit_key)
    changes: list[Change] = []
    if not places:
        state, label, kind = AWAY, _("not shown: the module is not offered"), "neutral"
    elif beneath is None:
        state, label, kind = GONE, _("the unit is gone"), "danger"
    elif beneath.sign == row.seen:
        state, label, kind = FITS, pgettext("addition", "fits"), "success"
    else:
        state, label, kind = CHANGED, _("the text beneath has changed"), "warning"
        changes = list(_changes(confirmed, beneath.words))
    return Line(
        overlay=row,
        place=place_name(beneath) if beneath is not None else _former(row, confirmed),
        text=rendered(row.text),
        state=state,
        state_label=label,
        state_kind=kind,
        sign=beneath.sign if beneath is not None else "",
        changes=changes,
    )


def place_name(beneath: Beneath) -> str:
    """How a place is called: the unit's title, or that it is the beginning."""
    return beneath.title if beneath.unit_key != BEGINNING else _("At the beginning of the module")


def _former(row: Overlay, confirmed: Mapping[str, str]) -> str:
    if row.unit_key == BEGINNING:
        return _("At the beginning of the module")
    return confirmed.get("title", "") or row.unit_key


def free_places(places: Mapping[str, Beneath], taken: Sequence[str]) -> list[tuple[str, str]]:
    """Places without an addition, for a choice."""
    return [(key, place_name(beneath)) for key, beneath in places.items() if key not in taken]


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """The texts that differ, in the order of the newer; those that are gone at the end."""
    for path in [*new, *(path for path in old if path not in new)]:
        before, after = _plain(path, old.get(path, "")), _plain(path, new.get(path, ""))
        if before != after:
            yield Change(_label(path), compare_words(before, after))


def _plain(path: str, text: str) -> str:
    if not is_markdown(path):
        return text
    try:
        return "\n".join(plain_text(block.text) for block in parse(text))
    except NotAllowed:
        return text


def _label(path: str) -> str:
    """What a text is, from its path: "questions.q1.options.a.feedback" is feedback."""
    parts = path.split(".")
    if parts[0] in fields.LABELS and len(parts) <= 2:
        return str(fields.LABELS[parts[0]])
    names = {
        "text": _("Text"),
        "alt": _("Text alternative"),
        "caption": _("Caption"),
        "transcript": _("Transcript"),
        "description": _("Description"),
        "task": _("Task"),
        "hint": _("Hint"),
        "prompt": _("Question"),
        "feedback": _("Feedback"),
        "left": _("Row"),
        "right": _("What belongs to it"),
    }
    inner = {
        "options": pgettext("of a quiz", "Answer"),
        "entries": _("Row"),
        "nodes": pgettext("of a scenario", "Place"),
        "choices": _("Choice"),
    }
    if parts[-1] == "text" and len(parts) > 2:
        return inner.get(parts[-3], names["text"])
    return names.get(parts[-1], path)
