"""Grants and policies, derived from the declarations of the models and laid by the owner after each migration.

Each policy carries a fingerprint of its definition as its comment: only what has changed is replaced, and
`check_tenancy` finds what somebody changed by hand.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from apps.core import scope as scopes
from apps.core.tenancy import Rights, Tenancy, tenancy_of, tenant_models

_OF_MUNICIPALITY = "municipality_id = (SELECT nullif(current_setting('app.municipality_id', true), '')::uuid)"
# A session signed in by a municipality's identity provider is limited to it in the person's scope too.
_OF_PERSON = (
    "{column} = (SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
    " AND municipality_id ="
    " coalesce((SELECT nullif(current_setting('app.municipality_id', true), '')::uuid), municipality_id)"
)

_OF_NOBODY = "municipality_id IS NULL"

#: Scopes that write, and therefore draw from sequences.
_WRITING = (scopes.MUNICIPALITY, scopes.PROGRAMME, scopes.PERSON, scopes.ALLOCATION)

_COMMANDS: dict[Rights, str] = {"read": "SELECT", "write": "ALL", "add": "INSERT"}


@dataclass(frozen=True)
class Policy:
    """One policy: table, name, role, command (SELECT, INSERT, ALL) and condition."""

    table: str
    name: str
    role: str
    command: str
    condition: str

    @property
    def fingerprint(self) -> str:
        """Hash of the definition, kept as the policy's comment."""
        text = "|".join((self.table, self.name, self.role, self.command, self.condition))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def create_sql(self) -> list[str]:
        """Statements that lay the policy anew."""
        using = "" if self.command == "INSERT" else f" USING ({self.condition})"
        check = "" if self.command == "SELECT" else f" WITH CHECK ({self.condition})"
        return [
            f'DROP POLICY IF EXISTS "{self.name}" ON "{self.table}"',
            f'CREATE POLICY "{self.name}" ON "{self.table}" FOR {self.command} TO "{self.role}"{using}{check}',
            f'COMMENT ON POLICY "{self.name}" ON "{self.table}" IS \'{self.fingerprint}\'',
        ]


@dataclass(frozen=True)
class TableRights:
    """What a role may do with a table, as PostgreSQL's privileges; empty: nothing."""

    table: str
    role: str
    privileges: tuple[str, ...]


def login_role() -> str:
    """Name of the application role."""
    return str(settings.DATABASES["default"]["USER"])


def privileges_of(rights: Rights, *, append_only: bool) -> tuple[str, ...]:
    """PostgreSQL's privileges for declared rights."""
    if rights == "none":
        return ()
    if rights == "read":
        return ("SELECT",)
    if rights == "add":
        return ("INSERT",)
    return ("INSERT", "SELECT") if append_only else ("DELETE", "INSERT", "SELECT", "UPDATE")


def rights_per_role(tenancy: Tenancy) -> dict[str, Rights]:
    """Declared rights per database role."""
    from_afar: Rights = "add" if tenancy.added_from_afar else "none"
    return {
        scopes.role_of(scopes.MUNICIPALITY): tenancy.municipality,
        scopes.role_of(scopes.PROGRAMME): tenancy.programme,
        scopes.role_of(scopes.PERSON): tenancy.person_rights if tenancy.person else from_afar,
        scopes.role_of(scopes.ALLOCATION): tenancy.allocation if tenancy.allocation != "none" else from_afar,
        scopes.role_of(scopes.NETWORK): "none",
        scopes.role_of(scopes.PUBLIC): "none",
        login_role(): "write" if tenancy.unscoped else "none",
    }


def policies_for(model: type[models.Model]) -> list[Policy]:
    """The policies a tenant-owned model's table must have, and no others."""
    tenancy = tenancy_of(model)
    conditions = {
        scopes.role_of(scopes.MUNICIPALITY): _OF_MUNICIPALITY,
        scopes.role_of(scopes.PROGRAMME): "true",
        scopes.role_of(scopes.PERSON): _OF_PERSON.format(column=tenancy.person) if tenancy.person else _OF_NOBODY,
        scopes.role_of(scopes.ALLOCATION): "true" if tenancy.allocation != "none" else _OF_NOBODY,
        login_role(): _OF_NOBODY,
    }
    policies = []
    for role, rights in rights_per_role(tenancy).items():
        if rights == "none":
            continue
        policies.append(
            Policy(
                table=model._meta.db_table,
                name=f"scope_{'unscoped' if role == login_role() else role.removeprefix('kfa_')}",
                role=role,
                command=_COMMANDS[rights],
                condition=conditions[role],
            )
        )
    return policies


def expected_rights() -> list[TableRights]:
    """What each role may do with each table of the project, tenant-owned or shared."""
    rights = []
    owned = {model._meta.db_table: model for model in tenant_models()}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        table = model._meta.db_table
        if table in owned:
            tenancy = tenancy_of(model)
            for role, right in rights_per_role(tenancy).items():
                rights.append(TableRights(table, role, privileges_of(right, append_only=tenancy.append_only)))
        else:
            full = privileges_of("write", append_only=bool(getattr(model, "append_only", False)))
            others = ("INSERT",) if getattr(model, "programme_only", False) else full
            rights.append(TableRights(table, scopes.role_of(scopes.PROGRAMME), full))
            for name in (scopes.MUNICIPALITY, scopes.PERSON, scopes.ALLOCATION):
                rights.append(TableRights(table, scopes.role_of(name), others))
            rights.append(TableRights(table, login_role(), others))
            rights.append(TableRights(table, scopes.role_of(scopes.NETWORK), ()))
            public: Rights = "read" if getattr(model, "public", False) else "none"
            rights.append(TableRights(table, scopes.role_of(scopes.PUBLIC), privileges_of(public, append_only=False)))
    rights.append(TableRights("django_migrations", login_role(), ("SELECT",)))
    return rights


def lay(cursor: Any) -> list[str]:
    """Bring grants and policies of the database to what the models declare; returns the statements it ran.

    `cursor` is the owner's. Tables that are not there yet (a partial migration) are passed over.
    """
    cursor.execute(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = current_schema()::regnamespace"
    )
    secured = dict(cursor.fetchall())
    statements: list[str] = []
    for model in tenant_models():
        if secured.get(model._meta.db_table) is False:
            table = model._meta.db_table
            statements.append(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
    statements += _policy_statements(cursor, secured)
    statements += _grant_statements(cursor, secured)
    for statement in statements:
        cursor.execute(statement)
    return statements


def _policy_statements(cursor: Any, existing: Iterable[str]) -> list[str]:
    cursor.execute(
        "SELECT c.relname, p.polname, obj_description(p.oid, 'pg_policy') FROM pg_policy p"
        " JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = current_schema()::regnamespace"
    )
    found = {(table, name): comment for table, name, comment in cursor.fetchall()}
    statements: list[str] = []
    wanted = set()
    for model in tenant_models():
        if model._meta.db_table not in existing:
            continue
        for policy in policies_for(model):
            wanted.add((policy.table, policy.name))
            if found.get((policy.table, policy.name)) != policy.fingerprint:
                statements += policy.create_sql()
    statements += [f'DROP POLICY "{name}" ON "{table}"' for table, name in found if (table, name) not in wanted]
    return statements


def _grant_statements(cursor: Any, existing: Iterable[str]) -> list[str]:
    granted = granted_privileges(cursor)
    statements: list[str] = []
    for right in expected_rights():
        if right.table not in existing:
            continue
        have = granted.get((right.table, right.role), ())
        if tuple(have) == right.privileges:
            continue
        if have:
            statements.append(f'REVOKE ALL ON "{right.table}" FROM "{right.role}"')
        if right.privileges:
            statements.append(f'GRANT {", ".join(right.privileges)} ON "{right.table}" TO "{right.role}"')
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
        # CASE, because the planner may ask has_sequence_privilege of what is no sequence, an error.
        " AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(%s, oid, 'USAGE') END",
        [login_role()],
    )
    roles = ", ".join(f'"{role}"' for role in (login_role(), *map(scopes.role_of, _WRITING)))
    statements += [f'GRANT USAGE ON SEQUENCE "{name}" TO {roles}' for (name,) in cursor.fetchall()]
    return statements


def granted_privileges(cursor: Any) -> dict[tuple[str, str], tuple[str, ...]]:
    """Privileges on the project's tables as the catalogue has them: (table, role) → sorted privileges."""
    cursor.execute(
        "SELECT c.relname, pg_get_userbyid(a.grantee), array_agg(a.privilege_type ORDER BY a.privilege_type)"
        " FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND a.grantee <> c.relowner"
        " GROUP BY 1, 2"
    )
    return {(table, role): tuple(privileges) for table, role, privileges in cursor.fetchall()}
