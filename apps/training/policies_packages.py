"""Who may order and take packages of modules in a municipality. `roles`: request.roles."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_read(roles: Collection[str]) -> bool:
    """See which packages there are, and take them."""
    return bool({Role.COORDINATOR, PROJECT_STAFF}.intersection(roles))


def may_order(roles: Collection[str]) -> bool:
    """Have a package made."""
    return Role.COORDINATOR in roles
