"""Who may read and write the report on the Ten-Point Plan. `roles`: request.roles."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_read(roles: Collection[str]) -> bool:
    """Read it and take it out as Word and PDF: it names levels of all sections."""
    return not {Role.COORDINATOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_write(roles: Collection[str]) -> bool:
    """Have it drafted, edit it, delete it."""
    return Role.COORDINATOR in roles
