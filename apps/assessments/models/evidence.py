import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.assessment import Assessment
from apps.assessments.models.delegation import Delegation
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_TITLE = 200
MAX_PAGE = 60
_NUMBERS = re.compile(r"\d[\d\s,;–-]*f{0,2}\.?")


class Evidence(TenantModel):
    """What proves a level: a document that was uploaded, or an address; with the day it is from.

    One piece serves several items, and assessments of later waves too.
    """

    tenancy = Tenancy(programme="read")

    title = models.CharField(_("Title"), max_length=MAX_TITLE)
    dated_on = models.DateField(_("Date of the document"))
    document = TenantForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(_("Address"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # Whose personal link it came by; then there is no account.
    delegation = TenantForeignKey(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["title", "-dated_on"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(document__isnull=False, url="") | (Q(document=None) & ~Q(url=""))) & ~Q(title=""),
                name="evidence_is_a_document_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceUse(TenantModel):
    """That a piece of evidence proves the level of an item in an assessment, and on which page."""

    tenancy = Tenancy(programme="read")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence", db_index=False)
    item = models.ForeignKey("instruments.Item", on_delete=models.PROTECT, related_name="+")
    evidence = TenantForeignKey(Evidence, on_delete=models.CASCADE, related_name="uses")
    page = models.CharField(_("Page or section"), max_length=MAX_PAGE, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "item", "evidence"], name="evidence_used_once_per_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.page}"

    @property
    def place(self) -> str:
        """Where in the piece, in words: “p. 4” for a number, else what was typed."""
        return gettext("p. %(page)s") % {"page": self.page} if _NUMBERS.fullmatch(self.page) else self.page
