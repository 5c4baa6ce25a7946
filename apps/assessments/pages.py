"""What the pages show, put together from an assessment and its reading. No queries here, but for files after saving."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.assessments.actions.answers import ItemResult, Outcome
from apps.assessments.beside import Beside
from apps.assessments.content import EMPTY, Content, Seen, content_of
from apps.assessments.models import Answer, Assessment, AssessmentSection, DoneBy, Special
from apps.assessments.policies import EVERYTHING, SectionAccess
from apps.assessments.questionnaire import Missing, Reading
from apps.instruments import definition
from apps.instruments.definition import Item, Section, localized
from apps.instruments.questions import Question, element_id, missing_message, question, shown_value

STATE_KINDS = {
    Assessment.State.INVITED: "neutral",
    Assessment.State.IN_PROGRESS: "info",
    Assessment.State.IN_REVIEW: "warning",
    Assessment.State.SIGNED_OFF: "success",
    Assessment.State.CLOSED: "success",
}
SECTION_KINDS = {
    AssessmentSection.State.NOT_STARTED: "neutral",
    AssessmentSection.State.IN_PROGRESS: "info",
    AssessmentSection.State.COMPLETE: "success",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people have answered differently: its name, what is stored, what was sent."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The file that answers a question: its name ("" while there is none), where it is downloaded, and where it is
    chosen, replaced and removed."""

    name: str
    url: str
    choose_url: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a section's page is, where its answers are sent one by one, where a file is attached and downloaded, and
    where it is decided between departments: by item name ("" where there is no such page)."""

    page: str
    answer: Callable[[str], str]
    upload: Callable[[str], str]
    file: Callable[[str], str]
    decide: Callable[[str], str] = lambda item: ""

    @classmethod
    def of_account(cls, slug: str, assessment: Assessment, section: str) -> "Addresses":
        return cls(
            reverse("assessments-section", args=[slug, assessment.pk, section]),
            lambda item: reverse("assessments-answer", args=[slug, assessment.pk, item]),
            lambda item: reverse("assessments-upload", args=[slug, assessment.pk, item]),
            lambda item: reverse("assessments-upload-file", args=[slug, assessment.pk, item]),
            lambda item: reverse("assessments-departments-item", args=[slug, assessment.pk, item]),
        )

    @classmethod
    def of_link(cls, slug: str, token: str) -> "Addresses":
        return cls(
            reverse("assessments-contribute", args=[slug, token]),
            lambda item: reverse("assessments-contribute-answer", args=[slug, token, item]),
            lambda item: reverse("assessments-contribute-upload", args=[slug, token, item]),
            lambda item: reverse("assessments-contribute-upload-file", args=[slug, token, item]),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """One item on a section's page: the question, what belongs to it, what happened to it. Not asked: no question.

    is_fixed: for others to answer. is_guarded: departments have answered it, so that another answer is a decision;
    decide_url: where it is made. upload: of a question for a file.
    """

    name: str
    page: str = ""
    post_to: str = ""
    heading: str = ""
    question: Question | None = None
    seen: str = ""
    content: Content = EMPTY
    done_by_choices: tuple[tuple[str, str, bool], ...] = ()
    notices: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    recommends_evidence: bool = False
    saved_at: Any = None
    differences: tuple[Difference, ...] = ()
    saved_by: str = ""
    beside: Beside | None = None
    decide_url: str = ""
    is_fixed: bool = False
    is_guarded: bool = False
    upload: Upload | None = None

    @property
    def id(self) -> str:
        return element_id(self.name).replace("q-", "item-", 1)

    @property
    def asks_done_by(self) -> bool:
        return bool(self.done_by_choices)

    @property
    def was_refused(self) -> bool:
        """Has the question to be shown anew, with what is wrong? Otherwise the browser's own is left alone."""
        return bool(self.errors or self.differences or (self.question and self.question.errors))

    @property
    def is_level(self) -> bool:
        return self.question is not None and self.question.item.is_level

    @property
    def has_remarks(self) -> bool:
        return bool(self.content.note or self.content.evidence)


class SectionPage:
    """The blocks of a section, before or after saving."""

    def __init__(
        self,
        reading: Reading,
        section: Section,
        answers: Mapping[str, Answer],
        language: str,
        *,
        addresses: Addresses,
        results: Mapping[str, ItemResult] | None = None,
        names: Mapping[Any, str] | None = None,
        show_missing: bool = False,
        beside: Mapping[str, Beside] | None = None,
        access: SectionAccess = EVERYTHING,
        guarded: Collection[str] = (),
    ) -> None:
        """section: with the items that may be seen (`access.narrowed`). guarded: as of Saved."""
        self.reading, self.section, self.answers, self.language = reading, section, answers, language
        self.addresses = addresses
        self.results = results or {}
        self.names = names or {}
        self.show_missing = show_missing
        self.beside = beside or {}
        self.access = access
        self.guarded = guarded

    def blocks(self, only: Iterable[str] | None = None) -> Iterator[Block]:
        """A block per item that could be asked here, in order; `only`: those named."""
        wanted = None if only is None else set(only)
        groups = {group.name: group for group in self.section.groups}
        shown: set[str] = set()
        for item in self.section.items:
            if not item.is_shown or not self.reading.questionnaire.in_profile(item):
                continue
            heading = ""
            if self.reading.is_asked(item):
                for name in item.path[1:]:
                    if name in groups and name not in shown:
                        shown.add(name)
                        heading = localized(groups[name].label, self.language, self._fallback)
            if wanted is None or item.name in wanted:
                yield self._block(item, heading)

    @property
    def _fallback(self) -> str:
        return self.reading.questionnaire.form.default_language

    def _block(self, item: Item, heading: str) -> Block:
        if not self.reading.is_asked(item):
            return Block(item.name)
        result = self.results.get(item.name)
        answer = self.answers.get(item.name)
        stored = content_of(answer)
        refused = result is not None and result.outcome in (Outcome.INVALID, Outcome.CONFLICT)
        is_guarded = item.name in self.guarded
        content = result.shown if result is not None and refused else stored
        if is_guarded:
            content = replace(content, value=stored.value, done_by=stored.done_by)
        errors = result.errors if result is not None else ()
        missing = self.reading.state[item.name].missing and self.show_missing
        if missing and not errors:
            errors = (missing_message(self.reading.questionnaire.compiled, item, self.language),)
        return Block(
            name=item.name,
            page=self.addresses.page,
            post_to=self.addresses.answer(item.name),
            heading=heading,
            question=question(
                self.reading.questionnaire.compiled,
                item,
                self.reading.state,
                language=self.language,
                raw=(result.raw or content.value) if result is not None and refused and not is_guarded else None,
                errors=errors,
            ),
            seen=str(result.seen if result is not None else Seen.of(stored, answer.revision if answer else 0)),
            content=content,
            done_by_choices=_done_by_choices(item, content),
            notices=tuple(self._notices(item, content)),
            errors=errors,
            recommends_evidence=self.reading.lacks_evidence(item),
            saved_at=answer.answered_at if answer else None,
            differences=self._differences(item, result, stored),
            saved_by=self.names.get(answer.answered_by_id, "") if answer else "",
            beside=self.beside.get(item.name),
            decide_url=self.addresses.decide(item.name) if is_guarded else "",
            is_fixed=not self.access.answers_item(item),
            is_guarded=is_guarded,
            upload=self._upload(item, answer) if item.is_upload else None,
        )

    def _upload(self, item: Item, answer: Answer | None) -> Upload:
        # Answers that come from saving are without their files: then it is one query for each.
        stored = answer.file if answer is not None else None
        return Upload(
            stored.name if stored is not None else "", self.addresses.file(item.name), self.addresses.upload(item.name)
        )

    def _notices(self, item: Item, content: Content) -> Iterator[str]:
        if not item.takes_answer:
            return
        if content.value == Special.DONE_FOR_US and not content.done_by:
            yield _("Please say who does it for you.")
        if self.reading.questionnaire.evidence_required and self.reading.lacks_evidence(item):
            yield _("From level 3 on, please name the evidence. Without it the assessment cannot be handed in.")

    def _differences(self, item: Item, result: ItemResult | None, stored: Content) -> tuple[Difference, ...]:
        if result is None or result.outcome != Outcome.CONFLICT:
            return ()
        labels = {"value": _("Answer"), "done_by": _("Who does it"), "note": _("Note"), "evidence": _("Evidence")}
        return tuple(
            Difference(labels[name], self._words(item, name, stored), self._words(item, name, result.mine))
            for name in result.conflicts
        )

    def _words(self, item: Item, field: str, content: Content) -> str:
        value = getattr(content, field)
        if field == "value":
            choices = self.reading.questionnaire.form.choices(item)
            value = shown_value(item, value, choices, self.language)
        elif field == "done_by" and value:
            value = str(DoneBy(value).label)
        return value or _("no answer")


def _done_by_choices(item: Item, content: Content) -> tuple[tuple[str, str, bool], ...]:
    if not item.is_level or content.value != Special.DONE_FOR_US:
        return ()
    return tuple((value, str(label), value == content.done_by) for value, label in DoneBy.choices)


def changed_items(before: Reading, after: Reading, section: Section, language: str) -> set[str]:
    """Items of a section that look different after saving: appeared or gone, other choices, texts, results, errors."""
    return {item.name for item in section.items if _looks(before, item, language) != _looks(after, item, language)}


def _looks(reading: Reading, item: Item, language: str) -> tuple[object, ...]:
    state, text = reading.state[item.name], reading.questionnaire.compiled.text
    return (
        reading.is_asked(item),
        state.choices,
        state.required,
        state.readonly,
        state.violations,
        state.value if item.is_calculated else "",
        text(item.label, reading.state, language),
        text(item.hint, reading.state, language),
    )


def section_label(reading: Reading, section: Section, language: str) -> str:
    """The section's title in `language`."""
    return reading.questionnaire.compiled.text(section.label, reading.state, language) or section.name


def section_label_of(form: definition.Form, section: Section, language: str) -> str:
    """The section's title without evaluating anything: for lists."""
    return localized(section.label, language, form.default_language) or section.name


def task_items(
    assessment: Assessment,
    form: definition.Form,
    rows: Sequence[AssessmentSection],
    language: str,
    slug: str,
    hints: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """The sections as the component task_list wants them; hints: in whose hands a section is, by its name."""
    hints = hints or {}
    labels = {section.name: section_label_of(form, section, language) for section in form.sections}
    return [
        {
            "label": labels.get(row.name, row.name),
            "url": reverse("assessments-section", args=[slug, assessment.pk, row.name]),
            "state": _section_state(row),
            "kind": SECTION_KINDS[AssessmentSection.State(row.state)],
            "hint": hints.get(row.name, ""),
        }
        for row in rows
        if row.required or row.state != AssessmentSection.State.NOT_STARTED or row.dimension is None
    ]


def _section_state(row: AssessmentSection) -> str:
    if row.state == AssessmentSection.State.IN_PROGRESS:
        return _("%(answered)s of %(required)s") % {"answered": row.answered, "required": row.required}
    return str(row.get_state_display())


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A link to what is still missing."""

    section: str
    label: str
    url: str
    reason: str


def missing_lines(
    assessment: Assessment, reading: Reading, missing: Iterable[Missing], language: str, slug: str
) -> list[MissingLine]:
    """What keeps the assessment from being handed in, each with the place where it can be mended."""
    reasons = {
        "unanswered": _("not answered"),
        "invalid": _("the answer is not possible as the others stand"),
        "done_by": _("who does it is missing"),
        "evidence": _("evidence is missing"),
        "undecided": _("departments answered differently: please decide"),
    }
    compiled = reading.questionnaire.compiled
    labels = {s.name: section_label(reading, s, language) for s in reading.questionnaire.form.sections}
    return [
        MissingLine(
            section=labels[entry.section],
            label=" ".join(filter(None, (entry.item.number, compiled.text(entry.item.label, reading.state, language)))),
            url=reverse("assessments-section", args=[slug, assessment.pk, entry.section])
            + f"#{Block(entry.item.name).id}",
            reason=reasons[entry.reason],
        )
        for entry in missing
    ]


def who_sees() -> dict[str, Any]:
    """Text of "Who sees this?" on the pages of an assessment."""
    return {
        "text": _("These answers are about the administration, not about people. They are seen by:"),
        "items": [
            _("the coordination and the contributors of your municipality,"),
            _("the signatory of your municipality,"),
            _("the project team of the programme, for reading."),
            _("Not by the funder, the press, the council or other municipalities."),
        ],
    }
