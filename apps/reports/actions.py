"""Requesting, making and handing out a report."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.actions import record
from apps.core import report_declaration
from apps.core import scope as scopes
from apps.core.report_declaration import BuiltReport, Progress
from apps.core.scope import Scope
from apps.core.tasks import enqueue, enqueue_in
from apps.reports import storage
from apps.reports.jobs import JobEngine
from apps.reports.models import ReportJob

TASK = "reports.build_report"


def request_report(*, actor: User, kind: str, subject: models.Model, key: UUID) -> ReportJob:
    """Order a report about `subject` in the language of the moment; the same `key` gives the same job again.

    Raises UnknownReport for a kind nobody declares, SuspiciousOperation where the key was used for something else.
    """
    definition = report_declaration.get(kind)
    with transaction.atomic():
        job = ReportJob(
            kind=kind,
            subject_id=subject.pk,
            subject_label=str(subject)[:200],
            language=translation.get_language() or settings.LANGUAGE_CODE,
            request_key=key,
            requested_by=actor,
            heartbeat_at=timezone.now(),
            filename=definition.filename(subject)[:120],
        )
        ReportJob.objects.bulk_create([job], ignore_conflicts=True)
        stored: ReportJob = ReportJob.objects.get(request_key=key)
        if stored.pk != job.pk:
            if (stored.kind, stored.subject_id) != (kind, subject.pk):
                raise SuspiciousOperation("The key of a report was used for another one.")
            return stored
        record(actor=actor, verb="report.requested", target=stored, data={"kind": kind, "subject": str(subject.pk)})
        enqueue(TASK, job_id=str(stored.pk))
    return stored


class _Reports(JobEngine[ReportJob]):
    def rows(self) -> models.QuerySet[ReportJob]:
        return ReportJob.objects.all()

    def make(self, scope: Scope, job: ReportJob, progress: Progress) -> BuiltReport:
        definition = report_declaration.get(job.kind)
        with scopes.enter(scope, read_only=True):
            data = definition.read(job.subject_id)
        progress(5)
        return definition.render(data, progress)

    def send(self, job: ReportJob) -> None:
        enqueue_in(scopes.municipality(_municipality_id(job)), TASK, job_id=str(job.pk))

    def file_name(self, job: ReportJob) -> str:
        return storage.attempt_name(_folder(job), job.pk, job.attempts)

    def discard_files(self, job: ReportJob, *, keep: str = "") -> None:
        storage.discard_attempts(_folder(job), job.pk, keep=keep)

    def language(self, job: ReportJob) -> str:
        return job.language

    def gave_up(self) -> str:
        return _(
            "The report could not be made after several attempts. The project team has a record of what went wrong."
        )

    def claimed(self, now: datetime) -> dict[str, Any]:
        return {"claimed_at": now}

    def finished(self, job: ReportJob, built: BuiltReport) -> None:
        record(actor=None, verb="report.finished", target=job, data={"attempt": job.attempts, "pages": built.pages})

    def failed(self, job: ReportJob) -> None:
        # The sweeper's scope, the programme's, does not say whose it is.
        data = {"attempt": job.attempts}
        record(actor=None, verb="report.failed", target=job, municipality=job.municipality, data=data)


def _municipality_id(job: ReportJob) -> UUID:
    assert job.municipality_id is not None  # NOT NULL in the database
    return job.municipality_id


def _folder(job: ReportJob) -> str:
    return storage.folder_of(_municipality_id(job))


def build_report(*, scope: Scope, job_id: str) -> bool:
    """Make the report of a waiting job; True where this call finished it. As JobEngine.build."""
    return _Reports().build(scope=scope, job_id=job_id)


def sweep(*, scope: Scope) -> int:
    """Send again the reports that nobody works on; returns how many. As JobEngine.sweep."""
    return _Reports().sweep(scope=scope)


def record_download(*, actor: User, job: ReportJob) -> None:
    """Record that somebody took a copy out of the house."""
    record(actor=actor, verb="report.downloaded", target=job, data={"sha256": job.sha256})
