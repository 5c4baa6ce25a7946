"""Where report files lie, and under which names."""

from uuid import UUID

from django.core.files.base import ContentFile

from apps.core.storage import DurableStorage


def report_storage() -> DurableStorage:
    """The storage of ReportJob.file; a callable, so that migrations name no place."""
    return DurableStorage()


def folder_of(municipality_id: UUID) -> str:
    """Folder of a municipality's reports."""
    return f"reports/{municipality_id}"


def attempt_name(folder: str, job_id: UUID, attempt: int) -> str:
    """Name by ids; each attempt writes a file of its own, so that two workers never write the same one."""
    return f"{folder}/{job_id}-{attempt}.pdf"


def store(name: str, content: bytes) -> None:
    """Write the file, durably."""
    DurableStorage()._save(name, ContentFile(content))


def discard(name: str) -> None:
    """Remove a file that no row names."""
    DurableStorage().delete(name)


def discard_attempts(folder: str, job_id: UUID, *, keep: str = "") -> None:
    """Remove what attempts at a job left behind, but `keep`: a worker can die between the file and the row."""
    storage = DurableStorage()
    if not storage.exists(folder):
        return
    for name in storage.listdir(folder)[1]:
        if name.startswith(f"{job_id}-") and f"{folder}/{name}" != keep:
            storage.delete(f"{folder}/{name}")
