from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.answer import MAX_EVIDENCE, MAX_NOTE, DoneBy, Special
from apps.assessments.models.assessment import Assessment
from apps.assessments.models.delegation import Delegation
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_REASON = 2_000


class DepartmentAnswer(TenantModel):
    """What one of several departments answered to an item that was given to more than one of them.

    Kept as it was given; what counts for the assessment is its `Answer`: the answer all agree on, or the one decided.
    """

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    delegation = TenantForeignKey(Delegation, on_delete=models.CASCADE, related_name="answers")
    value = models.TextField(blank=True)  # as Answer.plain
    done_by = models.CharField(max_length=7, choices=DoneBy.choices, blank=True)
    note = models.TextField(_("Note"), blank=True, max_length=MAX_NOTE)
    evidence = models.TextField(_("Evidence"), blank=True, max_length=MAX_EVIDENCE)
    revision = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "item", "delegation"], name="department_answer_once"
            ),
            models.CheckConstraint(
                condition=Q(done_by="") | Q(done_by__in=DoneBy.values, value=Special.DONE_FOR_US),
                name="department_answer_done_by_only_where_done_for_us",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="department_answer_revision_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.delegation_id}"


class Decision(TenantModel):
    """The coordination's word on an item that departments answered differently, with its reason.

    It stands until one of the departments answers anew; then it is superseded, and kept.
    """

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    value = models.TextField()  # as Answer.plain
    reason = models.TextField(_("Reason"), max_length=MAX_REASON)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "item"],
                condition=Q(superseded_at=None),
                name="decision_one_stands",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(value=""), name="decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.value}"


def is_undecided() -> Any:
    """Condition on `Answer`: departments have answered, they do not agree, nobody has decided, so there is no value."""
    said = DepartmentAnswer.objects.filter(assessment=OuterRef("assessment"), item=OuterRef("item")).exclude(value="")
    return Q(value="", level=None, special="") & Exists(said.exclude(delegation__state=Delegation.State.REVOKED))
