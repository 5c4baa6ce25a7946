from django.db import models

from apps.core.models import TenantModel
from apps.core.tenancy import MunicipalityKey, Tenancy


class AuditEntry(TenantModel):
    """Who did what to what, in which municipality. Append-only: PostgreSQL grants neither UPDATE nor DELETE.

    `data` holds names of fields and states, never content of answers, and nothing of special categories.
    """

    tenancy = Tenancy(programme="write", unscoped=True, append_only=True)

    municipality = MunicipalityKey(null=True, blank=True)
    actor = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["municipality", "-created_at"], name="audit_by_municipality"),
            models.Index(fields=["target_type", "target_id"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type} {self.target_id}"
