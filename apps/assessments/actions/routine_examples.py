"""Findings of a routine check as an example for others, without saying whose they are.

What ties an example to its municipality is one row in the municipality's own tables. Audit is read by the project team
across municipalities, so releasing and taking back leave no entry there: that row says who released what and when. For
the same reason the shared row has a random key and the day instead of the moment.
"""

import uuid
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessments import queries_routines
from apps.assessments.actions.assessments import WrongState
from apps.assessments.actions.routines import locked_check
from apps.assessments.models import RoutineCheck, RoutineExample, RoutineRelease
from apps.assessments.policies_routines import betrays
from apps.audit.actions import record

State = RoutineExample.State


class NamesPlace(Exception):
    """A text names the municipality; `fields` says which texts."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@transaction.atomic
def release_example(*, actor: Any, check_id: UUID, title: str, found: str, changed: str = "") -> RoutineRelease:
    """Propose what a check found as an example. Where that was done already, nothing changes.

    Raises RoutineCheck.DoesNotExist, WrongState for a check in progress, NamesPlace, ValueError for an empty text.
    """
    check = locked_check(check_id)
    if check.state != RoutineCheck.State.COMPLETED:
        raise WrongState(_("The check has not been completed."))
    released = queries_routines.release_of(check)
    if released is not None:
        return released
    texts = {"title": title.strip(), "found": found.strip(), "changed": changed.strip()}
    if not texts["title"] or not texts["found"]:
        raise ValueError("An example needs a title and what was found.")
    names = queries_routines.telling_names(check.municipality)
    telling = [name for name, text in texts.items() if betrays(text, names)]
    if telling:
        raise NamesPlace(telling)
    example = RoutineExample(pk=uuid.uuid4(), kind=check.routine.kind, **texts)
    example.save(force_insert=True)
    day = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    RoutineExample.objects.filter(pk=example.pk).update(created_at=day, updated_at=day)
    released = RoutineRelease(check_of=check, example=example, released_by=actor)
    released.save(force_insert=True)
    return released


@transaction.atomic
def take_back_example(*, actor: Any, check_id: UUID) -> None:
    """Delete the example that was made from a check, published or not. Nothing to do where there is none.

    actor: whoever takes it back; see above why no record is made. Raises RoutineCheck.DoesNotExist.
    """
    released = queries_routines.release_of(locked_check(check_id))
    if released is not None:
        released.delete()
        RoutineExample.objects.filter(pk=released.example_id).delete()


@transaction.atomic
def publish_example(*, actor: Any, example_id: UUID) -> RoutineExample:
    """Let every municipality read a proposed example. Raises RoutineExample.DoesNotExist, WrongState."""
    row = _locked(example_id)
    if row.state == State.PUBLISHED:
        return row
    if row.state != State.PROPOSED:
        raise WrongState(_("The example has been declined."))
    row.state, row.decided_at = State.PUBLISHED, timezone.now()
    row.save(update_fields=["state", "decided_at", "updated_at"])
    record(actor=actor, verb="routine_example.published", target=row)
    return row


@transaction.atomic
def decline_example(*, actor: Any, example_id: UUID, reason: str) -> RoutineExample:
    """Do not publish an example, or no longer; its municipality reads the reason.

    Raises RoutineExample.DoesNotExist, ValueError without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError("Declining needs a reason.")
    row = _locked(example_id)
    if row.state == State.DECLINED:
        return row
    row.state, row.decided_at, row.decline_reason = State.DECLINED, timezone.now(), reason
    row.save(update_fields=["state", "decided_at", "decline_reason", "updated_at"])
    record(actor=actor, verb="routine_example.declined", target=row)
    return row


def _locked(example_id: UUID) -> RoutineExample:
    return RoutineExample.objects.select_for_update(of=("self",)).get(pk=example_id)
