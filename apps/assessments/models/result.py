from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.assessment import Assessment
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


def _share() -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(max_digits=6, decimal_places=5, null=True, blank=True)


class Signature(TenantModel):
    """Who stands for an assessment, and for exactly which answers (`content_hash`).

    By account of the signatory, or by reference to a signed document or a decision. A return revokes it; at most one is
    valid.
    """

    tenancy = Tenancy(programme="read")

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("with an account")
        DOCUMENT = "document", _("by a signed document")
        DECISION = "decision", _("by a decision")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="signatures", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ACCOUNT)
    name = models.CharField(_("Name"), max_length=160)
    function = models.CharField(_("Function"), max_length=160)
    account = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reference = models.CharField(_("Document or decision"), max_length=200, blank=True)
    document = TenantForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Who put the document or decision on record.
    recorded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment"], condition=Q(revoked_at=None), name="signature_one_is_valid"
            ),
            models.CheckConstraint(
                condition=Q(kind="account", account__isnull=False, reference="", document=None, recorded_by=None)
                | (
                    Q(kind="document", account=None, document__isnull=False, recorded_by__isnull=False)
                    & ~Q(reference="")
                )
                | (Q(kind="decision", account=None, recorded_by__isnull=False) & ~Q(reference="")),
                name="signature_by_account_or_by_reference",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(function="") & Q(content_hash__regex=r"^[0-9a-f]{64}$"),
                name="signature_names_person_function_and_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.kind}"


class DimensionResult(TenantModel):
    """The result of one dimension as it was when the assessment was signed off.

    Fractions of 1 (see apps.instruments.scoring for their meaning); None where there was nothing to divide by.
    """

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="results", db_index=False)
    dimension = models.PositiveSmallIntegerField()
    value = _share()
    lower = _share()
    upper = _share()
    coverage = _share()
    unknown_share = _share()
    evidence_share = _share()
    counted = models.PositiveSmallIntegerField()
    known = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["dimension"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "assessment", "dimension"], name="dimension_result_once"),
            models.CheckConstraint(
                condition=Q(lower=None, upper=None, counted=0)
                | Q(lower__gte=0, upper__lte=1, upper__gte=F("lower"), counted__gt=0),
                name="dimension_result_bounds_within_one",
            ),
            models.CheckConstraint(
                condition=Q(value=None, known=0) | Q(value__gte=F("lower"), value__lte=F("upper"), known__gt=0),
                name="dimension_result_value_within_bounds",
            ),
            models.CheckConstraint(condition=Q(known__lte=F("counted")), name="dimension_result_known_within_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.value}"
