"""Who may read the chain from need to level. `roles`: request.roles."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_read(roles: Collection[str]) -> bool:
    """It shows levels of all sections: nobody who has only some of them in hand."""
    return not {Role.COORDINATOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)
