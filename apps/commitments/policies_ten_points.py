"""Who may write the report on the Ten-Point Plan; whoever sees all levels reads it. `roles`: request.roles."""

from collections.abc import Collection

from apps.municipalities.models import Role


def may_write(roles: Collection[str]) -> bool:
    """Have it drafted, edit it, delete it."""
    return Role.COORDINATOR in roles
