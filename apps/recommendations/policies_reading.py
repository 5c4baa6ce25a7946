"""Who may read which text."""

from collections.abc import Collection, Iterable

from apps.accounts.models import ProgrammeRole
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_read_in_workshop(roles: Collection[str], programme_roles: Iterable[ProgrammeRole]) -> bool:
    """Every text, drafts too: benches, panel and project team write and judge them together."""
    return PROJECT_STAFF in roles or any(True for _role in programme_roles)


def may_read_for_municipality(roles: Collection[str]) -> bool:
    """What was shared with municipalities: everybody there who decides or contributes, and the project team."""
    return not {Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def named_in_public(roles: Iterable[ProgrammeRole]) -> list[str]:
    """How the public reads who wrote it: names by their own choice, otherwise functions; each once."""
    return sorted({role.public_name for role in roles})
