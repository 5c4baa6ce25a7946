"""Storing and removing uploads.

The file is there before the row that names it, and goes after the row has gone: a row never names a file that is not
there. A file without a row, left by a transaction that was rolled back or a process that died, is removed by `sweep`.
"""

import time
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from apps.core import scope as scopes
from apps.core.keys import uuid7
from apps.core.scope import Scope
from apps.files import storage
from apps.files.checks import Checked
from apps.files.models import StoredFile

#: No transaction stays open for so long: whatever is younger may yet get its row.
SWEEP_AFTER_SECONDS = 24 * 60 * 60


def store_upload(*, actor: Any, uploaded: Checked) -> StoredFile:
    """Store a checked upload in the municipality of the scope. actor: the person, or None for a personal link."""
    municipality_id = scopes.require().municipality_id
    if municipality_id is None:
        raise scopes.ScopeError("An upload belongs to a municipality.")
    key = uuid7()
    name = storage.file_name(municipality_id, key)
    storage.upload_storage().save(name, ContentFile(uploaded.content))
    row = StoredFile(
        pk=key,
        name=uploaded.name,
        media_type=uploaded.kind.media_type,
        size=len(uploaded.content),
        sha256=uploaded.sha256,
        file=name,
        uploaded_by=actor if actor is not None and actor.is_authenticated else None,
    )
    row.save(force_insert=True)
    return row


def delete_file(*, stored: StoredFile) -> None:
    """Remove an upload: the row now, the file once that is certain. Raises ProtectedError while something names it."""
    name = str(stored.file.name)
    stored.delete()
    transaction.on_commit(lambda: storage.upload_storage().delete(name))


def sweep(*, scope: Scope) -> int:
    """Remove files older than a day that no row names; returns how many. Not within a transaction.

    scope: a municipality's, or the programme's for those of all municipalities, one after the other.
    """
    if scope.municipality_id is not None:
        return _sweep_municipality(scope.municipality_id)
    return sum(_sweep_municipality(municipality_id) for municipality_id in storage.municipalities())


def _sweep_municipality(municipality_id: UUID) -> int:
    old = storage.files_before(municipality_id, time.time() - SWEEP_AFTER_SECONDS)
    if not old:
        return 0
    with scopes.enter(scopes.municipality(municipality_id), read_only=True):
        named = set(StoredFile.objects.filter(file__in=old).values_list("file", flat=True))
    left_behind = [name for name in old if name not in named]
    for name in left_behind:
        storage.upload_storage().delete(name)
    return len(left_behind)
