from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import SharedModel
from apps.recommendations.models.recommendation import PROGRAMME_WORK, Edition, Recommendation, Section


class TeamMember(SharedModel):
    """Somebody who writes a recommendation, as a member of a bench."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="team")
    role = models.ForeignKey("accounts.ProgrammeRole", on_delete=models.PROTECT, related_name="writes")
    leads = models.BooleanField(_("Leads the team"), default=False)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-leads", "role__bench", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recommendation", "role"], condition=Q(left_at=None), name="team_member_once"
            ),
            models.UniqueConstraint(
                fields=["recommendation"], condition=Q(leads=True, left_at=None), name="team_one_leads"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.role_id}"


class SectionCheckout(SharedModel):
    """That somebody has a section in hand: nobody else writes in it until it is checked in or taken over."""

    shared_because: ClassVar[str] = PROGRAMME_WORK

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="checkouts", db_index=False)
    section = models.CharField(max_length=14, choices=Section.choices)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    #: What has been typed and not checked in yet, as Markdown.
    draft = models.TextField(blank=True, max_length=60_000)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "section"], name="section_in_one_hand"),
        ]

    def __str__(self) -> str:
        return self.section


class Expense(SharedModel):
    """Time or money that somebody from civil society has put into a recommendation, to be reimbursed."""

    shared_because: ClassVar[str] = "Belongs to a writing team of the programme, to no municipality."

    class State(models.TextChoices):
        NOTED = "noted", _("noted")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        PAID = "paid", _("paid")

    member = models.ForeignKey(TeamMember, on_delete=models.PROTECT, related_name="expenses")
    incurred_on = models.DateField(_("Date"))
    purpose = models.CharField(_("What for"), max_length=200)
    hours = models.DecimalField(_("Hours"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("Amount in euros"), max_digits=8, decimal_places=2, null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NOTED)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-incurred_on", "-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(hours__gt=0) | Q(hours=None))
                & (Q(amount__gt=0) | Q(amount=None))
                & (Q(hours__isnull=False) | Q(amount__isnull=False)),
                name="expense_is_time_or_money",
            ),
            models.CheckConstraint(
                condition=Q(state="noted", decided_by=None) | (~Q(state="noted") & Q(decided_by__isnull=False)),
                name="expense_decided_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="declined", reason=""), name="expense_declined_with_a_reason"),
        ]

    def __str__(self) -> str:
        return self.purpose
