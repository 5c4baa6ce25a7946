"""Where the printed questionnaires lie, and under which names."""

from uuid import UUID

from apps.core.storage import DurableStorage

FOLDER = "instruments/paper"


def file_name(copy_id: UUID, attempt: int) -> str:
    """Name by ids; each attempt writes a file of its own, so that two workers never write the same one."""
    return f"{FOLDER}/{copy_id}-{attempt}.pdf"


def discard_all(copy_id: UUID, *, keep: str = "") -> None:
    """Remove the files of a copy but `keep`: a worker can die between the file and the row."""
    storage = DurableStorage()
    if not storage.exists(FOLDER):
        return
    for name in storage.listdir(FOLDER)[1]:
        if name.startswith(f"{copy_id}-") and f"{FOLDER}/{name}" != keep:
            storage.delete(f"{FOLDER}/{name}")
