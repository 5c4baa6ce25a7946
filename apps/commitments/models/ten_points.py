from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class TenPointReport(TenantModel):
    """The report a member city owes the coalition every two years on its Ten-Point Plan: a draft to be edited."""

    tenancy = Tenancy(programme="read")

    period_from = models.DateField(_("From"))
    period_to = models.DateField(_("To"))
    drafted_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    # Of a report as queries_ten_points.report loads it.
    points: "list[TenPointSection]"

    class Meta:
        ordering = ["-period_to"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "period_from", "period_to"], name="ten_point_report_once"),
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="ten_point_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.period_from:%Y}–{self.period_to:%Y}"


class TenPointSection(TenantModel):
    """What the report says on one of the ten points; drafted from answers and measures, then the city's own text."""

    tenancy = Tenancy(programme="read")

    report = TenantForeignKey(TenPointReport, on_delete=models.CASCADE, related_name="sections", db_index=False)
    point = models.PositiveSmallIntegerField()
    text = models.TextField(_("Text"), blank=True, max_length=10_000)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["point"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "report", "point"], name="ten_point_section_once"),
            models.CheckConstraint(condition=Q(point__range=(1, 10)), name="ten_points_are_ten"),
        ]

    def __str__(self) -> str:
        return f"P{self.point}"
