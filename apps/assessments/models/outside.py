from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.answer import Special
from apps.assessments.models.assessment import Assessment
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_READINGS = 5
MAX_NOTE = 2_000


class OutsideReading(TenantModel):
    """An organisation of civil society reads the same items from outside, through a personal link.

    invited → submitted, or withdrawn from either. It sees none of the municipality's answers; the municipality sees its
    answers once they have been submitted. Only a hash of the token is kept.
    """

    tenancy = Tenancy(programme="read")

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        SUBMITTED = "submitted", _("handed in")
        WITHDRAWN = "withdrawn", _("withdrawn")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="outside_readings", db_index=False)
    place = models.PositiveSmallIntegerField()  # 1 … MAX_READINGS: the database counts too
    organisation = models.CharField(_("Organisation"), max_length=200)
    contact = models.CharField(_("Contact person"), max_length=160)
    email = models.EmailField(_("E-mail address"))
    note = models.TextField(_("Note"), blank=True, max_length=MAX_NOTE)
    due_on = models.DateField(_("Due on"))
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    state = models.CharField(_("State"), max_length=9, choices=State.choices, default=State.INVITED)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assessment_id", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "place"],
                condition=~Q(state="withdrawn"),
                name="outside_reading_one_per_place",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MAX_READINGS), name="outside_reading_a_handful"
            ),
            models.UniqueConstraint(fields=["municipality", "token_hash"], name="outside_reading_token_is_unique"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="outside_reading_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(state="invited", submitted_at=None, withdrawn_at=None)
                | Q(state="submitted", submitted_at__isnull=False, withdrawn_at=None)
                | Q(state="withdrawn", withdrawn_at__isnull=False),
                name="outside_reading_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class OutsideAnswer(TenantModel):
    """What an organisation answered to an item from outside: a level or a special answer, and why."""

    tenancy = Tenancy(programme="read")

    reading = TenantForeignKey(OutsideReading, on_delete=models.CASCADE, related_name="answers", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    special = models.CharField(max_length=13, choices=Special.choices, blank=True)
    note = models.TextField(_("Note"), blank=True, max_length=MAX_NOTE)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["reading_id", "item_id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "reading", "item"], name="outside_answer_once_per_item"),
            models.CheckConstraint(
                condition=Q(level__isnull=False, level__lte=4, special="") | Q(level=None),
                name="outside_answer_is_a_level_or_special",
            ),
            models.CheckConstraint(
                condition=Q(special="") | Q(special__in=Special.values), name="outside_answer_special_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.level}"
