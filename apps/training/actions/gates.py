"""Storing what training records need, opening them, and saying how the municipality handles them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.files.actions import store_upload
from apps.files.checks import Checked
from apps.training import queries_gates as queries
from apps.training.models import GateDocument, TrainingOpening


class NotPossible(Exception):
    """The step cannot be taken now; the text is a sentence to show."""


@transaction.atomic
def store(
    *,
    actor: Any,
    kind: str,
    document: Checked | None,
    signed_on: date,
    stated_by_name: str,
    reference: str = "",
) -> GateDocument:
    """Store a document, or the fact that there is no staff council. A newer row takes the place of an older one.

    Raises NotPossible where the document is missing.
    """
    if document is None and kind != GateDocument.Kind.NO_STAFF_COUNCIL:
        raise NotPossible(_("Please add the document."))
    row = GateDocument(
        kind=kind,
        document=store_upload(actor=actor, uploaded=document) if document is not None else None,
        signed_on=signed_on,
        stated_by_name=stated_by_name,
        reference=reference,
        noted_by=actor,
    )
    row.save(force_insert=True)
    record(actor=actor, verb="training.document_stored", target=row, data={"kind": kind})
    return row


@transaction.atomic
def open_records(*, actor: Any, municipality_id: UUID) -> TrainingOpening:
    """Open the municipality's training records; those that are open stay so. Raises NotPossible."""
    if queries.missing({row.kind for row in queries.documents()}):
        raise NotPossible(_("The documents that are needed first are not stored yet."))
    opening = TrainingOpening.objects.select_for_update().filter(of=municipality_id).first()
    if opening is None:
        opening = TrainingOpening.objects.create(of_id=municipality_id, opened_at=timezone.now())
    elif opening.closed_at is not None:
        opening.opened_at, opening.closed_at = timezone.now(), None
        opening.save(update_fields=["opened_at", "closed_at", "updated_at"])
    else:
        return opening
    record(actor=actor, verb="training.records_opened", target=opening)
    return opening


@transaction.atomic
def close_records(*, actor: Any, municipality_id: UUID) -> TrainingOpening:
    """Let nobody enrol any more. Places that are taken, and certificates, stay. Raises NotPossible."""
    opening = _locked(municipality_id)
    if opening.closed_at is None:
        opening.closed_at = timezone.now()
        opening.save(update_fields=["closed_at", "updated_at"])
        record(actor=actor, verb="training.records_closed", target=opening)
    return opening


@transaction.atomic
def configure(*, actor: Any, municipality_id: UUID, approval: str, names_visible: bool) -> TrainingOpening:
    """Say whether enrolments are approved, and whether status lists show names. Raises NotPossible."""
    opening = _locked(municipality_id)
    if names_visible and not queries.documents().filter(kind=GateDocument.Kind.NAMES).exists():
        raise NotPossible(_("Names need an agreement that allows them. Please store it first."))
    opening.approval, opening.names_visible = approval, names_visible
    opening.save(update_fields=["approval", "names_visible", "updated_at"])
    data = {"approval": approval, "names_visible": names_visible}
    record(actor=actor, verb="training.records_configured", target=opening, data=data)
    return opening


def _locked(municipality_id: UUID) -> TrainingOpening:
    opening = TrainingOpening.objects.select_for_update().filter(of=municipality_id).first()
    if opening is None:
        raise NotPossible(_("Training records are not open yet."))
    return opening
