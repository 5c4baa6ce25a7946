"""What changed between two versions of a questionnaire, word by word, and what that means for answers.

Pure: two forms in, pairs of items out. An item's predecessor is the one its workbook names (column
`predecessor`), else the one of the same name. The proposal follows the column `comparability`; without it
an item is *same* when nothing changed that its answer rests on, else *comparable*. An item of another kind,
or with another list of choices or scale, is no successor unless its author says so: it is *new*.

The two columns count for one step only. What the item of the same name said already in the version before was
about the step before that; and a predecessor that the version before does not have belongs to another
questionnaire (Basis names the items of Standard that it was made from). Both are passed over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.instruments.definition import LEVELS, Form, Item, Texts

SAME, COMPARABLE, NEW, DROPPED = "same", "comparable", "new", "dropped"
KEPT, ADDED, REMOVED = "kept", "added", "removed"

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that was KEPT, ADDED or REMOVED."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs; `matters` when the answer rests on it."""

    field: str | Promise
    language: str
    pieces: tuple[Piece, ...]
    matters: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """An item and its predecessor; one of them is missing when it is new or dropped."""

    item: Item | None
    old: Item | None
    changes: tuple[Change, ...]
    proposal: str

    @property
    def key(self) -> str:
        """Name for a form field: an item of the new version, or one that was dropped."""
        return f"item-{self.item.name}" if self.item else f"dropped-{self.old.name if self.old else ''}"

    @property
    def either(self) -> Item:
        found = self.item or self.old
        assert found is not None
        return found

    @property
    def possible(self) -> tuple[str, ...]:
        """What can be decided about the pair."""
        if self.item is None:
            return (DROPPED,)
        return (SAME, COMPARABLE, NEW) if self.old else (NEW,)

    @property
    def is_identical(self) -> bool:
        """Is nothing to be decided, since item and predecessor do not differ in anything?"""
        return self.proposal == SAME and not self.changes and self.item is not None

    @property
    def takes_answer(self) -> bool:
        """Are there, or will there be, answers to compare?"""
        return any(item is not None and item.takes_answer for item in (self.item, self.old))

    @property
    def to_decide(self) -> bool:
        return self.takes_answer and not self.is_identical


def compare(old: Form, new: Form) -> tuple[Pair, ...]:
    """Return every item of `new` with its predecessor, in order, then the items that were dropped."""
    said = {item.name: _said(old, item) for item in new.items.values()}
    named = {predecessor for predecessor, _comparability in said.values()}
    pairs: list[Pair] = []
    for item in new.items.values():
        name, _comparability = said[item.name]
        predecessor = old.items.get(name or ("" if item.name in named else item.name))
        pairs.append(_pair(old, new, predecessor, item, said[item.name]))
    continued = {pair.old.name for pair in pairs if pair.old}
    dropped = (item for item in old.items.values() if item.name not in continued)
    return (*pairs, *(Pair(None, item, (), DROPPED) for item in dropped))


def _said(old: Form, item: Item) -> tuple[str, str]:
    """Predecessor and comparability as the workbook says them about this step; "" where it says nothing."""
    before = old.items.get(item.name)
    if before is not None and (before.predecessor, before.comparability) == (item.predecessor, item.comparability):
        return "", ""
    if item.predecessor and item.predecessor not in old.items:
        return "", ""
    return item.predecessor, item.comparability


def _pair(old: Form, new: Form, predecessor: Item | None, item: Item, said: tuple[str, str]) -> Pair:
    name, comparability = said
    if predecessor is None or comparability == NEW:
        return Pair(item, None, (), NEW)
    answers_differ = _answers(old, predecessor) != _answers(new, item)
    if answers_differ and not name:
        return Pair(item, None, (), NEW)
    changes = tuple(_changes(old, new, predecessor, item))
    proposal = comparability if comparability in (SAME, COMPARABLE) else ""
    if not proposal:
        proposal = COMPARABLE if answers_differ or any(change.matters for change in changes) else SAME
    return Pair(item, predecessor, changes, proposal)


def _answers(form: Form, item: Item) -> object:
    """What an answer can be."""
    return item.kind, item.scale, tuple(choice.name for choice in form.choices(item))


def _changes(old: Form, new: Form, before: Item, after: Item) -> Iterator[Change]:
    for label, matters, texts in _TEXTS:
        yield from _texts(label, "", matters, texts(before), texts(after))
    for level in LEVELS:
        yield from _texts(_("Level"), level, True, before.descriptors.get(level, {}), after.descriptors.get(level, {}))
    yield from _values(_("Choices"), True, _choices(old, before), _choices(new, after))
    for label, matters, value in _VALUES:
        yield from _values(label, matters, value(before), value(after))


def _texts(label: Promise, suffix: str, matters: bool, before: Texts, after: Texts) -> Iterator[Change]:
    for language in dict.fromkeys([*before, *after]):
        pieces = difference(before.get(language, ""), after.get(language, ""))
        if any(piece.kind != KEPT for piece in pieces):
            yield Change(f"{label} {suffix}" if suffix else label, language, pieces, matters)


def _values(label: Promise, matters: bool, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(label, "", difference(before, after), matters)


def _choices(form: Form, item: Item) -> str:
    lines: Iterable[str] = (
        f"{choice.name}: " + " / ".join(f"{text} [{code}]" for code, text in choice.label.items())
        for choice in form.choices(item)
    )
    return "\n".join(lines)


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """Return how one text became the other, in whole words."""
    left, right = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(KEPT, "".join(left[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece(REMOVED, "".join(left[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(ADDED, "".join(right[j1:j2])))
    return tuple(pieces)


_TEXTS: tuple[tuple[Promise, bool, Callable[[Item], Texts]], ...] = (
    (_("Text"), True, lambda item: item.label),
    (_("Hint"), True, lambda item: item.hint),
    (_("Explanation"), False, lambda item: item.guidance),
    (_("Evidence"), False, lambda item: item.evidence),
    (_("One step for this week"), False, lambda item: item.first_step),
    (_("Template of a measure"), False, lambda item: item.measure),
    (_("Message when required"), False, lambda item: item.required_message),
    (_("Message of the condition"), False, lambda item: item.constraint_message),
)


def _optional(value: object) -> str:
    return "" if value is None else str(value)


_VALUES: tuple[tuple[Promise, bool, Callable[[Item], str]], ...] = (
    (_("Name"), False, lambda item: item.name),
    (_("Kind"), True, lambda item: item.kind),
    (_("Number on a scale"), True, lambda item: " ".join(item.scale.values()) if item.scale else ""),
    (_("Group"), False, lambda item: " / ".join(item.path)),
    (_("Asked if"), True, lambda item: item.relevant),
    (_("Required"), False, lambda item: item.required),
    (_("Not to be changed"), False, lambda item: item.readonly),
    (_("Condition of the answer"), True, lambda item: item.constraint),
    (_("Calculation"), True, lambda item: item.calculation),
    (_("Filter of the choices"), True, lambda item: item.choice_filter),
    (_("Default"), False, lambda item: item.default),
    (_("Appearance"), False, lambda item: item.appearance),
    (_("Dimension"), False, lambda item: _optional(item.dimension)),
    (_("Weight"), False, lambda item: str(item.weight)),
    (_("Target level"), False, lambda item: str(item.target_level)),
    (_("Competence"), True, lambda item: item.competence),
    (_("Profiles"), False, lambda item: " ".join(item.profiles)),
    (_("Source"), False, lambda item: item.source),
    (_("Legal basis"), False, lambda item: item.legal_basis),
    (_("Date of the legal basis"), False, lambda item: _optional(item.legal_basis_date)),
    (_("Review of the legal basis"), False, lambda item: _optional(item.legal_basis_review)),
)


def counted(pairs: Iterable[Pair]) -> Mapping[str, int]:
    """Return how many pairs are added, changed, dropped and unchanged."""
    counts = {"added": 0, "changed": 0, "dropped": 0, "unchanged": 0}
    for pair in pairs:
        if pair.item is None:
            counts["dropped"] += 1
        elif pair.old is None:
            counts["added"] += 1
        else:
            counts["changed" if pair.changes else "unchanged"] += 1
    return counts
