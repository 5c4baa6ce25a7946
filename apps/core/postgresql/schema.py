"""DDL for tenant-owned tables, so that no migration has to remember it.

* A table with a MunicipalityKey is created with row-level security enabled and forced, and without any grant: until
  apps.core.tenancy has laid its policies after the migration, nobody but the owner sees a row.
* It gets UNIQUE (municipality_id, id); a TenantForeignKey becomes FOREIGN KEY (municipality_id, x_id) to it.
  Checks of foreign keys bypass row-level security: only a composite key keeps a row of one municipality from pointing
  at a row of another.
"""

from typing import Any

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import Field, Model


class TenantSchemaEditor(DatabaseSchemaEditor):
    # Deferred instead of inline, so that every foreign key is made by _create_fk_sql below.
    sql_create_column_inline_fk = None  # type: ignore[assignment]  # the base class allows None, its stub does not

    def create_model(self, model: type[Model]) -> None:
        super().create_model(model)
        if municipality_key(model) is None:
            return
        table = self.quote_name(model._meta.db_table)
        name = self.quote_name(f"{model._meta.db_table}_tenant"[:63])
        self.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (municipality_id, id)")
        self.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        self.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")

    def _create_fk_sql(self, model: type[Model], field: Any, suffix: str) -> Statement:
        statement: Statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]  # private, untyped
        if getattr(field, "is_tenant_foreign_key", False):
            target = field.target_field.model._meta.db_table
            statement.parts["column"] = Columns(
                model._meta.db_table, ["municipality_id", field.column], self.quote_name
            )
            statement.parts["to_table"] = Table(target, self.quote_name)
            statement.parts["to_column"] = Columns(target, ["municipality_id", "id"], self.quote_name)
        return statement


def municipality_key(model: type[Model]) -> "Field[Any, Any] | None":
    """The field that makes `model` tenant-owned, or None; works on historical models as well."""
    for field in model._meta.local_fields:
        if getattr(field, "is_municipality_key", False):
            return field
    return None
