"""The questions of one assessment over its present answers: what is asked, missing, in the way of signing. Pure.

Three things decide whether an item is asked: the profile of the wave, the competences of the municipality, and the
logic of the form. The competences are those named in the assessment itself (question `competences`), so that an
assessment stays what it was when the municipality's tasks change; before that, the confirmed ones of the municipality.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from apps.assessments.content import EMPTY, Content
from apps.assessments.models import Special
from apps.instruments import definition, scoring
from apps.instruments.definition import Form, Item, Section
from apps.instruments.logic import CompiledForm, State
from apps.instruments.scoring import DimensionScore, Need, ScoredItem

COMPETENCES_QUESTION = "competences"
WISHES = "_wishes"
OBSTACLES = "_obstacles"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A compiled form as one municipality is asked it.

    competences: of the municipality; None where nobody has said yet, and then every item is asked.
    """

    compiled: CompiledForm
    profile: str
    competences: frozenset[str] | None = None
    evidence_required: bool = False

    @property
    def form(self) -> Form:
        return self.compiled.form

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections that are pages, those without a question in this profile left out."""
        return tuple(section for section in self.form.sections if any(self._is_shown(item) for item in section.items))

    def _is_shown(self, item: Item) -> bool:
        return item.is_shown and self.in_profile(item)

    def in_profile(self, item: Item) -> bool:
        return not item.profiles or self.profile in item.profiles

    def read(
        self,
        contents: Mapping[str, Content],
        *,
        language: str = "",
        proven: Collection[str] = (),
        undecided: Collection[str] = (),
    ) -> "Reading":
        """Evaluate the logic over answers by item name.

        proven: items with a document or an address as evidence. undecided: items that departments answered differently
        and nobody has decided.
        """
        values = {name: content.value for name, content in contents.items()}
        state = self.compiled.evaluate(values, language=language)
        return Reading(self, contents, state, frozenset(proven), frozenset(undecided))


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the questions that must be answered: how many there are, how many are; answers that cannot stand."""

    required: int
    answered: int
    invalid: int
    touched: bool

    @property
    def complete(self) -> bool:
        return self.answered == self.required and not self.invalid


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps an assessment from being submitted. reason: unanswered, invalid, done_by, evidence, undecided."""

    section: str
    item: Item
    reason: str


@dataclass(frozen=True)
class Reading:
    """A questionnaire over its answers."""

    questionnaire: Questionnaire
    contents: Mapping[str, Content]
    state: State
    proven: frozenset[str] = frozenset()
    undecided: frozenset[str] = frozenset()

    def has_evidence(self, item: Item) -> bool:
        """Is a document, an address or a reference in words named for it?"""
        return item.name in self.proven or bool(self.content(item.name).evidence)

    def content(self, name: str) -> Content:
        return self.contents.get(name, EMPTY)

    @cached_property
    def competences(self) -> frozenset[str] | None:
        """Competences that count; None: not known yet."""
        item = self.questionnaire.form.items.get(COMPETENCES_QUESTION)
        if item is not None and item.kind == definition.SELECT_MULTIPLE:
            named = self.state[item.name].value.split()
            if named:
                return frozenset(named) & frozenset(definition.COMPETENCES)
        return self.questionnaire.competences

    def holds_competence(self, item: Item) -> bool:
        return not item.competence or self.competences is None or item.competence in self.competences

    def is_asked(self, item: Item) -> bool:
        return self.questionnaire.in_profile(item) and self.holds_competence(item) and self.state[item.name].relevant

    def asked_items(self, section: Section) -> list[Item]:
        """The items that the section's page shows, in order; calculations are not shown."""
        return [item for item in section.items if item.is_shown and self.is_asked(item)]

    def progress(self, section: Section) -> Progress:
        required = answered = invalid = 0
        touched = False
        for item in self.asked_items(section):
            state = self.state[item.name]
            if state.required and item.takes_answer:
                required += 1
                answered += state.answered
            touched = touched or (item.takes_answer and not self.content(item.name).is_empty)
            invalid += bool(self._obstacle(item))
        return Progress(required, answered, invalid, touched)

    def _obstacle(self, item: Item) -> str:
        """Why the answer that is there cannot be signed yet, or ""."""
        if item.name in self.undecided:
            return "undecided"
        if self.state[item.name].violations:
            return "invalid"
        content = self.content(item.name)
        if content.value == Special.DONE_FOR_US and item.is_level and not content.done_by:
            return "done_by"
        if self.questionnaire.evidence_required and self.lacks_evidence(item):
            return "evidence"
        return ""

    def lacks_evidence(self, item: Item) -> bool:
        """Is the level one that needs evidence, and none is named?"""
        content = self.content(item.name)
        return (
            item.is_level
            and content.value.isdigit()
            and int(content.value) >= scoring.EVIDENCE_FROM_LEVEL
            and not self.has_evidence(item)
        )

    def missing(self) -> Iterator[Missing]:
        """What must still be done before the assessment can be submitted, in the order of the questionnaire."""
        for section in self.questionnaire.sections:
            for item in self.asked_items(section):
                if self.state[item.name].missing and item.name not in self.undecided:
                    yield Missing(section.name, item, "unanswered")
                elif reason := self._obstacle(item):
                    yield Missing(section.name, item, reason)

    def without_evidence(self) -> Iterator[Missing]:
        """Levels without evidence where that is no obstacle, only worth pointing out."""
        if self.questionnaire.evidence_required:
            return
        for section in self.questionnaire.sections:
            for item in self.asked_items(section):
                if self.lacks_evidence(item):
                    yield Missing(section.name, item, "evidence")

    def scored(self, dimension: int | None = None) -> list[ScoredItem]:
        """The level items of the profile, of one dimension or of all, as the scoring wants them."""
        return [
            ScoredItem(
                name=item.name,
                dimension=item.dimension or 0,
                answer=scoring.answer_of(self._level_value(item), relevant=self.state[item.name].relevant),
                weight=item.weight,
                target=item.target_level,
                competence_held=self.holds_competence(item),
                has_evidence=self.has_evidence(item),
            )
            for item in self.questionnaire.form.level_items
            if self.questionnaire.in_profile(item) and dimension in (None, item.dimension)
        ]

    def _level_value(self, item: Item) -> str:
        state = self.state[item.name]
        return "" if state.violations else state.value

    @cached_property
    def scores(self) -> list[DimensionScore]:
        return scoring.score(self.scored())

    def score(self, dimension: int) -> DimensionScore | None:
        """The result of one dimension; None where the profile asks nothing in it."""
        items = self.scored(dimension)
        return scoring.score_dimension(dimension, items) if items else None

    @cached_property
    def needs(self) -> list[Need]:
        return scoring.needs(self.scored())

    def words(self, section: str, suffix: str) -> str:
        """What was written about a section's field of action in free words: suffix WISHES or OBSTACLES."""
        return self.content(f"{section}{suffix}").value
