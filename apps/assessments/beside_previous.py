"""The answer of the wave before beside the question of this one."""

from dataclasses import dataclass
from datetime import datetime

from apps.assessments import queries_evidence
from apps.assessments.content import content_of
from apps.assessments.models import Answer, Assessment, DoneBy
from apps.assessments.queries_previous import SAME, Previous, previous
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item
from apps.instruments.questions import shown_value


@dataclass(frozen=True, slots=True)
class PreviousLine:
    """What was answered in the wave before, and whether it can be compared.

    wave: its label. is_new: the question was not there. same_wording: it was asked in the same words. level: of a level
    question, or the special answer; shown: in words. pieces: titles of its evidence. is_same: today's answer says the
    same; looked_at: when it was taken over as unchanged. can_take_over: whether one click would change something.
    """

    wave: str
    is_new: bool = False
    same_wording: bool = False
    answered_at: datetime | None = None
    is_level: bool = False
    level: str = ""
    shown: str = ""
    done_by: str = ""
    note: str = ""
    evidence: str = ""
    pieces: tuple[str, ...] = ()
    is_same: bool = False
    looked_at: datetime | None = None

    @property
    def is_answered(self) -> bool:
        return bool(self.shown)

    @property
    def can_take_over(self) -> bool:
        return self.is_answered and not self.is_same


def lines_by_item(assessment: Assessment, reading: Reading, language: str) -> dict[str, PreviousLine]:
    """By item name, for the questions that are asked; {} where no earlier wave has been signed."""
    before = previous(assessment, language=language)
    if before is None:
        return {}
    pieces = queries_evidence.titles_by_item(before.assessment)
    looked_at = _looked_at(assessment)
    return {
        item.name: _line(item, before, reading, pieces.get(before.earlier.get(item.name, ""), []), looked_at, language)
        for item in reading.questionnaire.form.items.values()
        if item.takes_answer and not item.is_upload and reading.is_asked(item)
    }


def _looked_at(assessment: Assessment) -> dict[str, datetime]:
    """When answers of this assessment were taken over, by item name."""
    found = Answer.objects.filter(assessment=assessment, unchanged_at__isnull=False)
    return dict(found.order_by().values_list("item__name", "unchanged_at"))


def _line(
    item: Item,
    before: Previous,
    reading: Reading,
    pieces: list[str],
    looked_at: dict[str, datetime],
    language: str,
) -> PreviousLine:
    wave = before.assessment.wave.label
    if item.name not in before.earlier:
        return PreviousLine(wave, is_new=True)
    same_wording = before.comparability[item.name] == SAME
    answer = before.answer(item.name)
    if answer is None or not answer.plain:
        return PreviousLine(wave, same_wording=same_wording)
    form = before.reading.questionnaire.form
    then = form.items[before.earlier[item.name]]
    return PreviousLine(
        wave,
        same_wording=same_wording,
        answered_at=answer.answered_at,
        is_level=then.is_level,
        level=answer.plain if then.is_level else "",
        shown=shown_value(then, answer.plain, form.choices(then), language),
        done_by=str(DoneBy(answer.done_by).label) if answer.done_by else "",
        note=answer.note,
        evidence=answer.evidence,
        pieces=tuple(pieces),
        is_same=content_of(answer).value == reading.content(item.name).value,
        looked_at=looked_at.get(item.name),
    )
