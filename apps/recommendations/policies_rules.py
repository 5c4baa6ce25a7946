"""Who sees what is suggested, and who keeps the rules behind it."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_see_suggestions(roles: Collection[str]) -> bool:
    """Whoever reads the municipality's needs, and the project team that looks in."""
    return not {Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_keep_rules(roles: Collection[str]) -> bool:
    """See and change the rules, import and export them, see what they cover: the project team."""
    return PROJECT_STAFF in roles


def may_consider(roles: Collection[str]) -> bool:
    """Be offered to take a suggestion up; the app that keeps adoptions decides for itself."""
    return Role.COORDINATOR in roles
