"""Inviting organisations to answer from outside, their answers, handing them in, withdrawing.

Each step takes the assessment's lock. The audit record names the place, never answers or notes.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from apps.assessments import policies_outside, queries, queries_outside
from apps.assessments.actions.answers import NotOpen, UnknownItem, locked
from apps.assessments.actions.assessments import WrongState
from apps.assessments.content import NOTHING_SEEN, Content, Seen, merge
from apps.assessments.models import Assessment, OutsideAnswer, OutsideReading, Special
from apps.assessments.models.outside import MAX_READINGS
from apps.audit.actions import record
from apps.instruments.definition import LEVELS
from apps.municipalities.actions.invitations import TOKEN_BYTES, hash_of
from apps.municipalities.models import Role
from apps.notifications.actions import send

State = OutsideReading.State

#: A link outlives its due date by so many days: late is better than never.
LINK_GRACE = timedelta(days=7)
#: Answers apart from the scale. What is within a municipality's competence is not for others to say.
SPECIALS = (Special.UNKNOWN, Special.REFUSED)
OFFERED = (*LEVELS, *(special.value for special in SPECIALS))


class NoPlaceLeft(Exception):
    """As many organisations as there are places have been invited already."""


class AlreadyInvited(Exception):
    """This address has an invitation already."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation's answer to one item, as its page sends it. seen: what that page had shown."""

    item: str
    value: str = ""
    note: str = ""
    seen: Seen = NOTHING_SEEN


@transaction.atomic
def invite(
    *,
    actor: Any,
    assessment_id: UUID,
    organisation: str,
    contact: str,
    email: str,
    due_on: date,
    base_url: str,
    note: str = "",
) -> OutsideReading:
    """Invite an organisation to answer the same items; its personal link goes out by mail.

    base_url: scheme and host of this site, without a slash at the end. Raises Assessment.DoesNotExist, WrongState,
    AlreadyInvited, NoPlaceLeft.
    """
    assessment = locked(assessment_id)
    if not policies_outside.accepts_invitations(assessment):
        raise WrongState(gettext("No organisation can be invited now: the assessment is not being worked on."))
    if due_on > assessment.due_on:
        ends = date_format(assessment.due_on, "SHORT_DATE_FORMAT")
        raise WrongState(gettext("The assessment ends on %(day)s.") % {"day": ends})
    email = email.strip().lower()
    live = list(
        OutsideReading.objects.filter(assessment=assessment)
        .exclude(state=State.WITHDRAWN)
        .values_list("place", "email")
    )
    if email in {address for _place, address in live}:
        raise AlreadyInvited
    free = set(range(1, MAX_READINGS + 1)) - {place for place, _address in live}
    if not free:
        raise NoPlaceLeft
    row = OutsideReading(
        assessment=assessment,
        place=min(free),
        organisation=organisation.strip(),
        contact=contact.strip(),
        email=email,
        due_on=due_on,
        note=note.strip(),
        invited_by=actor,
    )
    token = _new_token(row)
    row.save(force_insert=True)
    _record(actor, "invited", row)
    _send_link(row, token, base_url)
    return row


@transaction.atomic
def renew_link(*, actor: Any, reading_id: UUID, base_url: str) -> OutsideReading:
    """Send a new link to the same person; the old one no longer works. Raises DoesNotExist, WrongState."""
    row = _locked(reading_id)
    if row.state == State.WITHDRAWN:
        raise WrongState(gettext("The invitation has been withdrawn."))
    token = _new_token(row)
    row.save(update_fields=["token_hash", "expires_at", "updated_at"])
    _record(actor, "link_renewed", row)
    _send_link(row, token, base_url)
    return row


@transaction.atomic
def withdraw(*, actor: Any, reading_id: UUID) -> OutsideReading:
    """End an invitation or take a reading out of the comparison; the organisation is told. Raises DoesNotExist.

    The answers are kept, and shown to nobody.
    """
    row = _locked(reading_id)
    if row.state == State.WITHDRAWN:
        return row
    row.state, row.withdrawn_at = State.WITHDRAWN, timezone.now()
    row.save(update_fields=["state", "withdrawn_at", "updated_at"])
    _record(actor, "withdrawn", row)
    _tell("withdrawn", row, name=row.contact, email=row.email)
    return row


@transaction.atomic
def save(*, reading_id: UUID, entries: Sequence[Entry]) -> int:
    """Store what has changed of `entries` and return how many answers that was; a fixed number of queries.

    Fields that the sender left as the page had shown them stay as they are stored: two people of an organisation do
    not wipe out each other's work. Raises OutsideReading.DoesNotExist, NotOpen, UnknownItem (asked of nobody outside).
    """
    row = _locked(reading_id)
    if not policies_outside.takes_answers(row):
        raise NotOpen(row.assessment)
    asked = {
        item.name
        for items in queries_outside.asked_of_outside(queries_outside.blank(row.assessment, "de")).values()
        for item in items
    }
    for entry in entries:
        if entry.item not in asked:
            raise UnknownItem(entry.item)
        if entry.value and entry.value not in OFFERED:
            raise ValueError("The value is none of those offered.")
    stored = queries_outside.answers_of(row)
    changed = {
        entry.item: content
        for entry in entries
        if (content := _merged(entry, stored.get(entry.item))) != content_of(stored.get(entry.item))
    }
    _store(row, changed, stored)
    return len(changed)


@transaction.atomic
def submit(*, reading_id: UUID, base_url: str) -> OutsideReading:
    """The organisation hands its answers in, complete or not; from then on the municipality sees them.

    Nothing to do where they have been handed in. Raises OutsideReading.DoesNotExist, NotOpen, WrongState without any
    answer.
    """
    row = _locked(reading_id)
    if row.state == State.SUBMITTED:
        return row
    if not policies_outside.takes_answers(row):
        raise NotOpen(row.assessment)
    if not OutsideAnswer.objects.filter(reading=row).exclude(level=None, special="").exists():
        raise WrongState(gettext("Nothing has been answered yet."))
    row.state, row.submitted_at = State.SUBMITTED, timezone.now()
    row.save(update_fields=["state", "submitted_at", "updated_at"])
    _record(None, "submitted", row)
    url = base_url + reverse("assessments-outside-differences", args=[_slug(row), row.assessment_id])
    for person in queries.people_with_role(Role.COORDINATOR):
        _tell("submitted", row, name=person.get_full_name(), email=person.email, language=person.language, url=url)
    return row


def content_of(answer: OutsideAnswer | None) -> Content:
    """An answer as pages show it and as changes are compared."""
    return Content(value=queries_outside.plain(answer), note=answer.note if answer else "")


def _merged(entry: Entry, stored: OutsideAnswer | None) -> Content:
    mine = Content(value=entry.value, note=entry.note.strip())
    # One organisation, one voice: where two changed the same answer, the later word stands.
    return merge(stored=content_of(stored), seen=entry.seen, mine=mine, same_person=True).content


def _store(row: OutsideReading, changed: Mapping[str, Content], stored: Mapping[str, OutsideAnswer]) -> None:
    keys, now = queries.item_keys(row.assessment.wave.instrument_version_id), timezone.now()
    emptied = [stored[name].pk for name, content in changed.items() if content.is_empty]
    if emptied:
        OutsideAnswer.objects.filter(pk__in=emptied).delete()
    rows = [
        OutsideAnswer(
            **({"pk": stored[name].pk} if name in stored else {}),
            reading=row,
            item_id=keys[name],
            level=int(content.value) if content.value in LEVELS else None,
            special="" if content.value in LEVELS else content.value,
            note=content.note,
            answered_at=now,
        )
        for name, content in changed.items()
        if not content.is_empty
    ]
    if rows:
        OutsideAnswer.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["municipality", "reading", "item"],
            update_fields=["level", "special", "note", "answered_at", "updated_at"],
        )


def _locked(reading_id: UUID) -> OutsideReading:
    """The reading, under its assessment's lock first, as everything that changes an assessment takes it."""
    assessment: Assessment = locked(OutsideReading.objects.values_list("assessment_id", flat=True).get(pk=reading_id))
    row: OutsideReading = (
        OutsideReading.objects.select_for_update(of=("self",)).select_related("invited_by").get(pk=reading_id)
    )
    row.assessment = assessment
    return row


def _slug(row: OutsideReading) -> str:
    slug: str = row.assessment.municipality.slug
    return slug


def _record(actor: Any, what: str, row: OutsideReading) -> None:
    record(actor=actor, verb=f"outside_reading.{what}", target=row, data={"place": row.place})


def _new_token(row: OutsideReading) -> str:
    """Give the reading another token, valid until some days after the due date, or after today; not saved here."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    last = max(row.due_on, timezone.localdate()) + LINK_GRACE
    row.token_hash = hash_of(token)
    row.expires_at = timezone.make_aware(datetime.combine(last, time.max))
    return token


def _send_link(row: OutsideReading, token: str, base_url: str) -> None:
    url = base_url + reverse("assessments-outside-read", args=[_slug(row), token])
    _tell("invited", row, name=row.contact, email=row.email, url=url)


def _tell(event: str, row: OutsideReading, *, name: str, email: str, language: str = "de", url: str = "") -> None:
    municipality = row.assessment.municipality
    with translation.override(language):
        subject = {
            "invited": gettext("%(municipality)s asks for your view from outside, until %(day)s"),
            "submitted": gettext("%(municipality)s: an organisation has handed in its reading"),
            "withdrawn": gettext("%(municipality)s has withdrawn its invitation"),
        }[event] % {"municipality": municipality.name, "day": f"{row.due_on:%d.%m.%Y}"}
    send(
        kind=f"outside-{event}",
        to=email,
        subject=subject,
        template=f"assessments/mail/outside_{event}.txt",
        context={
            "name": name,
            "reading": row,
            "assessment": row.assessment,
            "municipality": municipality,
            "url": url,
        },
        language=language,
    )
