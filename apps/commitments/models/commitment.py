from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class SelfCommitment(TenantModel):
    """A municipality's commitment as an employer: text, decision, signatory, validity.

    draft → in_force → ended. Its text is frozen from the day it is in force; a new wording is a new commitment that
    follows it.
    """

    tenancy = Tenancy(programme="read")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("in force")
        ENDED = "ended", _("ended")

    class DecidedBy(models.TextChoices):
        COUNCIL = "council", _("Council")
        LEADERSHIP = "leadership", _("Leadership of the administration")

    title = models.CharField(_("Title"), max_length=160)
    text = models.TextField(_("Text"), max_length=20_000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    decided_by = models.CharField(_("Decided by"), max_length=10, choices=DecidedBy.choices, blank=True)
    reference = models.CharField(_("Reference of the decision"), max_length=120, blank=True)
    decided_on = models.DateField(_("Date of the decision"), null=True, blank=True)
    document = TenantForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signatory_name = models.CharField(_("Signed by"), max_length=120, blank=True)
    signatory_function = models.CharField(_("Function"), max_length=120, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    review_on = models.DateField(_("To be reviewed on"), null=True, blank=True)
    is_public = models.BooleanField(_("On a public page"), default=False)
    follows = TenantForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by", db_index=False
    )
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField(_("Reason"), blank=True, max_length=2_000)
    written_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(state="in_force"), name="self_commitment_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", is_public=False)
                | (
                    Q(state__in=["in_force", "ended"], decided_on__isnull=False, valid_from__isnull=False)
                    & ~Q(decided_by="")
                    & ~Q(reference="")
                    & ~Q(signatory_name="")
                    & ~Q(signatory_function="")
                ),
                name="self_commitment_in_force_is_decided",
            ),
            models.CheckConstraint(
                condition=(~Q(state="ended") & Q(ended_on=None))
                | (Q(state="ended", ended_on__isnull=False) & ~Q(ended_because="")),
                name="self_commitment_ended_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
                name="self_commitment_valid_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title
