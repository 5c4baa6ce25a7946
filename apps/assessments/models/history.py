from django.db import models

from apps.assessments.models.assessment import Assessment
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class AnswerRevision(TenantModel):
    """One state of an answer: when, what, from which department. Written by a trigger in the database, so that no way
    of saving passes it by; the state before is the revision before.

    `answered_by` is emptied when the assessment is signed: the history is no record of people's performance.
    """

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    value = models.TextField(blank=True)  # as Answer.plain
    done_by = models.CharField(max_length=7, blank=True)
    note = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    answered_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    by_link = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "item", "revision"], name="answer_revision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} r{self.revision}"
