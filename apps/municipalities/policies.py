"""Who may do what in a municipality. `roles` is what the middleware loaded: roles of memberships, or project staff."""

from collections.abc import Collection

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_manage_people(roles: Collection[str]) -> bool:
    """See members, invite, withdraw invitations, end memberships, keep the departments."""
    return not {Role.COORDINATOR, PROJECT_STAFF}.isdisjoint(roles)


def may_configure_single_sign_on(roles: Collection[str]) -> bool:
    """Connect the municipality's identity provider: the project team, after it has checked whose it is."""
    return PROJECT_STAFF in roles


def may_invite_coordinators(user: object) -> bool:
    """Invite the first coordinator, from the programme's pages."""
    return bool(getattr(user, "is_project_staff", False))
