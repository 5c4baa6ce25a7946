"""Who may write a module, read its draft, see what is for trainers. Bool functions of what the views have loaded."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind
from apps.reviews.lifecycle import State
from apps.training.models import ModuleAuthor, ModuleVersion

#: While a version is here, the panel reads all of it.
WITH_PANEL = frozenset({State.PANEL_REVIEW, State.PANEL_FINAL})


def may_manage(user: Any) -> bool:
    """Create modules, name authors, take steps, share drafts: the project team."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)


def is_author(user: Any, authors: Iterable[ModuleAuthor]) -> bool:
    """Whether the person is among `authors` now."""
    return any(author.user_id == user.pk and author.left_at is None for author in authors)


def may_write(user: Any, authors: Iterable[ModuleAuthor]) -> bool:
    """Write in a module: its authors and the project team."""
    return may_manage(user) or is_author(user, authors)


def may_see_trainer_material(
    user: Any, roles: Iterable[ProgrammeRole], authors: Iterable[ModuleAuthor], version: ModuleVersion
) -> bool:
    """Material for trainers: trainers, authors, the project team; the panel while the version is before it.

    roles: those that the person has in the programme now.
    """
    kinds = {role.role for role in roles}
    if ProgrammeRoleKind.TRAINER in kinds or may_write(user, authors):
        return True
    return ProgrammeRoleKind.PANEL_MEMBER in kinds and version.state in WITH_PANEL
