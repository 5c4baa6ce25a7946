"""Comments, questions and feedback on items, replies, settling.

Each step takes the assessment's lock. The audit record and the mails name the item, never what was written.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.assessments import queries, queries_remarks
from apps.assessments.actions.answers import UnknownItem, locked
from apps.assessments.actions.assessments import WrongState
from apps.assessments.models import Assessment, Remark
from apps.audit.actions import record
from apps.instruments.definition import Item
from apps.municipalities.models import Role
from apps.notifications.actions import send

Kind, Side, State = Remark.Kind, Remark.Side, Assessment.State


@transaction.atomic
def begin_thread(*, actor: Any, assessment_id: UUID, item: str, kind: str, text: str, base_url: str) -> Remark:
    """Write a comment, a question or feedback on an item, and tell those it is meant for.

    base_url: scheme and host of this site, without a slash at the end. Raises Assessment.DoesNotExist, UnknownItem,
    WrongState (feedback before the assessment is handed in, anything else after it is closed), ValueError for an
    empty text or for a reply.
    """
    text = _tidy(text)
    if kind not in (Kind.COMMENT, Kind.QUESTION, Kind.FEEDBACK):
        raise ValueError("A reply belongs to a thread.")
    assessment = locked(assessment_id)
    if kind == Kind.FEEDBACK and assessment.state in (State.INVITED, State.IN_PROGRESS):
        raise WrongState(gettext("Feedback can be given once the assessment has been handed in."))
    if kind != Kind.FEEDBACK and assessment.state == State.CLOSED:
        raise WrongState(gettext("The assessment is closed: nothing new can be begun."))
    asked = _item(assessment, item)
    thread = Remark(
        assessment=assessment,
        item_id=queries.item_keys(assessment.wave.instrument_version_id)[asked.name],
        kind=kind,
        side=Side.PROJECT if kind == Kind.FEEDBACK else Side.MUNICIPALITY,
        text=text,
        author=actor,
    )
    thread.save(force_insert=True)
    record(actor=actor, verb="remark.added", target=thread, data={"item": asked.name, "kind": str(kind)})
    if kind == Kind.QUESTION:
        _tell(queries_remarks.project_team(), "question", thread, assessment, asked, base_url)
    elif kind == Kind.FEEDBACK:
        _tell(queries.people_with_role(Role.COORDINATOR), "feedback", thread, assessment, asked, base_url)
    return thread


@transaction.atomic
def reply(*, actor: Any, thread_id: UUID, side: str, text: str, base_url: str) -> Remark:
    """Reply to a thread for one of the two sides; a settled one is open again.

    Raises Remark.DoesNotExist (also for the project team's reply to a comment, which it does not see), WrongState (a
    comment on an assessment that is closed), ValueError for an empty text.
    """
    text = _tidy(text)
    thread, assessment = _locked(thread_id)
    if thread.kind == Kind.COMMENT and side == Side.PROJECT:
        raise Remark.DoesNotExist
    if thread.kind == Kind.COMMENT and assessment.state == State.CLOSED:
        raise WrongState(gettext("The assessment is closed: comments stay as they are."))
    answer = Remark(
        assessment=assessment,
        item_id=thread.item_id,
        kind=Kind.REPLY,
        side=side,
        thread=thread,
        text=text,
        author=actor,
    )
    answer.save(force_insert=True)
    if thread.settled_at is not None:
        thread.settled_at = None
        thread.save(update_fields=["settled_at", "updated_at"])
    item = _item(assessment, thread.item.name)
    record(actor=actor, verb="remark.replied", target=answer, data={"item": item.name, "kind": str(thread.kind)})
    if thread.kind != Kind.COMMENT:
        people = [person for person in _recipients(thread, side) if person.pk != actor.pk]
        _tell(people, "reply", answer, assessment, item, base_url)
    return answer


@transaction.atomic
def settle(*, actor: Any, thread_id: UUID) -> Remark:
    """Nothing is left to be done about a thread. Nothing to do where it is settled. Raises Remark.DoesNotExist."""
    thread, _assessment = _locked(thread_id)
    if thread.settled_at is None:
        thread.settled_at = timezone.now()
        thread.save(update_fields=["settled_at", "updated_at"])
        data = {"item": thread.item.name, "kind": str(thread.kind)}
        record(actor=actor, verb="remark.settled", target=thread, data=data)
    return thread


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise ValueError("A remark says something.")
    return text


def _item(assessment: Assessment, name: str) -> Item:
    questionnaire = queries.questionnaire_of(assessment)
    item = questionnaire.form.items.get(name)
    if item is None or not item.takes_answer or not questionnaire.in_profile(item):
        raise UnknownItem(name)
    return item


def _locked(thread_id: UUID) -> tuple[Remark, Assessment]:
    """The thread as it stands under the lock of its assessment."""
    assessment = locked(Remark.objects.values_list("assessment_id", flat=True).get(pk=thread_id, thread=None))
    return Remark.objects.select_related("item", "author").get(pk=thread_id), assessment


def _recipients(thread: Remark, side: str) -> list[User]:
    """Whom a reply is meant for: the other side, there whoever has written in the thread, as far as still in office."""
    if side == Side.MUNICIPALITY:
        return queries_remarks.project_people_in(thread) or queries_remarks.project_team()
    asked = thread.author
    if thread.kind == Kind.QUESTION and asked is not None and queries_remarks.is_member(asked):
        return [asked]
    return queries.people_with_role(Role.COORDINATOR)


def _tell(
    people: Iterable[User], event: str, remark: Remark, assessment: Assessment, item: Item, base_url: str
) -> None:
    """One mail to each: municipality, wave and number of the item, and where to read it."""
    municipality = assessment.municipality
    page = reverse("assessments-item-remarks", args=[municipality.slug, assessment.pk, item.name])
    values = {"municipality": municipality.name, "number": item.number or item.name}
    for person in people:
        with translation.override(person.language):
            subject = {
                "question": gettext("%(municipality)s: a question about item %(number)s (%(wave)s)"),
                "reply": gettext("%(municipality)s: a reply about item %(number)s (%(wave)s)"),
                "feedback": gettext("%(municipality)s: feedback on item %(number)s (%(wave)s)"),
            }[event] % {**values, "wave": str(assessment.wave)}
        send(
            kind=f"remark-{event}",
            to=person.email,
            subject=subject,
            template=f"assessments/mail/remark_{event}.txt",
            context={"name": person.get_full_name(), "wave": assessment.wave, **values, "url": base_url + page},
            language=person.language,
            dedupe_key=str(remark.pk),
        )
