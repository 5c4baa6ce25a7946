"""Reads on what must be stored before training records of a municipality open."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from apps.training.models import GateDocument, TrainingOpening

Kind = GateDocument.Kind


def documents() -> "QuerySet[GateDocument]":
    """All documents of the scope's municipality with their files, newest of each kind first."""
    return GateDocument.objects.select_related("document", "noted_by").order_by("kind", "-created_at")


def opening_of(municipality: Any) -> TrainingOpening | None:
    """Whether records of a municipality are or were open, and how it handles them."""
    return TrainingOpening.objects.filter(of=municipality).first()


def missing(rows: "Mapping[str, Any] | set[str]") -> list[str]:
    """Kinds that are still missing: the data protection agreement, and agreement or the fact of no staff council."""
    found = []
    if Kind.DATA_PROTECTION not in rows:
        found.append(str(Kind.DATA_PROTECTION))
    if not {str(Kind.WORKS_AGREEMENT), str(Kind.NO_STAFF_COUNCIL)} & set(rows):
        found.append(str(Kind.WORKS_AGREEMENT))
    return found
