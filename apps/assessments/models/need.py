from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.assessment import Assessment
from apps.assessments.models.routine import RoutineCheck
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_REASON = 2_000


class Need(TenantModel):
    """A gap that an assessment or a routine check found, and how urgent the municipality says it is.

    gap: an item below its target level. data: an item answered "unknown": the first step is to find out. routine: a
    question of a routine check that was not answered with yes. A need that is no longer found is lapsed, not deleted:
    recommendations and measures may rest on it.
    """

    tenancy = Tenancy(programme="read")

    class Kind(models.TextChoices):
        GAP = "gap", _("Gap")
        DATA = "data", _("Missing knowledge")
        ROUTINE = "routine", _("Routine")

    class Priority(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")
        NOT_NOW = "not_now", _("not now")

    assessment = TenantForeignKey(
        Assessment, null=True, blank=True, on_delete=models.CASCADE, related_name="needs", db_index=False
    )
    routine_check = TenantForeignKey(
        RoutineCheck, null=True, blank=True, on_delete=models.CASCADE, related_name="needs"
    )
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    dimension = models.PositiveSmallIntegerField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    target = models.PositiveSmallIntegerField(null=True, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    priority = models.CharField(_("Priority"), max_length=7, choices=Priority.choices, blank=True)
    priority_reason = models.TextField(_("Reason"), blank=True, max_length=MAX_REASON)
    prioritised_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    prioritised_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dimension", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "item"],
                condition=Q(assessment__isnull=False),
                name="need_once_per_item_of_an_assessment",
            ),
            models.UniqueConstraint(
                fields=["municipality", "routine_check", "item"],
                condition=Q(routine_check__isnull=False),
                name="need_once_per_item_of_a_routine_check",
            ),
            models.CheckConstraint(
                condition=Q(kind="gap", assessment__isnull=False, routine_check=None, level__lt=F("target"))
                | Q(kind="data", assessment__isnull=False, routine_check=None, level=None, target__isnull=False)
                | Q(kind="routine", assessment=None, routine_check__isnull=False, level=None, target=None),
                name="need_kind_fits_its_source",
            ),
            models.CheckConstraint(
                condition=Q(priority="", priority_reason="", prioritised_at=None)
                | (Q(prioritised_at__isnull=False) & ~Q(priority="") & ~Q(priority_reason="")),
                name="need_priority_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"
