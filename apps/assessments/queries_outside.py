"""Reads on the readings from outside. Each runs in the scope the caller entered.

What an organisation has answered is read for the municipality by `submitted_answers` alone: nothing of it before it has
been handed in, nothing after it has been withdrawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from apps.assessments import queries
from apps.assessments.differences import compare
from apps.assessments.models import Assessment, OutsideAnswer, OutsideReading
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item

if TYPE_CHECKING:
    from django.db.models import QuerySet

Answers = Mapping[str, OutsideAnswer]
FILTERED, NOT_COMPETENT = "filtered", "not_competent"


def readings_of(assessment: Assessment) -> list[OutsideReading]:
    """All readings of an assessment, withdrawn ones last."""
    rows = OutsideReading.objects.filter(assessment=assessment).order_by("place", "created_at")
    return sorted(rows, key=lambda row: row.state == OutsideReading.State.WITHDRAWN)


def reading(key: UUID) -> OutsideReading | None:
    """One reading with its assessment, wave and municipality."""
    return _with_assessment().filter(pk=key).first()


def reading_by(token_hash: str) -> OutsideReading | None:
    """The reading that a personal link opens, withdrawn and expired ones included."""
    return _with_assessment().filter(token_hash=token_hash).first()


def _with_assessment() -> "QuerySet[OutsideReading]":
    return OutsideReading.objects.select_related("assessment__wave", "assessment__municipality", "invited_by")


def answers_of(row: OutsideReading) -> Answers:
    """What an organisation has answered so far, by item name: for itself alone."""
    names = queries.item_names(row.assessment.wave.instrument_version_id)
    return {names[answer.item_id]: answer for answer in OutsideAnswer.objects.filter(reading=row).order_by()}


def submitted_answers(assessment: Assessment) -> list[tuple[OutsideReading, Answers]]:
    """The readings that have been handed in, by place, each with its answers by item name; at most two queries."""
    rows = list(
        OutsideReading.objects.filter(assessment=assessment, state=OutsideReading.State.SUBMITTED).order_by("place")
    )
    found: dict[UUID, dict[str, OutsideAnswer]] = {row.pk: {} for row in rows}
    if rows:
        names = queries.item_names(assessment.wave.instrument_version_id)
        for answer in OutsideAnswer.objects.filter(reading__in=rows).order_by():
            found[answer.reading_id][names[answer.item_id]] = answer
    return [(row, found[row.pk]) for row in rows]


def blank(assessment: Assessment, language: str) -> Reading:
    """The questionnaire as an organisation is asked it: over no answers at all."""
    return queries.questionnaire_of(assessment).read({}, language=language)


def asked_of_outside(nothing: Reading) -> dict[str, list[Item]]:
    """The level items that an organisation is asked, by section in order; nothing: as `blank` gives it."""
    found = {
        section.name: [item for item in nothing.asked_items(section) if item.is_level]
        for section in nothing.questionnaire.sections
    }
    return {name: items for name, items in found.items() if items}


def own_answer(own: Reading, item: Item) -> str:
    """The municipality's answer as it is compared: a level, a special answer, why it is not asked, or ""."""
    if not own.holds_competence(item):
        return NOT_COMPETENT
    if not own.is_asked(item):
        return FILTERED
    return own.content(item.name).value


@dataclass(frozen=True, slots=True)
class OutsideSummary:
    """readings: how many have been handed in. differing: items that one of them sees two levels or more apart."""

    readings: int
    differing: int


def summary(assessment: Assessment, own: Reading | None = None) -> OutsideSummary:
    """For the result: how many readings there are and how many items differ notably.

    own: the municipality's answers as `queries.read` gives them, where they are loaded already. `wave` and
    `municipality` of the assessment are loaded. One query where nothing has been handed in.
    """
    submitted = submitted_answers(assessment)
    if not submitted:
        return OutsideSummary(0, 0)
    own = own or queries.read(assessment)
    items = own.questionnaire.form.items
    differing = {
        name
        for _row, answers in submitted
        for name, answer in answers.items()
        if compare(own_answer(own, items[name]), plain(answer)).is_notable
    }
    return OutsideSummary(len(submitted), len(differing))


def plain(answer: OutsideAnswer | None) -> str:
    """A level as "0" to "4", a special answer, or ""."""
    if answer is None:
        return ""
    return str(answer.level) if answer.level is not None else answer.special
