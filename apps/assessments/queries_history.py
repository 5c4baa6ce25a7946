"""Reads on the history of answers. Each runs in the scope the caller entered."""

from uuid import UUID

from apps.assessments.models import AnswerRevision, Assessment


def revisions_of(assessment: Assessment, item_id: UUID) -> list[AnswerRevision]:
    """Every state of one answer with its department and whoever gave it, the first one first; one query."""
    return list(
        AnswerRevision.objects.filter(assessment=assessment, item=item_id)
        .select_related("org_unit", "answered_by")
        .order_by("revision")
    )
