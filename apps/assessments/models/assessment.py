from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.wave import Wave
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

_RETURNED = Q(returned_at__isnull=False) & ~Q(return_reason="")
_NOT_RETURNED = Q(returned_at=None, returned_by=None, return_reason="")


class Assessment(TenantModel):
    """One municipality's organisational self-assessment in a wave.

    `invited → in_progress → in_review → signed_off → closed`, back to `in_progress` with a reason. Progress (how much
    is answered), result (the profile) and this state are three different things.
    """

    tenancy = Tenancy(programme="write")

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        IN_PROGRESS = "in_progress", _("in progress")
        IN_REVIEW = "in_review", _("in review")
        SIGNED_OFF = "signed_off", _("signed off")
        CLOSED = "closed", _("closed")

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(_("State"), max_length=11, choices=State.choices, default=State.INVITED)
    started_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # A later deadline for this municipality alone.
    extended_to = models.DateField(_("Extended to"), null=True, blank=True)
    # The last return; the reason stays for those who work on it.
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    return_reason = models.TextField(_("Reason"), blank=True, max_length=2000)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "wave"], name="assessment_once_per_wave"),
            models.CheckConstraint(
                condition=Q(state="invited", started_at=None, submitted_at=None, signed_off_at=None, closed_at=None)
                | Q(
                    state="in_progress",
                    started_at__isnull=False,
                    submitted_at=None,
                    signed_off_at=None,
                    closed_at=None,
                )
                | Q(
                    state="in_review",
                    started_at__isnull=False,
                    submitted_at__isnull=False,
                    signed_off_at=None,
                    closed_at=None,
                )
                | Q(
                    state="signed_off",
                    started_at__isnull=False,
                    submitted_at__isnull=False,
                    signed_off_at__isnull=False,
                    closed_at=None,
                )
                | Q(
                    state="closed",
                    started_at__isnull=False,
                    submitted_at__isnull=False,
                    signed_off_at__isnull=False,
                    closed_at__isnull=False,
                ),
                name="assessment_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="assessment_submitted_by_somebody",
            ),
            models.CheckConstraint(condition=_RETURNED | _NOT_RETURNED, name="assessment_returned_with_a_reason"),
        ]

    def __str__(self) -> str:
        return str(self.wave)

    @property
    def due_on(self) -> date:
        """The deadline that holds for this municipality."""
        return max(self.wave.closes_on, self.extended_to) if self.extended_to else self.wave.closes_on


class AssessmentSection(TenantModel):
    """One section of an assessment: how far it is, and who has it in hand.

    The numbers are kept by the action that saves answers, under the lock of the assessment, so that lists and the
    programme's overview need not evaluate questionnaires. `required` counts the questions that must be answered as the
    answers stand now, `answered` those of them that are, `invalid` answers that cannot stand.
    """

    tenancy = Tenancy(programme="read")

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETE = "complete", _("complete")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="sections", db_index=False)
    name = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    dimension = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(_("State"), max_length=11, choices=State.choices, default=State.NOT_STARTED)
    required = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(default=0)
    invalid = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "assessment", "name"], name="assessment_section_once"),
            models.CheckConstraint(
                condition=Q(answered__lte=F("required")), name="assessment_section_answered_within_required"
            ),
            models.CheckConstraint(
                condition=Q(state="complete", answered=F("required"), invalid=0)
                | Q(state="in_progress")
                | Q(state="not_started", answered=0),
                name="assessment_section_state_fits_its_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.answered}/{self.required}"
