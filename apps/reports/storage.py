"""Where report files lie: under MEDIA_ROOT, which no URL serves, readable by the application's account alone."""

import os
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage


class ReportStorage(FileSystemStorage):
    """Writes a file whole or not at all: a crash leaves a temporary file, never half a report under its name."""

    def __init__(self) -> None:
        super().__init__(directory_permissions_mode=0o700)

    def _save(self, name: str, content: File[bytes]) -> str:
        target = self.path(name)
        folder = os.path.dirname(target)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        draft = f"{target}.part"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            for chunk in content.chunks():
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, target)
        _sync_directory(folder)
        return name


def report_storage() -> ReportStorage:
    """The storage of ReportJob.file; a callable, so that migrations name no place."""
    return ReportStorage()


def _sync_directory(folder: str) -> None:
    """Make the renaming itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def folder_of(municipality_id: UUID) -> str:
    """Folder of a municipality's reports."""
    return f"reports/{municipality_id}"


def file_name(municipality_id: UUID, job_id: UUID, attempt: int) -> str:
    """Name by ids; each attempt writes a file of its own, so that two workers never write the same one."""
    return f"{folder_of(municipality_id)}/{job_id}-{attempt}.pdf"


def store(name: str, content: bytes) -> None:
    """Write the file, durably."""
    ReportStorage()._save(name, ContentFile(content))


def discard(name: str) -> None:
    """Remove a file that no row names."""
    ReportStorage().delete(name)


def discard_attempts(municipality_id: UUID, job_id: UUID, *, keep: str = "") -> None:
    """Remove what other attempts at the same job left behind: a worker can die between the file and the row."""
    storage = ReportStorage()
    folder = folder_of(municipality_id)
    if not storage.exists(folder):
        return
    for name in storage.listdir(folder)[1]:
        if name.startswith(f"{job_id}-") and f"{folder}/{name}" != keep:
            storage.delete(f"{folder}/{name}")
