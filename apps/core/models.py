"""Abstract models. Every model of the house is a TenantModel or a SharedModel; a consistency test demands it."""

from typing import Any, ClassVar

from django.db import models

from apps.core.keys import Uuid7, uuid7
from apps.core.tenancy import MunicipalityKey, Tenancy, TenantManager


class BaseModel(models.Model):
    """UUIDv7 key and two timestamps."""

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=Uuid7(), editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class SharedModel(BaseModel):
    """A row that belongs to no municipality; says why.

    programme_only: PostgreSQL lets every scope add rows, and the project team's alone read, change and delete them.
    """

    shared_because: ClassVar[str] = ""
    programme_only: ClassVar[bool] = False

    class Meta:
        abstract = True


class TenantModel(BaseModel):
    """A row that belongs to one municipality, kept apart by row-level security."""

    tenancy: ClassVar[Tenancy] = Tenancy()

    municipality = MunicipalityKey()

    objects: ClassVar[TenantManager[Any]] = TenantManager()

    class Meta:
        abstract = True
