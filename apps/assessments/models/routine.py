from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel, TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_TEXT = 3_000


class RoutineKind(models.TextChoices):
    """What is examined."""

    FORM = "form", _("Form")
    LETTER = "letter", _("Letter or template")
    DISCRETION = "discretion", _("Discretionary decision")
    SERVICE_PATH = "service_path", _("Service path")


class Routine(TenantModel):
    """One form, letter, discretionary decision or service path, and the department that runs it."""

    tenancy = Tenancy(programme="read")

    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=12, choices=RoutineKind.choices)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    description = models.TextField(_("What it is about"), blank=True, max_length=MAX_TEXT)
    archived_at = models.DateTimeField(null=True, blank=True)

    # Of routines as queries_routines.routines loads them.
    running_id: UUID | None
    completed_id: UUID | None
    completed_on: datetime | None
    needs_open: int

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="routine_name_once"),
            models.CheckConstraint(condition=Q(kind__in=RoutineKind.values) & ~Q(name=""), name="routine_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class RoutineCheck(TenantModel):
    """One examination of a routine by its department: in_progress → completed. The next one is a new row."""

    tenancy = Tenancy(programme="read")

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETED = "completed", _("completed")

    routine = TenantForeignKey(Routine, on_delete=models.CASCADE, related_name="checks")
    instrument_version = models.ForeignKey("instruments.InstrumentVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=11, choices=State.choices, default=State.IN_PROGRESS)
    started_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "routine"], condition=Q(state="in_progress"), name="routine_check_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="in_progress", completed_at=None) | Q(state="completed", completed_at__isnull=False),
                name="routine_check_state_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.routine_id} {self.state}"


class RoutineAnswer(TenantModel):
    """The answer to one question of a routine check, as the instrument's logic reads it."""

    tenancy = Tenancy()

    check_of = TenantForeignKey(RoutineCheck, on_delete=models.CASCADE, related_name="answers", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    value = models.TextField(blank=True)

    class Meta:
        ordering = ["check_of_id", "item_id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "check_of", "item"], name="routine_answer_once_per_item"),
        ]

    def __str__(self) -> str:
        return str(self.item_id)


class RoutineExample(SharedModel):
    """What a municipality found in a routine, told without its name, as an example for others.

    proposed → published | declined by the project team. The text is the municipality's own; nothing here says whose.
    """

    shared_because = "Released by its municipality, without its name, for all to learn from."

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("not published")

    kind = models.CharField(_("Kind"), max_length=12, choices=RoutineKind.choices)
    title = models.CharField(_("Title"), max_length=200)
    found = models.TextField(_("What was found"), max_length=MAX_TEXT)
    changed = models.TextField(_("What was changed"), blank=True, max_length=MAX_TEXT)
    state = models.CharField(_("State"), max_length=9, choices=State.choices, default=State.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(_("Reason"), blank=True, max_length=MAX_TEXT)

    class Meta:
        ordering = ["kind", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None, decline_reason="")
                | Q(state="published", decided_at__isnull=False, decline_reason="")
                | (Q(state="declined", decided_at__isnull=False) & ~Q(decline_reason="")),
                name="routine_example_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RoutineKind.values) & ~Q(title="") & ~Q(found=""), name="routine_example_is_told"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RoutineRelease(TenantModel):
    """Which check an example came from: known to the municipality alone, so that it can take the example back."""

    tenancy = Tenancy()

    check_of = TenantForeignKey(RoutineCheck, on_delete=models.CASCADE, related_name="releases")
    example = models.ForeignKey(RoutineExample, on_delete=models.CASCADE, related_name="+")
    released_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "check_of"], name="routine_released_once"),
        ]

    def __str__(self) -> str:
        return str(self.check_of_id)
