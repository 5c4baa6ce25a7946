"""Who may do what with questionnaires: the workshop is the project team's."""

from typing import Any


def may_manage_instruments(user: Any) -> bool:
    """Importing, publishing, retiring and discarding versions."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)
