from django.db import models
from django.db.models import Q

from apps.assessments.models.answer import Answer
from apps.assessments.models.assessment import Assessment
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_NOTE = 2_000


class ThenRating(TenantModel):
    """How an answer of the wave before would be given in hindsight (then-test); the answer itself stays as it is.

    `assessment` and `item` are those of the later wave, in which the rating is asked.
    """

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="then_ratings", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    earlier = TenantForeignKey(Answer, on_delete=models.PROTECT, related_name="then_ratings")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    is_unknown = models.BooleanField(default=False)
    note = models.TextField(blank=True, max_length=MAX_NOTE)
    rated_at = models.DateTimeField()

    class Meta:
        ordering = ["rated_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "assessment", "item"], name="then_rating_once_per_item"),
            models.CheckConstraint(
                condition=Q(level__isnull=False, level__lte=4, is_unknown=False) | Q(level=None, is_unknown=True),
                name="then_rating_is_a_level_or_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.level}"
