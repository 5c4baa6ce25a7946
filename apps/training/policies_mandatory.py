"""Who says what must be taken, and who reads how far that is."""

from collections.abc import Collection

from apps.municipalities.models import Role
from apps.training.models import TrainingOpening


def may_decide(roles: Collection[str]) -> bool:
    """Coordination: make a training mandatory, and end that."""
    return Role.COORDINATOR in roles


def may_read(roles: Collection[str]) -> bool:
    """Coordination and leadership: the numbers."""
    return may_decide(roles) or Role.SIGNATORY in roles


def may_see_names(roles: Collection[str], opening: TrainingOpening | None) -> bool:
    """Coordination, where an agreement with the staff council that is stored allows it."""
    return may_decide(roles) and opening is not None and opening.is_open and opening.names_visible
