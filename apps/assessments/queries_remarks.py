"""Reads on remarks. Each runs in the scope the caller entered."""

from dataclasses import dataclass

from django.db.models import Count, Q

from apps.assessments.models import Assessment, Remark


@dataclass(frozen=True, slots=True)
class RemarkCount:
    """How many threads an item has, and how many of them are still open."""

    threads: int
    open: int


def counts_by_item(assessment: Assessment) -> dict[str, RemarkCount]:
    """By item name, for those with any; one query."""
    rows = (
        Remark.objects.filter(assessment=assessment, thread=None)
        .order_by()
        .values("item__name")
        .annotate(threads=Count("pk"), open=Count("pk", filter=Q(settled_at=None)))
    )
    return {row["item__name"]: RemarkCount(row["threads"], row["open"]) for row in rows}
