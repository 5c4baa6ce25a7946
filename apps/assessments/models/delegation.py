from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.assessments.models.assessment import Assessment
from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey

MAX_NOTE = 2_000


class Delegation(TenantModel):
    """One section of an assessment, or single items of it, in the hands of a department or a person.

    given → handed_back → accepted, back to given with a reason; revoked from either of the first two. A department
    means all contributors who belong to it; a deputy does what the person does.
    """

    # The programme's scope looks only for whose deadlines are near; who it is, is read in the municipality's.
    tenancy = Tenancy(programme="read")

    class State(models.TextChoices):
        GIVEN = "given", _("given")
        HANDED_BACK = "handed_back", _("handed back")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("withdrawn")

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="delegations", db_index=False)
    section = models.CharField(max_length=64)
    # Names of single items of the section; none: the whole section.
    items = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="delegations"
    )
    user = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    deputy = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_link = models.BooleanField(default=False)
    due_on = models.DateField(_("Due on"))
    note = models.TextField(_("Note"), blank=True, max_length=MAX_NOTE)
    page_url = models.URLField(max_length=400, blank=True)  # for the reminders, which know no request
    state = models.CharField(_("State"), max_length=11, choices=State.choices, default=State.GIVEN)
    given_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    handed_back_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(_("Reason"), blank=True, max_length=MAX_NOTE)

    class Meta:
        ordering = ["due_on", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "assessment", "section", "user", "org_unit"],
                condition=Q(state__in=["given", "handed_back"], by_link=False),
                nulls_distinct=False,
                name="delegation_open_once_per_recipient",
            ),
            models.CheckConstraint(
                condition=Q(by_link=True, user=None, deputy=None)
                | (Q(by_link=False) & (Q(user__isnull=False) | Q(org_unit__isnull=False))),
                name="delegation_goes_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | (Q(user__isnull=False) & ~Q(deputy=F("user"))),
                name="delegation_deputy_stands_for_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(state="given", handed_back_at=None, accepted_at=None, revoked_at=None)
                | Q(state="handed_back", handed_back_at__isnull=False, accepted_at=None, revoked_at=None)
                | Q(state="accepted", handed_back_at__isnull=False, accepted_at__isnull=False, revoked_at=None)
                | Q(state="revoked", accepted_at=None, revoked_at__isnull=False),
                name="delegation_state_has_its_times",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "due_on"], condition=Q(state="given"), name="delegation_due"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.state}"

    @property
    def is_overdue(self) -> bool:
        """Still to be answered, and the day has passed."""
        return self.state == self.State.GIVEN and self.due_on < timezone.localdate()

    def covers(self, section: str, item: str) -> bool:
        """Is this item among what has been given?"""
        return self.section == section and (not self.items or item in self.items)

    @property
    def hand(self) -> tuple[str, object]:
        """Whose hands it is in: what is given to the same people a second time is still theirs.

        The holder of a link is known by `link_email` (queries_departments.link_email), else by the delegation alone.
        """
        if self.by_link:
            return "link", getattr(self, "link_email", None) or self.pk
        return ("person", self.user_id) if self.user_id else ("unit", self.org_unit_id)


class DelegationLink(TenantModel):
    """The personal link to one delegated section, for somebody without an account. Only a hash of its token is kept.

    A renewed link is a new row; the one before is revoked.
    """

    tenancy = Tenancy()

    delegation = TenantForeignKey(Delegation, on_delete=models.CASCADE, related_name="links", db_index=False)
    name = models.CharField(_("Name"), max_length=160)
    email = models.EmailField(_("E-mail address"))
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "token_hash"], name="delegation_link_token_is_unique"),
            models.UniqueConstraint(
                fields=["municipality", "delegation"], condition=Q(revoked_at=None), name="delegation_link_one_is_valid"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="delegation_link_email_is_lower_case"),
            models.CheckConstraint(condition=~Q(name=""), name="delegation_link_names_the_person"),
        ]

    def __str__(self) -> str:
        return str(self.delegation_id)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
