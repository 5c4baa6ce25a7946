"""Who may store what training records need, and open them."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_open(roles: Collection[str]) -> bool:
    """Coordination: store documents, open and close records, say how enrolments are handled."""
    return Role.COORDINATOR in roles


def may_read(roles: Collection[str]) -> bool:
    """Who opens them, leadership, and the project team looking in."""
    return may_open(roles) or Role.SIGNATORY in roles or PROJECT_STAFF in roles
