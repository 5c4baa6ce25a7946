from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.commitments.states import DECIDED, WITH_REASON, AdoptionState
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class Adoption(TenantModel):
    """What a municipality makes of one version of a recommendation. `state` moves along ADOPTION_STEPS (trigger).

    A new version is a new row, `follows` the one before; nothing moves over silently. `kept_despite`: the municipality
    has looked at that newer version and stays with this one, for `kept_because`.
    """

    tenancy = Tenancy(programme="read")

    class ReasonKind(models.TextChoices):
        ALREADY_DONE = "already_done", _("Already in place")
        NOT_COMPETENT = "not_competent", _("Not within our competence")
        NO_STAFF = "no_staff", _("No staff for it")
        NO_MONEY = "no_money", _("No money for it")
        LAW = "law", _("Legal objections")
        NO_MAJORITY = "no_majority", _("No majority")
        DOES_NOT_FIT = "does_not_fit", _("Does not fit our administration")
        OTHER = "other", _("Another reason")

    version = models.ForeignKey("recommendations.RecommendationVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AdoptionState.choices, default=AdoptionState.CONSIDERED)
    state_since = models.DateTimeField()
    decision_reference = models.CharField(_("Reference of the decision"), max_length=120, blank=True)
    decided_on = models.DateField(_("Date of the decision"), null=True, blank=True)
    document = TenantForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signatory_name = models.CharField(_("Signed by"), max_length=120, blank=True)
    signatory_function = models.CharField(_("Function"), max_length=120, blank=True)
    reason_kind = models.CharField(_("Reason"), max_length=13, choices=ReasonKind.choices, blank=True)
    reason = models.TextField(_("Reasons"), blank=True, max_length=2_000)
    verified_on = models.DateField(_("Effect verified on"), null=True, blank=True)
    verified_note = models.TextField(_("What shows the effect"), blank=True, max_length=2_000)
    follows = TenantForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by", db_index=False
    )
    kept_despite = models.ForeignKey(
        "recommendations.RecommendationVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    kept_because = models.TextField(_("Reason"), blank=True, max_length=2_000)
    started_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    # Of adoptions as queries_measures.adoptions loads them.
    title: str

    class Meta:
        ordering = ["-state_since"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "version"], name="adoption_once_per_version"),
            models.CheckConstraint(condition=Q(state__in=AdoptionState.values), name="adoption_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(DECIDED))
                | (
                    Q(decided_on__isnull=False)
                    & ~Q(decision_reference="")
                    & ~Q(signatory_name="")
                    & ~Q(signatory_function="")
                ),
                name="adoption_rests_on_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(WITH_REASON)) | (~Q(reason="") & ~Q(reason_kind="")),
                name="adoption_ends_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | (Q(verified_on__isnull=False) & ~Q(verified_note="")),
                name="adoption_verified_says_by_what",
            ),
            models.CheckConstraint(
                condition=Q(kept_despite=None, kept_because="")
                | (Q(kept_despite__isnull=False) & ~Q(kept_because="") & ~Q(kept_despite=F("version"))),
                name="adoption_kept_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class AdoptionChange(TenantModel):
    """A step of an adoption, on record."""

    tenancy = Tenancy(programme="read", append_only=True)

    adoption = TenantForeignKey(Adoption, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=12, choices=AdoptionState.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=AdoptionState.choices)
    reason = models.TextField(blank=True, max_length=2_000)
    actor = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class AdoptionNeed(TenantModel):
    """That an adoption answers a need the assessment found, and by which rule of the mapping."""

    tenancy = Tenancy(programme="read")

    adoption = TenantForeignKey(Adoption, on_delete=models.CASCADE, related_name="needs", db_index=False)
    need = TenantForeignKey("assessments.Need", on_delete=models.CASCADE, related_name="+")
    because = models.CharField(max_length=300)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "adoption", "need"], name="adoption_need_once"),
        ]

    def __str__(self) -> str:
        return self.because
