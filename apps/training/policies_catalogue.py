"""Who reads the catalogue of a municipality, and what is told to whom. `roles`: request.roles."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_read(roles: Collection[str]) -> bool:
    """Modules and sessions of the catalogue: everybody with a role in the municipality, and the project team."""
    return bool(roles)


def may_enrol(roles: Collection[str]) -> bool:
    """Take part: everybody with a role; who only looks in does not belong to the municipality."""
    return not {PROJECT_STAFF}.issuperset(roles)


def may_know_needs(roles: Collection[str]) -> bool:
    """Read which need suggests a module: whoever reads the municipality's needs.

    Everybody else reads the field of action alone, and of needs in signed assessments alone.
    """
    return not {Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_prepare(roles: Collection[str]) -> bool:
    """Take modules into a learning platform, add to them, plan sessions: coordinators; the project team looks in."""
    return not {Role.COORDINATOR, PROJECT_STAFF}.isdisjoint(roles)
