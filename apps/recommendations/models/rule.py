from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel
from apps.instruments import definition
from apps.recommendations.models.recommendation import PROGRAMME_WORK, Recommendation


class MappingRule(SharedModel):
    """Which recommendation and which training module answer a gap.

    It fits a need of `item` (name in the questionnaire `instrument`) whose level is at most `threshold`, in the
    `profiles` (empty: all), where the municipality has the `competence` (empty: always). `on_unknown`: also where the
    level is not known. `module` is the stable key of a training module, which need not exist yet.
    """

    shared_because: ClassVar[str] = PROGRAMME_WORK

    instrument = models.CharField(_("Questionnaire"), max_length=60)
    item = models.CharField(_("Item"), max_length=100)
    threshold = models.PositiveSmallIntegerField(_("Up to level"))
    on_unknown = models.BooleanField(_("Also where unknown"), default=False)
    profiles = models.JSONField(_("Profiles"), default=list, blank=True)
    competence = models.CharField(_("Competence"), max_length=40, blank=True)
    recommendation = models.ForeignKey(
        Recommendation, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    module = models.SlugField(_("Training module"), max_length=60, blank=True)
    priority = models.PositiveSmallIntegerField(_("Priority"), default=2)
    prerequisite = models.ForeignKey(
        Recommendation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("First")
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["instrument", "item", "priority", "recommendation__number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["instrument", "item", "competence", "recommendation", "module"],
                name="mapping_rule_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(recommendation__isnull=False) | ~Q(module=""), name="mapping_rule_leads_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(threshold__range=(0, 3)), name="mapping_rule_threshold_is_below_a_target"
            ),
            models.CheckConstraint(condition=Q(priority__range=(1, 3)), name="mapping_rule_priority"),
            models.CheckConstraint(
                condition=Q(competence__in=["", *definition.COMPETENCES]), name="mapping_rule_competence_is_known"
            ),
            models.CheckConstraint(
                condition=Q(prerequisite=None) | Q(recommendation=None) | ~Q(prerequisite=F("recommendation")),
                name="mapping_rule_not_its_own_prerequisite",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.item} ≤ {self.threshold}"
