"""Taking over the answer of the wave before: looked at, unchanged."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.assessments import queries, queries_departments, queries_previous
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem, locked, save_progress
from apps.assessments.content import content_of
from apps.assessments.models import Answer, Assessment, EvidenceUse
from apps.assessments.policies import EVERYTHING, Recipient, access_among
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import Item
from apps.instruments.questions import violation_messages


class NothingBefore(Exception):
    """There is no answer of an earlier wave that could be taken over for this question."""


class NotPossibleNow(NothingBefore):
    """The answer of then cannot stand as things are now: its rules, or several departments answer; messages: why."""

    def __init__(self, messages: tuple[str, ...]) -> None:
        super().__init__(*messages)
        self.messages = messages


def take_over(
    *,
    actor: Any,
    assessment_id: UUID,
    item: str,
    org_unit_id: UUID | None = None,
    only: Recipient | None = None,
    language: str = "",
) -> Answer:
    """Answer an item as in the wave before, note and evidence included, and keep that it was looked at.

    only: whose delegations limit what may be answered; with a personal link there is no actor. An answer that is there
    already is replaced; where the same was taken over before, nothing changes.
    Raises Assessment.DoesNotExist, NotOpen, UnknownItem, NotGiven, NothingBefore (NotPossibleNow).
    """
    with transaction.atomic():
        assessment = locked(assessment_id)
        if assessment.state != Assessment.State.IN_PROGRESS or not assessment.wave.is_open:
            raise NotOpen(assessment)
        answers, together = queries_departments.standing(assessment)
        before = queries_departments.reading_of(assessment, answers, together, language=language)
        asked = _asked(before, item)
        access = EVERYTHING if only is None else access_among(together.delegations, only)
        if not access.answers_item(asked):
            raise NotGiven
        if together.is_shared(asked) or together.is_guarded(item):
            raise NotPossibleNow(
                (gettext("Several departments answer this: each gives its own answer, then it is decided."),)
            )
        previous = queries_previous.previous(assessment, language=language)
        earlier = previous.answer(item) if previous is not None else None
        if previous is None or earlier is None or not earlier.plain:
            raise NothingBefore
        present = answers.get(item)
        if present is not None and present.unchanged_at and content_of(present) == content_of(earlier):
            return present
        uses = list(EvidenceUse.objects.filter(assessment=previous.assessment, item=earlier.item_id))
        after = _read_with(before, item, earlier, proven=bool(uses), language=language)
        answer = _store(actor, only, assessment, present, earlier, item, org_unit_id)
        _use_again(assessment, answer, uses)
        save_progress(assessment, before, after)
        return answer


def _asked(reading: Reading, name: str) -> Item:
    item = reading.questionnaire.form.items.get(name)
    if item is None or not item.takes_answer or not reading.is_asked(item) or reading.state[name].readonly:
        raise UnknownItem(name)
    if item.is_upload:  # a file is attached anew
        raise UnknownItem(name)
    return item


def _read_with(before: Reading, item: str, earlier: Answer, *, proven: bool, language: str) -> Reading:
    """The reading as it would be; raises NotPossibleNow where the answer of then violates a rule of now."""
    after = before.questionnaire.read(
        {**before.contents, item: content_of(earlier)},
        language=language,
        proven=before.proven | {item} if proven else before.proven,
        undecided=before.undecided,
    )
    if after.state[item].violations:
        raise NotPossibleNow(violation_messages(after.questionnaire.compiled, after.state[item], language))
    return after


def _store(
    actor: Any,
    only: Recipient | None,
    assessment: Assessment,
    present: Answer | None,
    earlier: Answer,
    item: str,
    org_unit_id: UUID | None,
) -> Answer:
    now = timezone.now()
    key = queries.item_keys(assessment.wave.instrument_version_id)[item]
    row = present or Answer(municipality_id=assessment.municipality_id, assessment=assessment, item_id=key, revision=0)
    for name in ("value", "level", "special", "done_by", "note", "evidence", "file_id"):
        setattr(row, name, getattr(earlier, name))
    row.revision += 1
    row.delegation_id = only.delegation_id if only is not None else None
    row.answered_by = None if row.delegation_id else actor
    row.answered_at = row.unchanged_at = now
    row.org_unit_id = org_unit_id
    row.save(force_insert=present is None, force_update=present is not None)
    return row


def _use_again(assessment: Assessment, answer: Answer, uses: list[EvidenceUse]) -> None:
    """The same pieces of evidence prove the answer in this assessment too; those that are named already stay."""
    rows = [
        EvidenceUse(
            municipality_id=assessment.municipality_id,
            assessment=assessment,
            item_id=answer.item_id,
            evidence_id=use.evidence_id,
            page=use.page,
        )
        for use in uses
    ]
    EvidenceUse.objects.bulk_create(rows, ignore_conflicts=True)
