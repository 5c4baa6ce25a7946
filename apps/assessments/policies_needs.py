"""Who may say how urgent a need is."""

from collections.abc import Collection

from apps.municipalities.models import Role


def may_prioritise(roles: Collection[str]) -> bool:
    """Set the priority of a need: the coordination, and leadership."""
    return not {Role.COORDINATOR, Role.SIGNATORY}.isdisjoint(roles)
