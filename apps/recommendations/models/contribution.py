from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel
from apps.recommendations.models.recommendation import PROGRAMME_WORK, Section
from apps.recommendations.models.round import Round

#: Fewer contributions than this are never shown to the benches, not even summed up.
MIN_CONTRIBUTIONS = 3


class ContributionSummary(SharedModel):
    """What several confidential contributions to a round have in common, in the project team's words."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="summaries")
    section = models.CharField(_("Part of the text"), max_length=14, choices=Section.choices, blank=True)
    text = models.TextField(_("Summary"), max_length=3_000)
    rests_on = models.PositiveSmallIntegerField()
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["section", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text=""), name="summary_says_something"),
            models.CheckConstraint(condition=Q(rests_on__gte=MIN_CONTRIBUTIONS), name="summary_rests_on_several"),
        ]

    def __str__(self) -> str:
        return self.section


class Contribution(SharedModel):
    """A confidential contribution to a round: a text, the part it is about, and nothing on who wrote it or when.

    Everybody who takes part may add one, only the project team's scope may read it (PostgreSQL), and it is deleted
    when the round ends. The key is random: a UUIDv7 would tell the time.
    """

    shared_because: ClassVar[str] = "Belongs to a round of the programme; kept without its author."
    programme_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = None  # type: ignore[assignment]  # a time would narrow down who wrote it
    updated_at = None  # type: ignore[assignment]

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="contributions")
    section = models.CharField(_("Part of the text"), max_length=14, choices=Section.choices, blank=True)
    text = models.TextField(_("Your contribution"), max_length=5_000)
    summary = models.ForeignKey(
        ContributionSummary, null=True, blank=True, on_delete=models.SET_NULL, related_name="contributions"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text=""), name="contribution_says_something"),
        ]

    def __str__(self) -> str:
        return self.section
