"""Storing the files of a module, and removing one that nothing uses.

The file is there before the row that names it, and goes after the row has gone: a row never names a file that is not
there.
"""

import time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core.keys import uuid7
from apps.files.storage import upload_storage
from apps.training.actions.lifecycle import NotPossible, locked_module
from apps.training.files_checks import CheckedFile
from apps.training.models import ModuleFile, Unit

_ROOT = "modules"
#: No transaction stays open for so long: whatever is younger may yet get its row.
SWEEP_AFTER_SECONDS = 24 * 60 * 60


@transaction.atomic
def store_file(*, actor: Any, module_id: UUID, checked: CheckedFile, for_trainers: bool) -> ModuleFile:
    """Store a checked upload of a module; the same content for the same people is stored once.

    Raises Module.DoesNotExist.
    """
    module = locked_module(module_id)
    same = ModuleFile.objects.filter(
        module=module, sha256=checked.sha256, kind=checked.kind, for_trainers=for_trainers
    ).first()
    if same is not None:
        return same
    key = uuid7()
    name = f"{_ROOT}/{module.pk}/{key}"
    upload_storage().save(name, checked.content)
    row = ModuleFile(
        pk=key,
        module=module,
        kind=checked.kind,
        for_trainers=for_trainers,
        name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        file=name,
        uploaded_by=actor,
    )
    row.save(force_insert=True)
    record(actor=actor, verb="module.file_stored", target=row, data={"kind": str(checked.kind), "size": checked.size})
    return row


@transaction.atomic
def remove_file(*, actor: Any, file_id: UUID) -> None:
    """Remove a file that no text of the module names, earlier ones included: the row now, the file once that is sure.

    Nothing to do where it has gone. Raises NotPossible where a unit uses it.
    """
    found = ModuleFile.objects.filter(pk=file_id).first()
    if found is None:
        return
    locked_module(found.module_id)
    if used_by(found):
        raise NotPossible(_("A unit uses this file, in this text or an earlier one."))
    record(actor=actor, verb="module.file_removed", target=found, data={"kind": found.kind})
    name = str(found.file.name)
    found.delete()
    transaction.on_commit(lambda: upload_storage().delete(name))


def used_by(file: ModuleFile) -> bool:
    """Whether a unit of any text of the module names the file."""
    names = Q(content__file=str(file.pk)) | Q(content__captions=str(file.pk))
    return Unit.objects.filter(names, edition__version__module=file.module_id).exists()


def sweep() -> int:
    """Remove files older than a day that no row names: left by what was rolled back. Returns how many."""
    storage = upload_storage()
    if not storage.exists(_ROOT):
        return 0
    before = time.time() - SWEEP_AFTER_SECONDS
    names = [f"{_ROOT}/{folder}/{name}" for folder in storage.listdir(_ROOT)[0] for name in _names(f"{_ROOT}/{folder}")]
    old = [name for name in names if storage.get_modified_time(name).timestamp() < before]
    named = set(ModuleFile.objects.filter(file__in=old).values_list("file", flat=True))
    left_behind = [name for name in old if name not in named]
    for name in left_behind:
        storage.delete(name)
    return len(left_behind)


def _names(folder: str) -> list[str]:
    return list(upload_storage().listdir(folder)[1])
