"""Reads on the panel's meetings and on its advice."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from apps.reviews.models import Advice, AdviceSigner, AgendaItem, Attendance, Meeting


def meetings() -> "QuerySet[Meeting]":
    """All meetings, the latest first."""
    return Meeting.objects.select_related("chair__user").order_by("-starts_at")


def coming() -> "QuerySet[Meeting]":
    """Those still to come, the next first."""
    return meetings().filter(starts_at__gte=timezone.now()).order_by("starts_at")


def meeting(key: UUID) -> Meeting | None:
    """One meeting with agenda, what its points are about, and attendance; three queries."""
    agenda = AgendaItem.objects.select_related("review", "advice").order_by("position")
    attendance = Attendance.objects.select_related("member__user").order_by(
        "member__user__last_name", "member__user__first_name"
    )
    return (
        meetings()
        .prefetch_related(Prefetch("agenda", queryset=agenda), Prefetch("attendance", queryset=attendance))
        .filter(pk=key)
        .first()
    )


def advice() -> "QuerySet[Advice]":
    """All advice with who drafted and who signed it, the latest first; two queries."""
    signers = AdviceSigner.objects.select_related("member__user").order_by("created_at")
    return (
        Advice.objects.select_related("drafted_by__user", "answered_by")
        .prefetch_related(Prefetch("signers", queryset=signers))
        .order_by("-number")
    )


def given_advice() -> "QuerySet[Advice]":
    """What has been given, answered or not: for the project team and the public."""
    return advice().exclude(state=Advice.State.DRAFT)


def unanswered() -> "QuerySet[Advice]":
    """Given and not answered, the nearest date first."""
    return advice().filter(state=Advice.State.GIVEN).order_by("answer_due_on")


def overdue(today: date) -> "QuerySet[Advice]":
    """Those of `unanswered` whose date has passed."""
    return unanswered().filter(answer_due_on__lt=today)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much advice waits for an answer, and how much of it is overdue."""

    unanswered: int
    overdue: int


def waiting(today: date) -> Waiting:
    """Both counts, by one query."""
    given = Advice.objects.filter(state=Advice.State.GIVEN)
    return Waiting(**given.aggregate(unanswered=Count("pk"), overdue=Count("pk", filter=Q(answer_due_on__lt=today))))
