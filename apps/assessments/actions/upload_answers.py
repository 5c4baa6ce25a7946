"""Files as answers: attaching one, replacing it, removing it.

A file is no field of the form that saves a section: it has a page and an action of its own, under the same lock. The
answer's `value` is the key of the file, so that the logic, the progress and the history see it as they see any other.

Where several departments have been given such a question they share one answer: files cannot be held against each
other as levels can, so nothing diverges and nothing is to be decided. The last one attached counts.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from apps.assessments import policies_evidence, queries_departments
from apps.assessments.actions.answers import NotGiven, NotOpen, UnknownItem, locked
from apps.assessments.actions.storing import replace_contents, save_progress, store
from apps.assessments.content import content_of
from apps.assessments.models import Answer, Assessment
from apps.assessments.policies import EVERYTHING, Recipient, SectionAccess, access_among
from apps.assessments.questionnaire import Reading
from apps.audit.actions import record
from apps.files.actions import delete_file, store_upload
from apps.files.checks import Checked
from apps.files.models import StoredFile
from apps.instruments.definition import Item
from apps.instruments.questions import violation_messages


class ChangedMeanwhile(Exception):
    """Somebody else has attached, replaced or removed the file since the page was shown."""


class CannotStand(Exception):
    """The answers do not allow a file here; `messages` say why."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = tuple(messages)


@dataclass(frozen=True, slots=True)
class _Desk:
    """An assessment under its lock, open for answers, and the question that is answered with a file."""

    assessment: Assessment
    item: Item
    answers: Mapping[str, Answer]
    before: Reading
    access: SectionAccess
    only: Recipient | None

    @property
    def answer(self) -> Answer | None:
        return self.answers.get(self.item.name)

    @property
    def file(self) -> StoredFile | None:
        found: StoredFile | None = self.answer.file if self.answer is not None else None
        return found


@transaction.atomic
def upload_answer(
    *,
    actor: Any,
    assessment_id: UUID,
    item: str,
    uploaded: Checked,
    seen: str = "",
    language: str = "",
    only: Recipient | None = None,
    org_unit_id: UUID | None = None,
) -> Answer:
    """Answer a question with a file; the one attached before is deleted.

    uploaded: of the kind the question asks for, which the form has looked at. seen: the value the page had shown ("":
    no file). only: whose delegations limit what may be answered; with a personal link there is no actor. org_unit_id:
    the sender's department, where no delegation to a department stands for it.
    Raises Assessment.DoesNotExist, NotOpen, UnknownItem (no question for a file, or not asked), NotGiven,
    ChangedMeanwhile, CannotStand; then nothing is stored.
    """
    desk = _desk(assessment_id, item, seen, language, only)
    attached = store_upload(actor=actor, uploaded=uploaded)
    return _store(desk, attached, actor=actor, language=language, org_unit_id=org_unit_id)


@transaction.atomic
def remove_upload(
    *,
    actor: Any,
    assessment_id: UUID,
    item: str,
    seen: str,
    language: str = "",
    only: Recipient | None = None,
    org_unit_id: UUID | None = None,
) -> Answer | None:
    """Take the file of an answer away and delete it; None where there is none. Otherwise as `upload_answer`."""
    desk = _desk(assessment_id, item, seen, language, only)
    if desk.file is None:
        return None
    return _store(desk, None, actor=actor, language=language, org_unit_id=org_unit_id)


def _desk(assessment_id: UUID, name: str, seen: str, language: str, only: Recipient | None) -> _Desk:
    assessment = locked(assessment_id)
    if not policies_evidence.is_open(assessment):
        raise NotOpen(assessment)
    # Under the lock: handing back and withdrawing take it too.
    answers, together = queries_departments.standing(assessment)
    before = queries_departments.reading_of(assessment, answers, together, language=language)
    item = before.questionnaire.form.items.get(name)
    if item is None or not item.is_upload or not before.is_asked(item):
        raise UnknownItem(name)
    access = EVERYTHING if only is None else access_among(together.delegations, only)
    if not access.answers_item(item) or before.state[name].readonly:
        raise NotGiven
    if content_of(answers.get(name)).value != seen:
        raise ChangedMeanwhile
    return _Desk(assessment, item, answers, before, access, only)


def _store(desk: _Desk, attached: StoredFile | None, *, actor: Any, language: str, org_unit_id: UUID | None) -> Answer:
    name, former = desk.item.name, desk.file
    content = replace(content_of(desk.answer), value=str(attached.pk) if attached is not None else "")
    after = replace_contents(desk.before, {name: content}, language)
    if after.state[name].violations:
        raise CannotStand(violation_messages(after.questionnaire.compiled, after.state[name], language))
    given = desk.access.as_whom(desk.item)
    unit = given.org_unit_id if given is not None else None
    row = store(
        desk.assessment,
        {name: content},
        desk.before.questionnaire.form.items,
        desk.answers,
        actor=actor,
        delegation_id=desk.only.delegation_id if desk.only is not None else None,
        org_units={name: unit or org_unit_id},
    )[name]
    Answer.objects.filter(assessment=desk.assessment, item=row.item_id).update(file=attached)
    row.file = attached
    save_progress(desk.assessment, desk.before, after)
    verb = "answer.file_attached" if attached is not None else "answer.file_removed"
    by = {"by": "link"} if actor is None else {}
    record(actor=actor, verb=verb, target=desk.assessment, data={"item": name, "replaced": former is not None, **by})
    if former is not None:
        with suppress(ProtectedError):  # something else names it too
            delete_file(stored=former)
    return row
