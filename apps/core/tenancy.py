"""Declaring who owns a table: fields, manager, and what each scope may do with it.

The declaration is all an app writes. apps.core.policies_sql turns it into grants and policies after each migration.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.core.exceptions import FullResultSet
from django.db import models
from django.db.models.expressions import Expression, F

from apps.core import scope as scopes

Rights = Literal["none", "read", "write", "add"]


@dataclass(frozen=True)
class Tenancy:
    """What the scopes may do with a tenant-owned table.

    municipality: rights of a municipality's scope on its own rows.
    programme: rights of the project staff on the rows of all municipalities.
    person: column that names the person whose own rows the person's scope may read; None: no access.
    person_rights: rights of the person's scope on these rows.
    unscoped: the application role without scope may write rows that belong to no municipality (audit of a sign-in,
        a mail that resets a password); needs a nullable municipality.
    allocation: rights of the service that hands out confidential seats, on the rows of all persons.
    added_from_afar: the scopes of a person and of that service may add rows that belong to no municipality (a mail in
        the outbox), without reading any.
    append_only: rows can be added and read, never changed or deleted, by nobody but the owner.
    """

    municipality: Rights = "write"
    programme: Rights = "none"
    person: str | None = None
    person_rights: Rights = "read"
    unscoped: bool = False
    allocation: Rights = "none"
    added_from_afar: bool = False
    append_only: bool = False


class InScope(Expression):
    """Condition that the row belongs to the scope's municipality, resolved when the query is compiled.

    PostgreSQL's policy alone would do; the planner knows more with the explicit comparison. Outside a scope compiling
    raises ScopeError; in the programme and person scopes the policy decides.
    """

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, column: Any) -> None:
        super().__init__()
        self.column = column

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        scope = scopes.require()
        if scope.municipality_id is None:
            raise FullResultSet
        sql, params = compiler.compile(self.column)
        return f"{sql} = %s", (*params, scope.municipality_id)


M = TypeVar("M", bound=models.Model)


class TenantManager(models.Manager[M]):
    """Manager of tenant-owned models: adds the tenant to every query, refuses to work outside a scope."""

    def get_queryset(self) -> "models.QuerySet[M]":
        return super().get_queryset().filter(InScope(F("municipality")))


class MunicipalityKey(models.ForeignKey[Any, Any]):
    """The foreign key that makes a model tenant-owned."""

    is_municipality_key = True

    def __init__(self, to: Any = "municipalities.Municipality", **kwargs: Any) -> None:
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("default", scopes.current_municipality_id)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("db_index", False)  # UNIQUE (municipality_id, id) serves
        super().__init__(to, **kwargs)


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """Foreign key from one tenant-owned model to another; composite (municipality_id, id) in the database."""

    is_tenant_foreign_key = True


def tenant_models() -> Iterator[type[models.Model]]:
    """All tenant-owned models, in the order of their apps."""
    from django.apps import apps

    for model in apps.get_models(include_auto_created=True):
        if any(getattr(field, "is_municipality_key", False) for field in model._meta.local_fields):
            yield model


def tenancy_of(model: type[models.Model]) -> Tenancy:
    """The declaration of a tenant-owned model."""
    tenancy = getattr(model, "tenancy", None)
    return tenancy if isinstance(tenancy, Tenancy) else Tenancy()
