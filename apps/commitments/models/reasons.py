from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core.models import SharedModel

#: Fewer municipalities than this could be guessed.
THRESHOLD = 3


class ReasonDigest(SharedModel):
    """Why municipalities decided against a recommendation, summed up and passed on to those who write it.

    kinds: [[reason, how often], …]; texts: [[reason, words without the municipality's name], …], as they read when the
    project team passed them on. The latest one counts; none is changed (PostgreSQL grants neither).
    """

    shared_because: ClassVar[str] = "A summary over at least three municipalities that names none of them."
    append_only: ClassVar[bool] = True

    recommendation = models.ForeignKey("recommendations.Recommendation", on_delete=models.PROTECT, related_name="+")
    municipalities = models.PositiveIntegerField()
    kinds = models.JSONField(default=list)
    texts = models.JSONField(default=list)
    passed_on_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(municipalities__gte=THRESHOLD), name="reason_digest_of_several"),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.municipalities}"
