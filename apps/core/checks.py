"""System checks: the application refuses to run on a connection that row-level security does not hold."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from apps.core import scope as scopes


@register(Tags.database)
def application_role_is_bound_by_policies(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The application role is no superuser, does not bypass policies, owns nothing, inherits no scope role."""
    if not databases or "default" not in databases:
        return []
    return [Error(problem, id="core.E001") for problem in problems_of_application_role()]


def problems_of_application_role() -> list[str]:
    """Sentences on what makes the application's connection unsafe; empty where it is as it must be."""
    problems = []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p'))"
            " FROM pg_roles r WHERE rolname = session_user"
        )
        name, superuser, bypass, create_role, create_db, owns = cursor.fetchone()
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND pg_has_role(session_user, oid, 'USAGE')",
            [[scopes.role_of(scope) for scope in scopes.NAMES]],
        )
        inherited = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT wanted FROM unnest(%s::text[]) wanted LEFT JOIN pg_roles ON rolname = wanted"
            " WHERE rolname IS NULL OR NOT pg_has_role(session_user, rolname, 'SET')",
            [[scopes.role_of(scope) for scope in scopes.NAMES]],
        )
        missing = [row[0] for row in cursor.fetchall()]
    if superuser:
        problems.append(f"The application connects as {name}, a superuser: policies do not bind it.")
    if bypass:
        problems.append(f"The application connects as {name}, which bypasses row-level security.")
    if create_role:
        problems.append(f"The application connects as {name}, which may create roles.")
    if create_db:
        problems.append(f"The application connects as {name}, which may create databases.")
    if owns:
        problems.append(f"The application connects as {name}, which owns tables and could switch policies off.")
    if inherited:
        problems.append(f"{name} inherits {', '.join(inherited)}: it would see their rows without taking a scope.")
    if missing:
        problems.append(f"{name} cannot take the scope roles {', '.join(missing)}: run config/provision.sql.")
    return problems


def refuse_unsafe_connection() -> None:
    """Stop a starting web server or worker whose connection policies do not bind; raises ImproperlyConfigured."""
    problems = problems_of_application_role()
    connections["default"].close()
    if problems:
        raise ImproperlyConfigured(" ".join(problems))
