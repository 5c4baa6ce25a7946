"""What the pages show of items that several departments answer. No queries here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.assessments.content import Content, content_of, normalized
from apps.assessments.models import Answer, Decision, Delegation, DoneBy, Special
from apps.assessments.pages_delegations import whom
from apps.assessments.policies import hands_of
from apps.assessments.queries_departments import Together, words
from apps.core.levels import LEVELS
from apps.instruments.definition import Form, Item


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One department's answer: whose, what (level: for its badge), with what was noted; none yet: answered_at None."""

    whom: str
    value: str
    shown: str
    done_by: str = ""
    note: str = ""
    evidence: str = ""
    answered_at: datetime | None = None


def given_answers(
    found: Together, people: Mapping[Any, Delegation], item: Item, form: Form, language: str
) -> list[GivenAnswer]:
    """Every department in whose hands the item is, with its answer. people: delegations with names, by key."""
    hands = hands_of(found.delegations, item)
    for given in found.given.get(item.name, ()):
        hands.setdefault(given.delegation.hand, given.delegation)
    lines = []
    for delegation in hands.values():
        row, name = found.own(item.name, delegation), whom(people.get(delegation.pk, delegation))
        if row is None:
            lines.append(GivenAnswer(name, "", _("not answered")))
            continue
        lines.append(
            GivenAnswer(
                whom=name,
                value=row.value,
                shown=words(item, form, row.value, language) or _("not answered"),
                done_by=str(DoneBy(row.done_by).label) if row.done_by else "",
                note=row.note,
                evidence=row.evidence,
                answered_at=row.answered_at,
            )
        )
    return lines


def choices(found: Together, item: Item, form: Form, language: str) -> list[tuple[str, str]]:
    """What can be decided: the departments' answers first, for a level every other answer too.

    Keys are as `chosen` reads them.
    """
    said = dict.fromkeys((row.value, row.done_by) for row in found.given.get(item.name, ()) if row.value)
    if item.is_level:
        said |= dict.fromkeys((str(level), "") for level in LEVELS)
        said |= dict.fromkeys((special.value, "") for special in Special if special != Special.DONE_FOR_US)
        said |= dict.fromkeys((Special.DONE_FOR_US.value, body.value) for body in DoneBy)
    if not item.is_level:
        # A text can be long: its place among the answers is its key; `seen` tells if these have changed.
        return [(str(place), words(item, form, value, language)) for place, (value, _done_by) in enumerate(said)]
    ordered = sorted(said, key=lambda pair: _place(pair, found, item))
    return [
        (f"{value}/{done_by}", _label(Content(value, done_by), found, item, form, language))
        for value, done_by in ordered
        if value != Special.DONE_FOR_US or done_by
    ]


def _place(pair: tuple[str, str], found: Together, item: Item) -> bool:
    return not any((row.value, row.done_by) == pair for row in found.given.get(item.name, ()))


def _label(content: Content, found: Together, item: Item, form: Form, language: str) -> str:
    text = words(item, form, content.value, language)
    if content.done_by:
        text = f"{text}: {DoneBy(content.done_by).label}"
    number = sum((row.value, row.done_by) == (content.value, content.done_by) for row in found.given.get(item.name, ()))
    return _("%(answer)s (answered by %(number)s)") % {"answer": text, "number": number} if number else text


def chosen(key: str, found: Together, item: Item) -> tuple[str, str]:
    """Value and who does it, of a key that `choices` offered."""
    if item.is_level:
        value, _slash, done_by = key.partition("/")
        content = normalized(Content(value, done_by))
        return content.value, content.done_by
    said = list(dict.fromkeys((row.value, row.done_by) for row in found.given.get(item.name, ()) if row.value))
    return said[int(key)]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item in the list of those that several departments have answered."""

    name: str
    label: str
    section: str
    state: str
    kind: str
    shown: str
    answered: int
    reason: str = ""


def item_lines(
    found: Together,
    answers: Mapping[str, Answer],
    labels: Iterable[tuple[Item, str, str]],
    form: Form,
    language: str,
) -> list[ItemLine]:
    """Undecided items first, then decided ones, then those all agree on; labels: item, its text, its section's."""
    undecided = found.undecided({name: content_of(answer) for name, answer in answers.items()})
    lines: list[tuple[int, ItemLine]] = []
    for item, label, section in labels:
        decision: Decision | None = found.decisions.get(item.name)
        answered = sum(bool(row.value) for row in found.given.get(item.name, ()))
        if decision is None and answered < 2 and item.name not in undecided:
            continue
        rank, state, kind = (2, _("agreed"), "success")
        if item.name in undecided:
            rank, state, kind = (0, _("to be decided"), "warning")
        elif decision is not None:
            rank, state, kind = (1, _("decided"), "info")
        value = answers[item.name].plain if item.name in answers else ""
        lines.append(
            (
                rank,
                ItemLine(
                    name=item.name,
                    label=label,
                    section=section,
                    state=state,
                    kind=kind,
                    shown=words(item, form, value, language),
                    answered=answered,
                    reason=decision.reason if decision is not None else "",
                ),
            )
        )
    return [line for _rank, line in sorted(lines, key=lambda pair: pair[0])]
