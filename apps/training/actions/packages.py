"""Ordering and making packages of modules: long work, done by a worker, never twice and never lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core import scope as scopes
from apps.core.report_declaration import BuiltReport, Progress, ReportError
from apps.core.scope import Scope
from apps.core.storage import DurableStorage
from apps.core.tasks import enqueue_in
from apps.reports.jobs import JobEngine
from apps.training import queries_packages as queries
from apps.training.models import Package
from apps.training.packages.build import build
from apps.training.packages.source import Source

Builder = Callable[[Source, str, Progress], BuiltReport]
TASK = "training.make_package"
FOLDER = "training/packages"


class NotPossible(Exception):
    """A package cannot be ordered; the message says why."""


@transaction.atomic
def order_package(*, actor: Any, module_id: UUID, kind: str, language: str, with_overlay: bool) -> Package:
    """Have a package made of the text that is offered now; one that is being made is returned as it is.

    Raises NotPossible where the module is not offered, has no such language, or is one that is never packed.
    """
    module = queries.packable_modules().filter(pk=module_id).first()
    if module is None or module.offered is None:
        raise NotPossible(_("There are no packages of this module."))
    if language not in queries.languages(module.offered):
        raise NotPossible(_("The module is not complete in this language."))
    wanted = {
        "edition": module.offered,
        "kind": Package.Kind(kind),
        "language": language,
        "with_overlay": with_overlay and queries.additions_changed_at(module) is not None,
    }
    made = Package(requested_by=actor, heartbeat_at=timezone.now(), **wanted)
    Package.objects.bulk_create([made], ignore_conflicts=True)
    # Without this row another order of the same package came first: the database lets one be open at a time.
    stored: Package = Package.objects.get(state__in=Package.OPEN, **wanted)
    if stored.pk != made.pk:
        return stored
    record(
        actor=actor,
        verb="package.ordered",
        target=made,
        data={"module": module.key, "kind": kind, "language": language},
    )
    _send(made)
    return made


def _send(package: Package) -> None:
    enqueue_in(scopes.municipality(_municipality_id(package)), TASK, package_id=str(package.pk))


def _municipality_id(package: Package) -> UUID:
    assert package.municipality_id is not None  # NOT NULL in the database
    return package.municipality_id


def file_name(package: Package) -> str:
    """Name by ids; each attempt writes a file of its own, so that two workers never write the same one."""
    ending = "pdf" if package.kind == Package.Kind.PRINT else "zip"
    return f"{FOLDER}/{_municipality_id(package)}/{package.pk}-{package.attempts}.{ending}"


@dataclass(frozen=True)
class _Packages(JobEngine[Package]):
    by: Builder = build

    def rows(self) -> models.QuerySet[Package]:
        return Package.objects.all()

    def make(self, scope: Scope, job: Package, progress: Progress) -> BuiltReport:
        with scopes.enter(scope, read_only=True):
            source = queries.source(job.edition_id, job.language, with_overlay=job.with_overlay)
        progress(5)
        try:
            return self.by(source, job.kind, progress)
        except FileNotFoundError:
            raise ReportError(_("A file of the module is missing. Please tell the project team.")) from None

    def send(self, job: Package) -> None:
        _send(job)

    def file_name(self, job: Package) -> str:
        return file_name(job)

    def discard_files(self, job: Package, *, keep: str = "") -> None:
        storage = DurableStorage()
        folder = f"{FOLDER}/{_municipality_id(job)}"
        if not storage.exists(folder):
            return
        for name in storage.listdir(folder)[1]:
            if name.startswith(f"{job.pk}-") and f"{folder}/{name}" != keep:
                storage.delete(f"{folder}/{name}")

    def language(self, job: Package) -> str:
        return job.language

    def gave_up(self) -> str:
        return _(
            "The package could not be made after several attempts. The project team has a record of what went wrong."
        )


def make_package(*, scope: Scope, package_id: str, by: Builder = build) -> bool:
    """Make a waiting package; True where this call finished it. `by` builds it. As JobEngine.build."""
    return _Packages(by=by).build(scope=scope, job_id=package_id)


def sweep_packages(*, scope: Scope) -> int:
    """Send again the packages that nobody works on; returns how many. As JobEngine.sweep."""
    return _Packages().sweep(scope=scope)


def record_download(*, actor: Any, package: Package) -> None:
    """Record that somebody took a copy out of the house."""
    record(actor=actor, verb="package.downloaded", target=package, data={"sha256": package.sha256})
