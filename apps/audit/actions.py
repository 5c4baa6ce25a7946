"""Writing the audit record."""

from typing import Any

from django.db import models

from apps.audit.models import AuditEntry


def record(
    *,
    actor: Any,
    verb: str,
    target: models.Model | None = None,
    municipality: models.Model | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry in the caller's transaction: what is rolled back has not happened and leaves no trace.

    actor: the person, or None for the system. verb: `app.what_happened`, e.g. `assessment.signed_off`.
    municipality: where the scope does not say it already (the programme's scope).
    data: names and states, JSON; no content of answers.
    """
    entry = AuditEntry(
        actor=actor if actor is not None and getattr(actor, "is_authenticated", False) else None,
        verb=verb,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        data=data or {},
    )
    if municipality is not None:
        entry.municipality_id = municipality.pk
    entry.save(force_insert=True)
    return entry
