from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy, TenantForeignKey


class Role(models.TextChoices):
    """Roles in one municipality."""

    COORDINATOR = "coordinator", _("Coordinator")
    CONTRIBUTOR = "contributor", _("Contributor")
    SIGNATORY = "signatory", _("Signatory")
    EMPLOYEE = "employee", _("Employee")


class Membership(TenantModel):
    """One role of one person in one municipality; a person may hold several."""

    tenancy = Tenancy(programme="write", person="user_id")

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=12, choices=Role.choices)
    org_unit = TenantForeignKey(
        "municipalities.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="memberships"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once_per_role",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
