"""Where uploads lie, and under which names: made of ids, never of what somebody typed."""

from uuid import UUID

from apps.core.storage import DurableStorage


def upload_storage() -> DurableStorage:
    """The storage of StoredFile.file; a callable, so that migrations name no place."""
    return DurableStorage()


def file_name(municipality_id: UUID, key: UUID) -> str:
    """Name of an upload in the storage."""
    return f"uploads/{municipality_id}/{key}"
