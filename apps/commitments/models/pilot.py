from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class Pilot(TenantModel):
    """That a municipality tries out a version of a recommendation or of a training module.

    planned → running → evaluated, or called off. The subject is named as the panel's reviews name it. Plan, log and
    results belong to the municipality and are open to the project team and, summed up, to authors and panel.
    """

    tenancy = Tenancy(programme="write")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("running")
        EVALUATED = "evaluated", _("evaluated")
        CALLED_OFF = "called_off", _("called off")

    class Verdict(models.TextChoices):
        WORKS = "works", _("works")
        WORKS_CHANGED = "works_changed", _("works with changes")
        DOES_NOT_WORK = "does_not_work", _("does not work")

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    subject_title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    plan = models.TextField(_("Plan"), max_length=6_000, blank=True)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("Where it is tried out"),
    )  # fmt: skip
    starts_on = models.DateField(_("Begins"), null=True, blank=True)
    ends_on = models.DateField(_("Ends"), null=True, blank=True)
    indicator = models.CharField(_("Indicator"), max_length=200, blank=True)
    unit_of_value = models.CharField(_("Unit"), max_length=40, blank=True)
    baseline = models.DecimalField(_("Starting value"), max_digits=14, decimal_places=3, null=True, blank=True)
    target = models.DecimalField(_("Target value"), max_digits=14, decimal_places=3, null=True, blank=True)
    result = models.DecimalField(_("Result"), max_digits=14, decimal_places=3, null=True, blank=True)
    verdict = models.CharField(_("Verdict"), max_length=13, choices=Verdict.choices, blank=True)
    verdict_reason = models.TextField(_("Reasons"), max_length=4_000, blank=True)
    changes_wanted = models.TextField(_("What should change"), max_length=4_000, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    called_off_because = models.TextField(_("Reason"), max_length=2_000, blank=True)
    planned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    # Of a pilot as queries_pilots.pilot loads it.
    entries: "list[PilotEntry]"

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "subject_kind", "subject_id"],
                condition=Q(state__in=["planned", "running"]),
                name="pilot_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "evaluated"])
                | (Q(starts_on__isnull=False) & ~Q(plan="") & ~Q(indicator="")),
                name="pilot_runs_by_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(state="evaluated", evaluated_at__isnull=False, ends_on__isnull=False)
                & ~Q(verdict="")
                & ~Q(verdict_reason="")
                | (~Q(state="evaluated") & Q(evaluated_at=None, verdict="")),
                name="pilot_evaluated_has_a_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(state="called_off", called_off_because=""), name="pilot_called_off_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="pilot_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="pilot_of_subject")]

    def __str__(self) -> str:
        return self.subject_title


class PilotEntry(TenantModel):
    """An entry of a pilot's log."""

    tenancy = Tenancy(programme="read")

    class Kind(models.TextChoices):
        EXPERIENCE = "experience", _("Experience")
        OBSTACLE = "obstacle", _("Obstacle")
        CHANGE = "change", _("Change of plan")

    pilot = TenantForeignKey(Pilot, on_delete=models.CASCADE, related_name="log")
    noted_on = models.DateField(_("Date"))
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("Entry"), max_length=3_000)
    author = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["noted_on", "created_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="pilot_entry_says_something")]

    def __str__(self) -> str:
        return f"{self.kind} {self.noted_on}"
