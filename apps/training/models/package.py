from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy
from apps.reports.models import MAX_ATTEMPTS, FileJob


class Overlay(TenantModel):
    """What a municipality adds to a module: at one unit, or (no unit) at its beginning.

    It hangs on the unit's key and so survives a new version. seen: hash of the unit's words when somebody last
    confirmed that the addition fits; seen_edition: the text they were of, so that the difference can be shown.
    """

    tenancy = Tenancy()

    module = models.ForeignKey("training.Module", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit_key = models.SlugField(max_length=60, blank=True)
    title = models.CharField(_("Heading"), max_length=160)
    text = models.TextField(_("Text"), max_length=8_000)
    seen = models.CharField(max_length=64)
    seen_edition = models.ForeignKey(
        "training.ModuleEdition", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    edited_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["module", "unit_key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["municipality", "module", "unit_key"], name="overlay_once_per_unit"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="overlay_says_something"),
        ]

    def __str__(self) -> str:
        return self.title


class Package(TenantModel, FileJob):
    """A package of a module for a municipality's own learning platform, made by a worker. The row is the truth.

    with_overlay: with the municipality's additions. Never of an empowerment module (trigger).
    """

    tenancy = Tenancy(programme="write")

    class Kind(models.TextChoices):
        SCORM_12 = "scorm12", _("SCORM 1.2")
        SCORM_2004 = "scorm2004", _("SCORM 2004, 4th edition")
        WEB = "web", _("Web pages, offline")
        PRINT = "print", _("Print (PDF)")

    edition = models.ForeignKey("training.ModuleEdition", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("Format"), max_length=9, choices=Kind.choices, default=Kind.SCORM_12)
    language = models.CharField(_("Language"), max_length=2, default="de")
    with_overlay = models.BooleanField(_("With our additions"), default=False)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "edition", "kind", "language", "with_overlay"],
                condition=Q(state__in=["queued", "running"]),
                name="package_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100) & Q(attempts__lte=MAX_ATTEMPTS), name="package_in_bounds"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="queued", finished_at=None, file="", error="")
                    | Q(state="running", attempts__gte=1, finished_at=None, file="", error="")
                    | (
                        Q(state="done", progress=100, finished_at__isnull=False, size__gte=1, error="")
                        & ~Q(file="")
                        & Q(sha256__regex=r"^[0-9a-f]{64}$")
                    )
                    | (Q(state="failed", finished_at__isnull=False, file="") & ~Q(error=""))
                ),
                name="package_state_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
