"""Who reads what a municipality has committed itself to. `roles` is what the middleware loaded."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role

#: Those who work on it, and the project team looking in. Employees have pages of their own.
READERS = frozenset({Role.COORDINATOR, Role.SIGNATORY, Role.CONTRIBUTOR, PROJECT_STAFF})


def may_read(roles: Collection[str]) -> bool:
    """Read commitments, adoptions and measures."""
    return not READERS.isdisjoint(roles)
