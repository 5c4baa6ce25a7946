from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy
from apps.files.storage import upload_storage

MAX_BYTES = 20 * 1024 * 1024


class StoredFile(TenantModel):
    """A file somebody uploaded, checked and kept outside the web root. Who may download it says the app that uses it.

    `name` is what people see and what a download is called; the place in the storage is made of ids alone.
    """

    tenancy = Tenancy(programme="read")

    name = models.CharField(_("File name"), max_length=160)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=upload_storage, max_length=200)
    uploaded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MAX_BYTES, sha256__regex=r"^[0-9a-f]{64}$")
                & ~Q(name="")
                & ~Q(file=""),
                name="stored_file_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name
