"""The questions of a routine check over its present answers: what is asked, what is missing, what was found. Pure.

A question is rated where it has levels with a target, or where it is answered yes, partly or no and a note beside it
(`<name>_step`) says what to do. Whatever is rated and answered "unknown" is a finding too: first find out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from apps.assessments.models import Routine, RoutineKind
from apps.instruments.definition import NOTE, SELECT_ONE, Form, Item, Section, localized
from apps.instruments.logic import CompiledForm, State
from apps.instruments.questions import shown_value

UNKNOWN = "unknown"
STEP = "_step"
NAME_QUESTION, KIND_QUESTION = "routine_name", "routine_kind"
#: How the notes begin in the workbook; pages have headings of their own for it.
STEP_BEGINNINGS = ("Schritt für diese Woche: ", "Step for this week: ")
MEASURE_BEGINNINGS = ("Mustermaßnahme – ", "Template measure – ")
#: What the list of routines says already; it is not asked again.
KNOWN = frozenset({NAME_QUESTION, KIND_QUESTION})
#: The questionnaire's word for each kind of routine.
KIND_ANSWERS = {
    RoutineKind.FORM: "form",
    RoutineKind.LETTER: "letter",
    RoutineKind.DISCRETION: "decision",
    RoutineKind.SERVICE_PATH: "service_path",
}


class Outcome(StrEnum):
    """What the answer to a rated question says."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    FINE = "fine"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rated question with its answer, and what to do about it.

    is_level: `answer` is a level or the key of a special answer. in_german: step and measure have no translation.
    """

    item: Item
    label: str
    answer: str
    is_level: bool
    outcome: Outcome
    first_step: str = ""
    measure: str = ""
    in_german: bool = False

    @property
    def is_need(self) -> bool:
        return self.outcome in (Outcome.MISSING, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class StillMissing:
    """A question that keeps a check from being completed: not answered, or answered as it cannot stand."""

    section: Section
    item: Item
    is_invalid: bool


def known_answers(form: Form, routine: Routine) -> dict[str, str]:
    """What the routine itself says about the questions in KNOWN that the questionnaire has."""
    values = {NAME_QUESTION: routine.name, KIND_QUESTION: KIND_ANSWERS[RoutineKind(routine.kind)]}
    return {name: value for name, value in values.items() if name in form.items}


@dataclass(frozen=True)
class RoutineReading:
    """A compiled questionnaire over the answers of one check, in one language."""

    compiled: CompiledForm
    answers: Mapping[str, str]
    language: str = ""

    @cached_property
    def state(self) -> State:
        return self.compiled.evaluate(self.answers, language=self.language)

    @property
    def form(self) -> Form:
        return self.compiled.form

    def asked(self, section: Section) -> list[Item]:
        """What a section's page shows: questions and notes, but neither what is known nor the steps."""
        return [
            item
            for item in section.items
            if item.is_shown and item.name not in KNOWN and not self._is_step(item) and self.state[item.name].relevant
        ]

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that have something to answer."""
        return [section for section in self.form.sections if any(item.takes_answer for item in self.asked(section))]

    def section(self, name: str) -> Section | None:
        """The section of this name, if it has something to answer."""
        return next((section for section in self.sections if section.name == name), None)

    def still_missing(self, section: Section | None = None) -> Iterator[StillMissing]:
        """What keeps the check, or a section of it, from being complete; in the order of the questionnaire."""
        for part in self.sections if section is None else [section]:
            for item in self.asked(part):
                state = self.state[item.name]
                if state.violations or state.missing:
                    yield StillMissing(part, item, bool(state.violations))

    def first_open(self) -> Section | None:
        """The first section in which something is missing; the first one where nothing is."""
        for found in self.still_missing():
            return found.section
        return self.sections[0] if self.sections else None

    @cached_property
    def progress(self) -> tuple[int, int]:
        """Of the questions that must be answered: how many are, how many there are."""
        asked = [
            self.state[item.name]
            for section in self.sections
            for item in self.asked(section)
            if item.takes_answer and self.state[item.name].required
        ]
        return sum(state.answered for state in asked), len(asked)

    def label(self, item: Item) -> str:
        return self.compiled.text(item.label, self.state, self.language) or item.name

    def title(self, section: Section) -> str:
        return self.compiled.text(section.label, self.state, self.language) or section.name

    def shown(self, item: Item) -> str:
        """The answer as people read it."""
        return shown_value(item, self.state[item.name].value, self.form.choices(item), self.language)

    @cached_property
    def findings(self) -> list[Finding]:
        """Every rated question that was asked and answered, in the order of the questionnaire."""
        found = []
        for section in self.sections:
            for item in self.asked(section):
                outcome = self._outcome(item)
                if outcome is not None:
                    found.append(self._finding(item, outcome))
        return found

    @property
    def needs(self) -> list[Finding]:
        """What was found to be missing or unknown."""
        return [finding for finding in self.findings if finding.is_need]

    def _is_step(self, item: Item) -> bool:
        return item.kind == NOTE and item.name.endswith(STEP) and item.name.removesuffix(STEP) in self.form.items

    def _outcome(self, item: Item) -> Outcome | None:
        value = self.state[item.name].value
        if not value or item.kind != SELECT_ONE:
            return None
        if value == UNKNOWN:
            return Outcome.UNKNOWN
        if item.is_level:
            if not value.isdigit():
                return Outcome.LEFT_OUT
            return Outcome.MISSING if int(value) < item.target_level else Outcome.FINE
        if f"{item.name}{STEP}" not in self.form.items:
            return None
        ratings = {"yes": Outcome.FINE, "no": Outcome.MISSING, "partly": Outcome.MISSING}
        return ratings.get(value, Outcome.LEFT_OUT)

    def _finding(self, item: Item, outcome: Outcome) -> Finding:
        default, state = self.form.default_language, self.state[item.name]
        first_step = localized(item.first_step, self.language, default)
        measure = localized(item.measure, self.language, default)
        german = self.language not in item.first_step and default == "de" and self.language != "de"
        note = self.form.items.get(f"{item.name}{STEP}")
        if note is not None and not item.is_level:
            first_step = _without(STEP_BEGINNINGS, self.compiled.text(note.label, self.state, self.language))
            measure = _without(MEASURE_BEGINNINGS, self.compiled.text(note.hint, self.state, self.language))
            german = False
        is_need = outcome is Outcome.MISSING or (outcome is Outcome.UNKNOWN and item.is_level)
        return Finding(
            item=item,
            label=self.label(item),
            answer=state.value if item.is_level else self.shown(item),
            is_level=item.is_level,
            outcome=outcome,
            first_step=first_step if is_need else "",
            measure=measure if is_need else "",
            in_german=german,
        )


def _without(beginnings: tuple[str, ...], text: str) -> str:
    for beginning in beginnings:
        text = text.removeprefix(beginning)
    return text
