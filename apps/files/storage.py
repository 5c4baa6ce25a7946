"""Where uploads lie, and under which names: made of ids, never of what somebody typed."""

from uuid import UUID

from apps.core.storage import DurableStorage

_ROOT = "uploads"


def upload_storage() -> DurableStorage:
    """The storage of StoredFile.file; a callable, so that migrations name no place."""
    return DurableStorage()


def file_name(municipality_id: UUID, key: UUID) -> str:
    """Name of an upload in the storage."""
    return f"{_ROOT}/{municipality_id}/{key}"


def municipalities() -> list[UUID]:
    """Whose uploads there are."""
    storage = upload_storage()
    return sorted(UUID(name) for name in storage.listdir(_ROOT)[0]) if storage.exists(_ROOT) else []


def files_before(municipality_id: UUID, moment: float) -> list[str]:
    """Names of a municipality's files, unfinished ones included, last written before `moment` (seconds since 1970)."""
    storage = upload_storage()
    folder = f"{_ROOT}/{municipality_id}"
    names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]] if storage.exists(folder) else []
    return sorted(name for name in names if storage.get_modified_time(name).timestamp() < moment)
