"""What the overview of an assessment says beside its sections. In the municipality's scope."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Subquery

from apps.assessments.models import Answer, Assessment, OutsideReading
from apps.assessments.models.department import is_undecided
from apps.assessments.queries_previous import earlier_assessments


@dataclass(frozen=True, slots=True)
class Overview:
    """undecided: how many items departments answered differently. has_previous: a wave before to compare with.

    has_outside: an organisation has handed in its reading.
    """

    undecided: int
    has_previous: bool
    has_outside: bool


def number_undecided() -> Subquery:
    """Of an assessment, the outer query's: how many items departments answered differently; None for none."""
    undecided = Answer.objects.filter(assessment=OuterRef("pk")).alias(is_undecided=is_undecided())
    counted = undecided.filter(is_undecided=True).order_by().values("assessment").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))


def overview(assessment: Assessment) -> Overview:
    """All of it in one query; `wave` is loaded."""
    submitted = OutsideReading.objects.filter(assessment=OuterRef("pk"), state=OutsideReading.State.SUBMITTED)
    undecided_now, has_previous, has_outside = (
        Assessment.objects.filter(pk=assessment.pk)
        .annotate(
            undecided_now=number_undecided(),
            has_previous=Exists(earlier_assessments(assessment)),
            has_outside=Exists(submitted),
        )
        .values_list("undecided_now", "has_previous", "has_outside")
        .get()
    )
    return Overview(undecided_now or 0, has_previous, has_outside)
