"""Reads on the history of answers. Each runs in the scope the caller entered."""

from datetime import datetime
from uuid import UUID

from django.db.models import Min

from apps.assessments.models import AnswerRevision, Assessment, DepartmentAnswer


def revisions_of(assessment: Assessment, item_id: UUID) -> list[AnswerRevision]:
    """Every state of one answer with its department and whoever gave it, the first one first; one query."""
    return list(
        AnswerRevision.objects.filter(assessment=assessment, item=item_id)
        .select_related("org_unit", "answered_by")
        .order_by("revision")
    )


def answered_by_departments_since(assessment: Assessment, item_id: UUID) -> datetime | None:
    """When the first of several departments answered; None: none has. An answer that is empty later on is undecided.

    Withdrawn departments are counted: what they said was there then.
    """
    said = DepartmentAnswer.objects.filter(assessment=assessment, item=item_id).exclude(value="")
    found: datetime | None = said.aggregate(since=Min("created_at"))["since"]
    return found
