"""What the pages on readings from outside show. No queries here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.assessments import differences
from apps.assessments.actions.outside import SPECIALS, content_of
from apps.assessments.content import Content, Seen
from apps.assessments.differences import Counts, Difference, Found, Kind
from apps.assessments.forms import NOTE, SEEN
from apps.assessments.models import OutsideReading
from apps.assessments.models.outside import MAX_NOTE
from apps.assessments.pages import section_label
from apps.assessments.queries_outside import FILTERED, Answers, own_answer, plain
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item
from apps.instruments.questions import Question, element_id, field_name, question

State = OutsideReading.State
STATE_KINDS = {State.INVITED: "info", State.SUBMITTED: "success", State.WITHDRAWN: "neutral"}
DIFFERENCE_KINDS = {
    Kind.LOWER: "warning",
    Kind.EQUAL: "success",
    Kind.HIGHER: "info",
    Kind.NOT_COMPARABLE: "neutral",
}
Submitted = Sequence[tuple[OutsideReading, Answers]]


# --- The list of the coordination ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """An invited organisation in the list: how it stands, what can be done."""

    reading: OutsideReading
    state: str
    kind: str

    @property
    def is_live(self) -> bool:
        return self.reading.state != State.WITHDRAWN


def lines(readings: Iterable[OutsideReading]) -> list[ReadingLine]:
    """The organisations as the list shows them; an ended link is said to be one."""
    return [ReadingLine(row, *_state_of(row)) for row in readings]


def _state_of(row: OutsideReading) -> tuple[str, str]:
    if row.state == State.INVITED and row.is_expired:
        return _("link has ended"), "warning"
    return str(row.get_state_display()), STATE_KINDS[State(row.state)]


# --- What the organisation sees -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutsideBlock:
    """One item on the organisation's page."""

    name: str
    question: Question
    content: Content
    seen: str
    note_errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return element_id(self.name).replace("q-", "item-", 1)

    @property
    def note_field(self) -> str:
        return NOTE + self.name

    @property
    def seen_field(self) -> str:
        return SEEN + self.name

    @property
    def max_note(self) -> int:
        return MAX_NOTE

    @property
    def errors(self) -> tuple[str, ...]:
        return (*self.question.errors, *self.note_errors)

    @property
    def anchor(self) -> str:
        return self.question.anchor if self.question.errors else f"{self.id}-note"


def blocks(
    nothing: Reading, items: Iterable[Item], answers: Answers, language: str, form: Any = None
) -> list[OutsideBlock]:
    """The questions of a section over the organisation's own answers; form: a bound one whose entries were refused."""
    return [_block(nothing, item, answers, language, form) for item in items]


def _block(nothing: Reading, item: Item, answers: Answers, language: str, form: Any) -> OutsideBlock:
    stored = content = content_of(answers.get(item.name))
    errors: tuple[str, ...] = ()
    note_errors: tuple[str, ...] = ()
    seen = str(Seen.of(stored, 0))
    if form is not None:
        content = Content(value=form[field_name(item.name)].value() or "", note=form[NOTE + item.name].value() or "")
        errors = tuple(form.errors.get(field_name(item.name), ()))
        note_errors = tuple(form.errors.get(NOTE + item.name, ()))
        # What the sender had been shown, so that the next attempt is compared with the same.
        seen = form[SEEN + item.name].value() or seen
    shown = question(
        nothing.questionnaire.compiled,
        item,
        nothing.state,
        language=language,
        raw=content.value,
        errors=errors,
        show_violations=False,
        all_choices=True,
    )
    offered = tuple(option for option in shown.special_options if option.value in SPECIALS)
    return OutsideBlock(
        name=item.name,
        # Nobody outside has to answer anything, and what evidence there is they cannot know.
        question=replace(shown, special_options=offered, required=False, readonly=False, evidence=""),
        content=content,
        seen=seen,
        note_errors=note_errors,
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of the items asked have an answer."""

    answered: int
    asked: int

    @property
    def missing(self) -> int:
        return self.asked - self.answered


def answered(items: Iterable[Item], answers: Answers) -> Answered:
    """Progress over the items; a note alone is no answer."""
    names = [item.name for item in items]
    return Answered(sum(bool(plain(answers.get(name))) for name in names), len(names))


def tasks(
    nothing: Reading,
    sections: Mapping[str, Sequence[Item]],
    answers: Answers,
    language: str,
    address: Callable[[str], str],
) -> list[dict[str, str]]:
    """The sections as the component task_list wants them."""
    found = {section.name: section for section in nothing.questionnaire.sections}
    return [
        {
            "label": section_label(nothing, found[name], language),
            "url": address(name),
            **_progress_words(answered(items, answers)),
        }
        for name, items in sections.items()
    ]


def _progress_words(progress: Answered) -> dict[str, str]:
    if not progress.answered:
        return {"state": _("not started"), "kind": "neutral"}
    if not progress.missing:
        return {"state": _("complete"), "kind": "success"}
    numbers = {"answered": progress.answered, "required": progress.asked}
    return {"state": _("%(answered)s of %(required)s") % numbers, "kind": "info"}


# --- The comparison -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutsideCell:
    """One organisation's answer to one item beside the municipality's."""

    organisation: str
    answer: str
    note: str
    difference: Difference
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the comparison."""

    id: str
    number: str
    label: str
    own: str
    own_note: str
    cells: tuple[OutsideCell, ...]


@dataclass(frozen=True, slots=True)
class SectionTable:
    """The items of one section."""

    name: str
    label: str
    url: str
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything the page shows. counts: per organisation. biggest: the row and cell of each."""

    organisations: tuple[str, ...]
    sections: tuple[SectionTable, ...]
    counts: tuple[tuple[str, Counts], ...]
    biggest: tuple[Found[tuple[ItemRow, OutsideCell]], ...]

    @property
    def count_rows(self) -> list[list[Any]]:
        """The counts as the component table wants them."""
        return [
            [name, {"text": str(found.lower)}, {"text": str(found.equal)}, {"text": str(found.higher)},
             {"text": str(found.not_comparable)}]
            for name, found in self.counts
        ]  # fmt: skip

    @property
    def count_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Organisation")},
            {"label": _("lower from outside")},
            {"label": _("the same level")},
            {"label": _("higher from outside")},
            {"label": _("not comparable")},
        ]


def comparison(
    own: Reading,
    nothing: Reading,
    submitted: Submitted,
    *,
    sees: Callable[[Item], bool],
    language: str,
    slug: str,
    assessment_id: Any,
) -> Comparison:
    """Own answers beside those from outside, section by section.

    sees: whether the reader may see an item and its answer; the others leave no trace, in the counts neither.
    nothing: the questionnaire over no answers, as the organisations were asked it.
    """
    tables = []
    for section in own.questionnaire.sections:
        rows = tuple(
            _row(own, nothing, item, submitted, language)
            for item in section.items
            if item.is_level and sees(item) and (own.is_asked(item) or nothing.is_asked(item))
        )
        if rows:
            url = reverse("assessments-section", args=[slug, assessment_id, section.name])
            tables.append(SectionTable(section.name, section_label(own, section, language), url, rows))
    pairs = [(row, cell) for table in tables for row in table.rows for cell in row.cells]
    return Comparison(
        organisations=tuple(reading.organisation for reading, _answers in submitted),
        sections=tuple(tables),
        counts=tuple(
            (
                reading.organisation,
                differences.count(row.cells[place].difference for table in tables for row in table.rows),
            )
            for place, (reading, _answers) in enumerate(submitted)
        ),
        biggest=tuple(differences.biggest([Found((row, cell), cell.difference) for row, cell in pairs])),
    )


def _row(own: Reading, nothing: Reading, item: Item, submitted: Submitted, language: str) -> ItemRow:
    mine = own_answer(own, item)
    asked_outside = nothing.is_asked(item)
    return ItemRow(
        id=element_id(item.name).replace("q-", "item-", 1),
        number=item.number,
        label=own.questionnaire.compiled.text(item.label, own.state, language),
        own=mine,
        own_note=own.content(item.name).note,
        cells=tuple(_cell(row, mine, answers, item, asked_outside) for row, answers in submitted),
    )


def _cell(row: OutsideReading, mine: str, answers: Answers, item: Item, asked: bool) -> OutsideCell:
    answer = answers.get(item.name)
    theirs = plain(answer) or ("" if asked else FILTERED)
    difference = differences.compare(mine, theirs)
    return OutsideCell(
        organisation=row.organisation,
        answer=theirs,
        note=answer.note if answer else "",
        difference=difference,
        words=words(difference),
        kind=DIFFERENCE_KINDS[difference.kind],
    )


def words(difference: Difference) -> str:
    """The difference with its sign and in words."""
    if difference.kind == Kind.NOT_COMPARABLE:
        return _("not comparable")
    if difference.kind == Kind.EQUAL:
        return _("±0: outside sees the same level")
    size = difference.size
    if difference.kind == Kind.LOWER:
        text = ngettext(
            "−%(count)s: outside sees it %(count)s level lower",
            "−%(count)s: outside sees it %(count)s levels lower",
            size,
        )
    else:
        text = ngettext(
            "+%(count)s: outside sees it %(count)s level higher",
            "+%(count)s: outside sees it %(count)s levels higher",
            size,
        )
    return text % {"count": size}
