"""Requesting, making and handing out a report."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.actions import record
from apps.core import report_declaration
from apps.core import scope as scopes
from apps.core.report_declaration import BuiltReport, ReportError
from apps.core.scope import Scope
from apps.core.tasks import enqueue, enqueue_in
from apps.reports import storage
from apps.reports.models import MAX_ATTEMPTS, ReportJob

State = ReportJob.State

HEARTBEAT_SECONDS = 1.0


class ClaimLost(Exception):
    """The job was taken from this worker while it worked: somebody else makes the report, or has made it."""


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
        enqueue("reports.build_report", job_id=str(stored.pk))
    return stored


@dataclass
class _Claim:
    """A worker's right to one job, for as long as no other attempt has begun."""

    scope: Scope
    job: ReportJob
    _said_at: float = field(default=0.0)

    @property
    def municipality_id(self) -> UUID:
        assert self.job.municipality_id is not None  # NOT NULL in the database
        return self.job.municipality_id

    def rows(self) -> models.QuerySet[ReportJob]:
        return ReportJob.objects.filter(pk=self.job.pk, state=State.RUNNING, attempts=self.job.attempts)

    def progress(self, percent: int) -> None:
        """Tell the row how far the work is, at most once in HEARTBEAT_SECONDS; raises ClaimLost."""
        if time.monotonic() - self._said_at < HEARTBEAT_SECONDS:
            return
        now = timezone.now()
        with scopes.enter(self.scope):
            alive = self.rows().update(progress=max(0, min(99, percent)), heartbeat_at=now, updated_at=now)
        if not alive:
            raise ClaimLost
        self._said_at = time.monotonic()


def build_report(*, scope: Scope, job_id: str) -> bool:
    """Make the report of a waiting job; True where this call finished it.

    A job that is done, failed, or in the hands of a living worker is left alone, so the broker may deliver a task as
    often as it likes. No transaction is open while the report is rendered. An error that was not foreseen gives the
    job back for the next attempt and is raised.
    """
    job = _claim(scope, job_id)
    if job is None:
        return False
    claim = _Claim(scope, job)
    settled = False
    try:
        with translation.override(job.language):
            built = _make(claim)
        settled = True
        return _finish(claim, built)
    except ClaimLost:
        settled = True
        return False
    except ReportError as error:
        settled = True
        _fail(claim, str(error))
        return False
    finally:
        if not settled:
            _give_back(claim)


def _claim(scope: Scope, job_id: str) -> ReportJob | None:
    now = timezone.now()
    with scopes.enter(scope):
        claimed = ReportJob.objects.filter(pk=job_id, state=State.QUEUED, attempts__lt=MAX_ATTEMPTS).update(
            state=State.RUNNING,
            attempts=F("attempts") + 1,
            progress=0,
            claimed_at=now,
            heartbeat_at=now,
            updated_at=now,
        )
        return ReportJob.objects.get(pk=job_id) if claimed else None


def _make(claim: _Claim) -> BuiltReport:
    definition = report_declaration.get(claim.job.kind)
    with scopes.enter(claim.scope, read_only=True):
        data = definition.read(claim.job.subject_id)
    claim.progress(5)
    return definition.render(data, claim.progress)


def _finish(claim: _Claim, built: BuiltReport) -> bool:
    """Store the file, then write the row if the claim still holds; what the row does not name is removed."""
    job = claim.job
    name = storage.file_name(claim.municipality_id, job.pk, job.attempts)
    storage.store(name, built.content)
    now = timezone.now()
    with scopes.enter(claim.scope):
        finished = claim.rows().update(
            state=State.DONE,
            progress=100,
            heartbeat_at=now,
            finished_at=now,
            file=name,
            sha256=hashlib.sha256(built.content).hexdigest(),
            pages=built.pages,
            size=len(built.content),
            updated_at=now,
        )
        if finished:
            record(actor=None, verb="report.finished", target=job, data={"attempt": job.attempts, "pages": built.pages})
    if not finished:
        storage.discard(name)
        return False
    storage.discard_attempts(claim.municipality_id, job.pk, keep=name)
    return True


def _fail(claim: _Claim, sentence: str) -> None:
    now = timezone.now()
    with scopes.enter(claim.scope):
        failed = claim.rows().update(
            state=State.FAILED, finished_at=now, error=sentence[:300], heartbeat_at=now, updated_at=now
        )
        if failed:
            record(actor=None, verb="report.failed", target=claim.job, data={"attempt": claim.job.attempts})


def _give_back(claim: _Claim) -> None:
    """After an error nobody foresaw: the sweeper sends the job again, until its attempts are used up."""
    if claim.job.attempts >= MAX_ATTEMPTS:
        with translation.override(claim.job.language):
            _fail(claim, _gave_up())
        return
    now = timezone.now()
    with scopes.enter(claim.scope):
        claim.rows().update(state=State.QUEUED, progress=0, heartbeat_at=now, updated_at=now)


def _gave_up() -> str:
    return _("The report could not be made after several attempts. The project team has a record of what went wrong.")


def sweep(*, scope: Scope) -> int:
    """Send again what nobody works on: the broker forgot it, or its worker died. Returns how many jobs were sent.

    A job without a sign of life for REPORT_STALE_SECONDS goes back to the queue; one that has used up its attempts
    has failed. `scope` is the programme's.
    """
    now = timezone.now()
    stale = now - timedelta(seconds=settings.REPORT_STALE_SECONDS)
    with scopes.enter(scope):
        silent = list(
            ReportJob.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state__in=ReportJob.OPEN, heartbeat_at__lt=stale)
            .order_by("heartbeat_at")[:500]
        )
        spent = [job for job in silent if job.attempts >= MAX_ATTEMPTS]
        again = [job for job in silent if job.attempts < MAX_ATTEMPTS]
        ReportJob.objects.filter(pk__in=[job.pk for job in again]).update(
            state=State.QUEUED, progress=0, heartbeat_at=now, updated_at=now
        )
        for job in spent:
            with translation.override(job.language):
                ReportJob.objects.filter(pk=job.pk).update(
                    state=State.FAILED, finished_at=now, heartbeat_at=now, error=_gave_up(), updated_at=now
                )
            record(
                actor=None,
                verb="report.failed",
                target=job,
                municipality=job.municipality,
                data={"attempt": job.attempts},
            )
        for job in again:
            enqueue_in(scopes.municipality(job.municipality_id), "reports.build_report", job_id=str(job.pk))
    for job in spent:
        storage.discard_attempts(job.municipality_id, job.pk)
    return len(again)


def record_download(*, actor: User, job: ReportJob) -> None:
    """Record that somebody took a copy out of the house."""
    record(actor=actor, verb="report.downloaded", target=job, data={"sha256": job.sha256})
