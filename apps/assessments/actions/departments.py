"""Items that several departments answer: deciding between them, and what giving and withdrawing does to their answers.

The audit record names the item, never an answer or the reason.
"""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.assessments import queries, queries_delegations, queries_departments
from apps.assessments.actions.answers import NotOpen, UnknownItem, locked
from apps.assessments.actions.storing import replace_contents, save_progress, store, store_department_answers
from apps.assessments.content import Content, content_of, normalized, settle, voices_hash
from apps.assessments.models import Answer, Assessment, Decision, Delegation, DepartmentAnswer, DoneBy, Special
from apps.assessments.models.department import MAX_REASON
from apps.assessments.policies import hands_of
from apps.assessments.questionnaire import Reading
from apps.audit.actions import record
from apps.instruments.definition import Item
from apps.instruments.questions import parse_values


class NothingToDecide(Exception):
    """No department has answered the item."""


class ChangedMeanwhile(Exception):
    """A department has answered anew since the page was shown: the decision would be about something else."""


class NotPossible(ValueError):
    """The answer does not fit the question, or the other answers."""


@transaction.atomic
def decide(
    *,
    actor: Any,
    assessment_id: UUID,
    item: str,
    value: str,
    reason: str,
    seen: str,
    done_by: str = "",
    org_unit_id: UUID | None = None,
) -> Decision:
    """Decide what an item comes to that departments have answered, with a reason; what they said is kept.

    value: one of theirs, or for a level item any level or special answer. seen: `voices_hash` of what the page showed.
    Raises Assessment.DoesNotExist, NotOpen, UnknownItem, NothingToDecide, ChangedMeanwhile, NotPossible, ValueError
    for a reason that is empty or too long.
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise ValueError("A decision needs a reason.")
    assessment = locked(assessment_id)
    if assessment.state != Assessment.State.IN_PROGRESS or not assessment.wave.is_open:
        raise NotOpen(assessment)
    present, together = queries_departments.standing(assessment)
    before = queries_departments.reading_of(assessment, present, together)
    question = before.questionnaire.form.items.get(item)
    if question is None or not question.takes_answer or not before.questionnaire.in_profile(question):
        raise UnknownItem(item)
    if not together.is_guarded(item):
        raise NothingToDecide
    rows = together.given.get(item, ())
    if voices_hash(queries_departments.voices(rows)) != seen:
        raise ChangedMeanwhile
    content = _chosen(question, value, done_by, rows, content_of(present.get(item)))
    after = replace_contents(before, {item: content})
    if after.state[item].violations:
        raise NotPossible(value)
    now = timezone.now()
    if item in together.decisions:
        Decision.objects.filter(pk=together.decisions[item].pk).update(superseded_at=now, updated_at=now)
    decision = Decision(
        assessment=assessment,
        item_id=queries.item_keys(assessment.wave.instrument_version_id)[item],
        value=value,
        reason=reason,
        decided_by=actor,
    )
    decision.save(force_insert=True)
    _write(actor, assessment, before, present, {item: content}, before.undecided - {item}, org_unit_id)
    record(actor=actor, verb="department.decided", target=decision, data={"item": item})
    return decision


def _chosen(item: Item, value: str, done_by: str, rows: Collection[DepartmentAnswer], present: Content) -> Content:
    """The content that a decision asks for; raises NotPossible."""
    said = {(row.value, row.done_by) for row in rows}
    if item.is_level:
        if not value or parse_values(item, [value]).error or done_by not in ("", *DoneBy.values):
            raise NotPossible(value)
        if value == Special.DONE_FOR_US and not done_by:
            raise NotPossible(value)
    elif not value or (value, done_by) not in said:
        raise NotPossible(value)
    return normalized(Content(value, done_by, present.note, present.evidence))


def _write(
    actor: Any,
    assessment: Assessment,
    before: Reading,
    present: dict[str, Answer],
    contents: dict[str, Content],
    undecided: Collection[str],
    org_unit_id: UUID | None = None,
) -> None:
    items = before.questionnaire.form.items
    store(assessment, contents, items, present, actor=actor, org_units=dict.fromkeys(contents, org_unit_id))
    after = before.questionnaire.read(
        {**before.contents, **contents}, proven=before.proven, undecided=frozenset(undecided)
    )
    save_progress(assessment, None, after)


def keep_present_answers(assessment: Assessment, given: Collection[Delegation]) -> None:
    """An item that was in one department's hands is given to another too: what the first answered becomes its own.

    given: the delegations that are new. Only for answers that came from those in whose hands the item is.
    """
    present, together = queries_departments.standing(assessment)
    form = queries.questionnaire_of(assessment).form
    gave = _giver(together.delegations)
    rows = []
    for name, answer in present.items():
        item = form.items[name]
        if name in together.given or content_of(answer).is_empty:
            continue
        if not any(row.covers(item.section, name) for row in given):
            continue
        hands = hands_of(together.delegations, item)
        whose = next((row for row in hands.values() if gave(row, answer)), None) if len(hands) > 1 else None
        if whose is not None:
            rows.append(
                DepartmentAnswer(
                    municipality_id=assessment.municipality_id,
                    assessment=assessment,
                    item_id=answer.item_id,
                    delegation=whose,
                    value=answer.plain,
                    done_by=answer.done_by,
                    note=answer.note,
                    evidence=answer.evidence,
                    answered_at=answer.answered_at,
                )
            )
    if rows:
        store_department_answers(rows)


def _giver(delegations: Collection[Delegation]) -> Callable[[Delegation, Answer], bool]:
    """Says whether an answer came from those to whom a delegation was given."""

    @cache
    def people(unit: UUID) -> frozenset[UUID]:
        return frozenset(person.pk for person in queries_delegations.contributors_below(unit))

    def gave(row: Delegation, answer: Answer) -> bool:
        if answer.delegation_id is not None:
            return any(other.pk == answer.delegation_id and other.hand == row.hand for other in delegations)
        if row.by_link or answer.answered_by_id is None:
            return False
        if row.user_id is not None:
            return answer.answered_by_id in (row.user_id, row.deputy_id)
        return answer.answered_by_id in people(row.org_unit_id)

    return gave


def settle_without(actor: Any, assessment: Assessment, withdrawn: Delegation) -> None:
    """A department's delegation has been withdrawn: its answers are kept and count no more.

    Where others have answered, the item comes to what they say; where nobody else has, its answer stays as it is.
    """
    gone = {row.item_id: row for row in DepartmentAnswer.objects.filter(delegation=withdrawn)}
    if not gone:
        return
    present, together = queries_departments.standing(assessment)
    named = {row.pk: row for row in together.delegations}
    names = queries.item_names(assessment.wave.instrument_version_id)
    contents = {}
    for key, row in gone.items():
        name, row.delegation = names[key], named[withdrawn.pk]
        left = together.given.get(name, ())
        if not any(other.value for other in left) or name not in present:
            continue
        content = settle(
            content_of(present[name]),
            queries_departments.voices([*left, row]),
            queries_departments.voices(left),
            decided=name in together.decisions,
        )
        if content != content_of(present[name]):
            contents[name] = content
    before = queries_departments.reading_of(assessment, present, together)
    after = together.undecided({**before.contents, **contents})
    _write(actor, assessment, before, present, contents, after)
