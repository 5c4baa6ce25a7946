"""What PostgreSQL's catalogue says about each table, against what the models declare."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from apps.core import policies_sql
from apps.core import scope as scopes
from apps.core.policies_sql import login_role
from apps.core.tenancy import tenancy_of, tenant_models


@dataclass
class Verdict:
    """One table: its kind (tenant, shared) and the holes found."""

    table: str
    kind: str
    note: str
    holes: list[str] = field(default_factory=list)


def verdicts(cursor: Any) -> list[Verdict]:
    """A verdict per table of the project and per table or view of the schema that no model declares.

    `cursor` may be the application's: the catalogue is readable by everybody.
    """
    cursor.execute(
        "SELECT relname, relkind, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = current_schema()::regnamespace"
    )
    relations = {name: (kind, enabled, forced) for name, kind, enabled, forced in cursor.fetchall()}
    found = list(_model_verdicts(cursor, relations))
    known = {verdict.table for verdict in found}
    for name, (kind, _enabled, _forced) in sorted(relations.items()):
        if name in known or name == "django_migrations":
            continue
        what = {"v": "view", "m": "materialised view", "f": "foreign table"}.get(kind, "table")
        found.append(Verdict(name, "unknown", "", [f"a {what} that no model declares"]))
    return found


def _model_verdicts(cursor: Any, relations: dict[str, tuple[str, bool, bool]]) -> Iterator[Verdict]:
    granted = policies_sql.granted_privileges(cursor)
    policies = _policies(cursor)
    keys = _foreign_keys(cursor)
    owned = {model._meta.db_table for model in tenant_models()}
    expected: dict[str, dict[str, tuple[str, ...]]] = {}
    for right in policies_sql.expected_rights():
        expected.setdefault(right.table, {})[right.role] = right.privileges
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        table = model._meta.db_table
        tenant = table in owned
        verdict = Verdict(table, "tenant" if tenant else "shared", "" if tenant else reason_to_share(model))
        if table not in relations:
            verdict.holes.append("the table is missing: migrate first")
            yield verdict
            continue
        if tenant:
            _check_policies(model, relations[table], policies.get(table, {}), verdict)
            _check_keys(model, keys.get(table, []), verdict)
        elif not verdict.note:
            verdict.holes.append("neither tenant-owned nor shared with a reason")
        _check_grants(table, granted, expected[table], verdict)
        yield verdict


def reason_to_share(model: type[models.Model]) -> str:
    """Why a table belongs to no municipality; empty where nobody has said so."""
    own = str(getattr(model, "shared_because", ""))
    if own:
        return own
    created_by: Any = model._meta.auto_created
    if created_by and (reason := reason_to_share(created_by)):
        return reason
    return str(settings.SHARED_MODELS.get(model._meta.label, ""))


def _policies(cursor: Any) -> dict[str, dict[str, tuple[str, list[str], str, str | None]]]:
    cursor.execute(
        "SELECT c.relname, p.polname, p.polcmd::text, ARRAY(SELECT pg_get_userbyid(r) FROM unnest(p.polroles) r),"
        " p.polpermissive, obj_description(p.oid, 'pg_policy')"
        " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace"
    )
    found: dict[str, dict[str, tuple[str, list[str], str, str | None]]] = {}
    for table, name, command, roles, permissive, comment in cursor.fetchall():
        found.setdefault(table, {})[name] = (command, roles, permissive, comment)
    return found


def _check_policies(
    model: type[models.Model],
    relation: tuple[str, bool, bool],
    found: dict[str, tuple[str, list[str], str, str | None]],
    verdict: Verdict,
) -> None:
    _kind, enabled, forced = relation
    if not enabled:
        verdict.holes.append("row-level security is not enabled")
    if not forced:
        verdict.holes.append("row-level security is not forced upon the owner")
    wanted = {policy.name: policy for policy in policies_sql.policies_for(model)}
    for name, policy in wanted.items():
        if name not in found:
            verdict.holes.append(f"policy {name} is missing")
        elif found[name][3] != policy.fingerprint or found[name][1] != [policy.role]:
            verdict.holes.append(f"policy {name} is not as declared")
    verdict.holes += [f"policy {name} is declared nowhere" for name in found.keys() - wanted.keys()]
    tenancy = tenancy_of(model)
    verdict.note = ", ".join(
        f"{role.removeprefix('kfa_') if role != login_role() else 'unscoped'}: {rights}"
        for role, rights in policies_sql.rights_per_role(tenancy).items()
        if rights != "none"
    ) + (", append-only" if tenancy.append_only else "")


def _foreign_keys(cursor: Any) -> dict[str, list[tuple[str, list[str], list[str], bool]]]:
    cursor.execute(
        "SELECT c.relname, con.contype::text, coalesce(f.relname, ''),"
        " ARRAY(SELECT attname FROM unnest(con.conkey) WITH ORDINALITY k(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.n ORDER BY k.o), con.convalidated"
        " FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid LEFT JOIN pg_class f ON f.oid = con.confrelid"
        " WHERE con.contype IN ('f', 'u') AND c.relnamespace = current_schema()::regnamespace"
    )
    found: dict[str, list[tuple[str, list[str], list[str], bool]]] = {}
    for table, kind, target, columns, validated in cursor.fetchall():
        found.setdefault(table, []).append((kind, target, columns, validated))
    return found


def _check_keys(model: type[models.Model], keys: list[tuple[str, Any, list[str], bool]], verdict: Verdict) -> None:
    if not any(kind == "u" and columns == ["municipality_id", "id"] for kind, _t, columns, _v in keys):
        verdict.holes.append("UNIQUE (municipality_id, id) is missing")
    owned = {tenant._meta.db_table for tenant in tenant_models()}
    for column in model._meta.local_fields:
        target = column.related_model._meta.db_table if isinstance(column.related_model, type) else None
        if target not in owned:
            continue
        wanted = ("f", target, ["municipality_id", column.column], True)
        if wanted not in keys:
            verdict.holes.append(f"the key {column.column} to {target} is not composite over municipality_id")


def _check_grants(
    table: str,
    granted: dict[tuple[str, str], tuple[str, ...]],
    expected: dict[str, tuple[str, ...]],
    verdict: Verdict,
) -> None:
    for role, privileges in expected.items():
        have = granted.get((table, role), ())
        if have != privileges:
            verdict.holes.append(f"{role} has {', '.join(have) or 'nothing'}, not {', '.join(privileges) or 'nothing'}")
    strangers = {role for (granted_table, role) in granted if granted_table == table} - expected.keys()
    verdict.holes += [f"{role or 'PUBLIC'} has rights on it" for role in strangers]


def probe_without_scope(cursor: Any, table: str) -> str | None:
    """Try to read a tenant's table as the application role without a scope; a sentence where rows came back.

    `cursor` is the application's, inside a transaction that may be rolled back to a savepoint by the caller.
    """
    cursor.execute("SELECT has_table_privilege(current_user, %s, 'SELECT')", [f'"{table}"'])
    (readable,) = cursor.fetchone()
    if not readable:
        return None
    cursor.execute(f'SELECT count(*) FROM "{table}" WHERE municipality_id IS NOT NULL')  # noqa: S608  # a table name
    (rows,) = cursor.fetchone()
    return f"{rows} rows can be read without a scope" if rows else None


def scope_roles_missing(cursor: Any) -> list[str]:
    """Scope roles that the server lacks."""
    cursor.execute("SELECT rolname FROM pg_roles")
    have = {row[0] for row in cursor.fetchall()}
    return [role for role in map(scopes.role_of, scopes.NAMES) if role not in have]
