"""Who reads what a municipality has committed itself to. `roles` is what the middleware loaded."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role

#: Those who work on it, and the project team looking in. Employees have pages of their own.
READERS = frozenset({Role.COORDINATOR, Role.SIGNATORY, Role.CONTRIBUTOR, PROJECT_STAFF})
#: Those who see the levels of all sections: nobody who has only some of them in hand.
OVERSEERS = READERS - {Role.CONTRIBUTOR}


def may_read(roles: Collection[str]) -> bool:
    """Read commitments, adoptions, measures and pilots."""
    return not READERS.isdisjoint(roles)


def may_see_all_levels(roles: Collection[str]) -> bool:
    """Read what names levels of all sections."""
    return not OVERSEERS.isdisjoint(roles)
