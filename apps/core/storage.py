"""Where files lie that no URL serves: under MEDIA_ROOT, readable by the application's account alone."""

import os

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Writes a file whole or not at all: a crash leaves a temporary file, never half a file under its name."""

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


def _sync_directory(folder: str) -> None:
    """Make the renaming itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
