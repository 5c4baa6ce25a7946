"""The quick check: a handful of level questions, answered without an account, read and forgotten. Pure.

Which questions: the level items of a questionnaire that name the profile `schnellcheck`. The logic of the form is left
aside, because it asks about answers that nobody gives here; a municipality says itself what it is not competent for.
Every question wants an answer, and there is always one that is true: “we do not know” and “no answer” are among them.

The rules are those of the full assessment (apps/instruments/scoring.py): gaps in the order of weight × distance to the
target, no total.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.instruments import scoring
from apps.instruments.definition import LEVEL_CHOICES, Item, Texts
from apps.instruments.logic import CompiledForm, State
from apps.instruments.questions import (
    ParsedAnswer,
    Posted,
    Question,
    field_name,
    missing_message,
    parse_answer,
    question,
)
from apps.instruments.scoring import Need, ScoredItem, Special

PROFILE = "schnellcheck"
FULL_PROFILE = "standard"
MOST_IMPORTANT = 3
MUCH_OPEN = Fraction(1, 3)
"""Share of the questions without a level from which on the result is called weak: the project's own convention."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and its language where that is not the one asked for (for the `lang` attribute)."""

    text: str
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


class Reliability(StrEnum):
    """How much the result rests on: a level for every question, for most, for too few, for none."""

    COMPLETE = "complete"
    LIMITED = "limited"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its answer. answer: level 0–4 or a special answer; gap: levels missing, None without a level."""

    item: Item
    label: Wording
    dimension: Wording
    answer: int | Special

    @property
    def level(self) -> int | None:
        return None if isinstance(self.answer, Special) else self.answer

    @property
    def gap(self) -> int | None:
        return None if self.level is None else max(0, self.item.target_level - self.level)

    @property
    def gap_in_words(self) -> str:
        """The gap as the table shows it."""
        if self.gap is None:
            return _("level open") if self.answer in (Special.UNKNOWN, Special.REFUSED) else _("does not count")
        if not self.gap:
            return _("target reached")
        return ngettext("%(gap)d level below the target", "%(gap)d levels below the target", self.gap) % {
            "gap": self.gap
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the gaps to begin with: what to do this week (where the questionnaire says so), what comes next."""

    line: Line
    need: Need
    first_step: Wording
    measure: Wording
    next_level: int
    next_looks_like: Wording


@dataclass(frozen=True, slots=True)
class Basis:
    """What the result rests on: numbers of questions. outside: not within the competence, or done by others."""

    items: int
    known: int
    unknown: int
    refused: int
    outside: int

    @property
    def counted(self) -> int:
        """How many questions concern the municipality."""
        return self.items - self.outside

    @property
    def open(self) -> int:
        return self.unknown + self.refused

    @property
    def reliability(self) -> Reliability:
        if not self.known:
            return Reliability.NONE
        if not self.open:
            return Reliability.COMPLETE
        return Reliability.WEAK if Fraction(self.open, self.counted) >= MUCH_OPEN else Reliability.LIMITED


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown at once: every answer, the most important gaps, what is to be found out, what it rests on."""

    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    gap_count: int
    to_find_out: tuple[Line, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """The questions of a field of action."""

    id: str
    title: Wording
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class QuickCheck:
    """The quick check of a questionnaire, in a language."""

    compiled: CompiledForm
    language: str

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The questions, in the order of the questionnaire."""
        return tuple(item for item in self.compiled.form.level_items if PROFILE in item.profiles)

    @cached_property
    def full_count(self) -> int:
        """How many level questions the full assessment asks."""
        return sum(not item.profiles or FULL_PROFILE in item.profiles for item in self.compiled.form.level_items)

    @cached_property
    def _state(self) -> State:
        return self.compiled.evaluate({}, language=self.language)

    def _wording(self, texts: Texts) -> Wording:
        codes = (self.language, self.compiled.form.default_language, *texts)
        found = next((code for code in codes if texts.get(code)), "")
        text = self.compiled.text(texts, self._state, self.language)
        return Wording(text, found if found != self.language else "")

    def parse(self, posted: Posted) -> "Answers":
        """Read what was posted; what is missing or cannot be read is an error of its question."""
        return Answers(self, {item.name: parse_answer(item, posted, choices=LEVEL_CHOICES) for item in self.items})

    def groups(self, answers: "Answers | None" = None, *, show_errors: bool = False) -> Iterator[QuestionGroup]:
        """The questions as the form shows them, by field of action, with `answers` and what is wrong with them."""
        for section in self.compiled.form.sections:
            items = [item for item in self.items if item.section == section.name]
            if items:
                questions = tuple(self._question(item, answers, show_errors) for item in items)
                yield QuestionGroup(f"section-{section.name}", self._wording(section.label), questions)

    def _question(self, item: Item, answers: "Answers | None", show_errors: bool) -> Question:
        prepared = question(
            self.compiled,
            item,
            self._state,
            language=self.language,
            raw=answers.parsed[item.name].raw if answers else "",
            errors=answers.errors(item) if answers and show_errors else (),
            show_violations=False,
            all_choices=True,
        )
        return replace(prepared, required=True)

    def result(self, values: Mapping[str, str]) -> Result:
        """The result of complete answers by item name; raises KeyError where one is missing."""
        dimensions = {section.name: self._wording(section.label) for section in self.compiled.form.sections}
        lines = {
            item.name: Line(
                item, self._wording(item.label), dimensions[item.section], scoring.answer_of(values[item.name])
            )
            for item in self.items
        }
        needs = scoring.needs(_scored(line) for line in lines.values())
        gaps = [need for need in needs if need.kind == scoring.GAP]
        return Result(
            lines=tuple(lines.values()),
            gaps=tuple(self._gap(lines[need.item], need) for need in gaps[:MOST_IMPORTANT]),
            gap_count=len(gaps),
            to_find_out=tuple(lines[need.item] for need in needs if need.kind == scoring.DATA),
            basis=_basis(lines.values()),
        )

    def _gap(self, line: Line, need: Need) -> Gap:
        next_level = (need.level or 0) + 1
        labels = {choice.name: choice.label for choice in self.compiled.form.choices(line.item)}
        descriptor = line.item.descriptors.get(str(next_level)) or labels.get(str(next_level), {})
        return Gap(
            line=line,
            need=need,
            first_step=self._wording(line.item.first_step),
            measure=self._wording(line.item.measure),
            next_level=next_level,
            next_looks_like=self._wording(descriptor),
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """Posted answers by item name."""

    check: QuickCheck
    parsed: Mapping[str, ParsedAnswer]

    def errors(self, item: Item) -> tuple[str, ...]:
        """What is wrong with an answer, or that there is none."""
        answer = self.parsed[item.name]
        if answer.error:
            return (answer.error,)
        return () if answer.value else (missing_message(self.check.compiled, item, self.check.language),)

    @property
    def complete(self) -> bool:
        return all(answer.value for answer in self.parsed.values())

    @property
    def values(self) -> dict[str, str]:
        return {name: answer.value for name, answer in self.parsed.items()}

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Names and values to post them again."""
        return tuple((field_name(name), value) for name, value in self.values.items() if value)


def _scored(line: Line) -> ScoredItem:
    return ScoredItem(
        name=line.item.name,
        dimension=line.item.dimension or 0,
        answer=line.answer,
        weight=line.item.weight,
        target=line.item.target_level,
    )


def _basis(lines: Collection[Line]) -> Basis:
    specials = Counter(line.answer for line in lines if isinstance(line.answer, Special))
    return Basis(
        items=len(lines),
        known=sum(line.level is not None for line in lines),
        unknown=specials[Special.UNKNOWN],
        refused=specials[Special.REFUSED],
        outside=sum(specials[special] for special in scoring.OUTSIDE),
    )
