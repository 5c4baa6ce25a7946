"""The self-commitment as employer: drafting, putting in force, ending. The audit record names no contents."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.commitments.models import SelfCommitment
from apps.files.actions import store_upload
from apps.files.checks import Checked
from apps.recommendations.actions.lifecycle import NotPossible

_State = SelfCommitment.State
_DECISION = (
    "decided_by",
    "reference",
    "decided_on",
    "signatory_name",
    "signatory_function",
    "valid_from",
    "valid_until",
    "review_on",
    "is_public",
)


@transaction.atomic
def draft_commitment(*, actor: Any, title: str, text: str) -> SelfCommitment:
    """Begin a draft; it follows the commitment in force, if there is one. Raises NotPossible while there is a draft."""
    rows = _locked_rows()
    if any(row.state == _State.DRAFT for row in rows.values()):
        raise NotPossible(_("There is a draft already. Please go on with it, or discard it first."))
    before = next((row for row in rows.values() if row.state == _State.IN_FORCE), None)
    made = SelfCommitment(title=title.strip(), text=_tidy(text), follows=before, written_by=actor)
    made.save(force_insert=True)
    record(actor=actor, verb="commitment.drafted", target=made)
    return made


@transaction.atomic
def edit_commitment(*, actor: Any, commitment_id: UUID, title: str, text: str) -> SelfCommitment:
    """Write on a draft. Raises SelfCommitment.DoesNotExist, NotPossible once it is in force."""
    row = _draft(_locked_rows(), commitment_id)
    row.title, row.text = title.strip(), _tidy(text)
    row.save(update_fields=["title", "text", "updated_at"])
    record(actor=actor, verb="commitment.edited", target=row)
    return row


@transaction.atomic
def discard_draft(*, actor: Any, commitment_id: UUID) -> None:
    """Delete a draft. Raises SelfCommitment.DoesNotExist, NotPossible once it is in force."""
    row = _draft(_locked_rows(), commitment_id)
    record(actor=actor, verb="commitment.discarded", target=row)
    row.delete()


@transaction.atomic
def put_in_force(
    *, actor: Any, commitment_id: UUID, document: Checked | None = None, **decision: Any
) -> SelfCommitment:
    """Put a draft in force by a decision; the one in force until now ends the same day.

    decision: decided_by, reference, decided_on, signatory_name, signatory_function, valid_from, valid_until,
    review_on, is_public. Raises SelfCommitment.DoesNotExist, NotPossible where it is no draft any more.
    """
    rows = _locked_rows()
    row = _draft(rows, commitment_id)
    for before in rows.values():
        if before.state == _State.IN_FORCE:
            with translation.override("de"):  # the municipality's own record
                reason = _("A new commitment has taken its place: %(title)s") % {"title": row.title}
            _end(actor, before, reason)
            row.follows = before
    for name in _DECISION:
        setattr(row, name, decision[name])
    row.document = store_upload(actor=actor, uploaded=document) if document is not None else None
    row.state = _State.IN_FORCE
    row.save(update_fields=[*_DECISION, "document", "state", "follows", "updated_at"])
    data = {"decided_by": row.decided_by, "public": row.is_public}
    record(actor=actor, verb="commitment.in_force", target=row, data=data)
    return row


@transaction.atomic
def end_commitment(*, actor: Any, commitment_id: UUID, reason: str) -> SelfCommitment:
    """End the commitment in force. Raises SelfCommitment.DoesNotExist; NotPossible without a reason, or for a draft.

    One that has ended is left as it is.
    """
    row = _row(_locked_rows(), commitment_id)
    if row.state == _State.ENDED:
        return row
    if row.state != _State.IN_FORCE:
        raise NotPossible(_("It is not in force."))
    if not reason.strip():
        raise NotPossible(_("Please give a reason."))
    _end(actor, row, reason.strip())
    return row


@transaction.atomic
def show_in_public(*, actor: Any, commitment_id: UUID, is_public: bool) -> SelfCommitment:
    """Show the commitment in force on a public page, or no longer. Raises as `end_commitment` does."""
    row = _row(_locked_rows(), commitment_id)
    if row.state != _State.IN_FORCE:
        raise NotPossible(_("It is not in force."))
    if row.is_public != is_public:
        row.is_public = is_public
        row.save(update_fields=["is_public", "updated_at"])
        record(actor=actor, verb="commitment.published" if is_public else "commitment.unpublished", target=row)
    return row


def _locked_rows() -> dict[UUID, SelfCommitment]:
    """All commitments of the municipality under their locks: at most one of them is in force."""
    return {row.pk: row for row in SelfCommitment.objects.select_for_update().order_by("pk")}


def _row(rows: dict[UUID, SelfCommitment], key: UUID) -> SelfCommitment:
    if key not in rows:
        raise SelfCommitment.DoesNotExist
    return rows[key]


def _draft(rows: dict[UUID, SelfCommitment], key: UUID) -> SelfCommitment:
    row = _row(rows, key)
    if row.state != _State.DRAFT:
        raise NotPossible(_("It is in force or has ended: its text stays as it is."))
    return row


def _end(actor: Any, row: SelfCommitment, reason: str) -> None:
    today: date = timezone.localdate()
    row.state, row.ended_on, row.ended_because, row.is_public = _State.ENDED, today, reason[:2_000], False
    row.save(update_fields=["state", "ended_on", "ended_because", "is_public", "updated_at"])
    record(actor=actor, verb="commitment.ended", target=row)


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
