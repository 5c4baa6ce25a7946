"""Where the printed questionnaires lie, and under which names."""

from uuid import UUID

from apps.reports import storage

FOLDER = "instruments/paper"


def file_name(copy_id: UUID, attempt: int) -> str:
    """Of one attempt at a copy."""
    return storage.attempt_name(FOLDER, copy_id, attempt)


def discard_all(copy_id: UUID, *, keep: str = "") -> None:
    """Remove the files of a copy but `keep`."""
    storage.discard_attempts(FOLDER, copy_id, keep=keep)
