"""Reads on evidence. Each runs in the scope the caller entered."""

from apps.assessments.models import Assessment, EvidenceUse


def evidence_by_item(assessment: Assessment) -> dict[str, list[EvidenceUse]]:
    """The pieces of evidence of each item that has any, by item name; one query."""
    found: dict[str, list[EvidenceUse]] = {}
    for use in EvidenceUse.objects.filter(assessment=assessment).select_related("evidence__document", "item"):
        found.setdefault(use.item.name, []).append(use)
    return found
