from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey
from apps.municipalities.models.membership import Role


class Invitation(TenantModel):
    """One role in one municipality, offered to one address. The link's token is kept as a hash only.

    open → accepted | revoked. An open one can expire; whether it has is a matter of the clock, not a state.
    """

    tenancy = Tenancy(programme="write")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("invitation", "open")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("withdrawn")

    email = models.EmailField(_("E-mail address"))
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_is_known"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(state="open", accepted_by__isnull=True, accepted_at__isnull=True, revoked_at__isnull=True)
                | Q(state="accepted", accepted_by__isnull=False, accepted_at__isnull=False, revoked_at__isnull=True)
                | Q(state="revoked", accepted_by__isnull=True, accepted_at__isnull=True, revoked_at__isnull=False),
                name="invitation_state_has_its_facts",
            ),
            models.UniqueConstraint(fields=["municipality", "token_hash"], name="invitation_token_is_unique"),
            models.UniqueConstraint(
                fields=["municipality", "email", "role"],
                condition=Q(state="open"),
                name="invitation_open_once_per_address_and_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.state}"

    @property
    def is_expired(self) -> bool:
        """Open, but too late to accept."""
        return self.state == self.State.OPEN and self.expires_at <= timezone.now()

    @property
    def is_acceptable(self) -> bool:
        """Open and in time."""
        return self.state == self.State.OPEN and not self.is_expired
