"""Who may learn, and who may add to modules. `roles`: request.roles."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_record(roles: Collection[str]) -> bool:
    """Have one's progress kept: everybody with a role in the municipality; project staff who look in only read."""
    return any(role != PROJECT_STAFF for role in roles)


def may_read_additions(roles: Collection[str]) -> bool:
    """See the list of the municipality's own additions and how they fit."""
    return bool({Role.COORDINATOR, PROJECT_STAFF}.intersection(roles))


def may_add(roles: Collection[str]) -> bool:
    """Write, confirm, move and delete additions."""
    return Role.COORDINATOR in roles
