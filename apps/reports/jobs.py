"""The engine of long work that ends in a file: claimed by a worker, never done twice and never lost.

The row is the truth; the broker only wakes workers. A worker claims a waiting row by a conditional UPDATE, which counts
its attempts; whoever writes names the attempt that is his, so a worker that was given up for dead writes into nothing.
What shows no sign of life is sent again by the sweeper, until its attempts are used up.
"""

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone, translation

from apps.core import scope as scopes
from apps.core.report_declaration import BuiltReport, Progress, ReportError
from apps.core.scope import Scope
from apps.reports import storage
from apps.reports.models import MAX_ATTEMPTS, ReportJob

State = ReportJob.State
Job = TypeVar("Job", bound=models.Model)

HEARTBEAT_SECONDS = 1.0
SWEPT_AT_ONCE = 500


class ClaimLost(Exception):
    """The job was taken from this worker while it worked: somebody else makes the file, or has made it."""


@dataclass
class _Claim:
    """A worker's right to one job, for as long as no other attempt has begun."""

    scope: Scope
    all_rows: Callable[[], models.QuerySet[Any]]
    job: Any
    _said_at: float = field(default=0.0)

    def rows(self) -> models.QuerySet[Any]:
        return self.all_rows().filter(pk=self.job.pk, state=State.RUNNING, attempts=self.job.attempts)

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


class JobEngine(ABC, Generic[Job]):
    """Makes the files that the rows of one table ask for.

    The table has the columns of ReportJob from `state` to `error`, with their meaning (`claimed_at` and `filename` may
    be missing). A subclass says what is particular to it.
    """

    @abstractmethod
    def rows(self) -> models.QuerySet[Job]:
        """The jobs of the scope, with what making them needs."""

    @abstractmethod
    def make(self, scope: Scope, job: Job, progress: Progress) -> BuiltReport:
        """The file. No transaction is open: what it reads, it reads in `scope` entered for as short as it needs.

        Raises ReportError where trying again would not help; its sentence is shown.
        """

    @abstractmethod
    def send(self, job: Job) -> None:
        """Have a worker wake for this job, in its scope, once the transaction has committed."""

    @abstractmethod
    def file_name(self, job: Job) -> str:
        """Where this attempt's file lies: each attempt has a file of its own."""

    @abstractmethod
    def discard_files(self, job: Job, *, keep: str = "") -> None:
        """Remove what attempts have left, but `keep`: a worker can die between the file and the row."""

    @abstractmethod
    def language(self, job: Job) -> str:
        """In which language the words around the content, and the sentence of a failure, are."""

    @abstractmethod
    def gave_up(self) -> str:
        """The sentence for whoever waits when all attempts are used up, in the language of the moment."""

    def claimed(self, now: datetime) -> dict[str, Any]:
        """Further columns to be written when a job is claimed."""
        return {}

    def finished(self, job: Job, built: BuiltReport) -> None:
        """In the transaction that finishes the job."""

    def failed(self, job: Job) -> None:
        """In the transaction that fails the job."""

    def build(self, *, scope: Scope, job_id: str) -> bool:
        """Make the file of a waiting job; True where this call finished it.

        A job that is done, failed, or in the hands of a living worker is left alone, so the broker may deliver a task
        as often as it likes. An error that was not foreseen gives the job back for the next attempt and is raised.
        """
        claim = self._claim(scope, job_id)
        if claim is None:
            return False
        settled = False
        try:
            with translation.override(self.language(claim.job)):
                built = self.make(scope, claim.job, claim.progress)
            settled = True
            return self._finish(claim, built)
        except ClaimLost:
            settled = True
            return False
        except ReportError as error:
            settled = True
            self._fail(claim, str(error))
            return False
        finally:
            if not settled:
                self._give_back(claim)

    def _claim(self, scope: Scope, job_id: str) -> _Claim | None:
        now = timezone.now()
        with scopes.enter(scope):
            waiting = self.rows().filter(pk=job_id, state=State.QUEUED, attempts__lt=MAX_ATTEMPTS)
            claimed = waiting.update(
                state=State.RUNNING,
                attempts=F("attempts") + 1,
                progress=0,
                heartbeat_at=now,
                updated_at=now,
                **self.claimed(now),
            )
            return _Claim(scope, self.rows, self.rows().get(pk=job_id)) if claimed else None

    def _finish(self, claim: _Claim, built: BuiltReport) -> bool:
        """Store the file, then write the row if the claim still holds; what the row does not name is removed."""
        name = self.file_name(claim.job)
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
                self.finished(claim.job, built)
        if not finished:
            storage.discard(name)
            return False
        self.discard_files(claim.job, keep=name)
        return True

    def _fail(self, claim: _Claim, sentence: str) -> None:
        with scopes.enter(claim.scope):
            if claim.rows().update(**_failure(sentence)):
                self.failed(claim.job)

    def _give_back(self, claim: _Claim) -> None:
        """After an error nobody foresaw: the sweeper sends the job again, until its attempts are used up."""
        if claim.job.attempts >= MAX_ATTEMPTS:
            with translation.override(self.language(claim.job)):
                self._fail(claim, self.gave_up())
            return
        with scopes.enter(claim.scope):
            claim.rows().update(**_waiting_again())

    def sweep(self, *, scope: Scope) -> int:
        """Send again what nobody works on: the broker forgot it, or its worker died. Returns how many jobs were sent.

        A job without a sign of life for REPORT_STALE_SECONDS goes back to the queue; one that has used up its attempts
        has failed. `scope` is the programme's.
        """
        stale = timezone.now() - timedelta(seconds=settings.REPORT_STALE_SECONDS)
        with scopes.enter(scope):
            silent: list[Any] = list(
                self.rows()
                .select_for_update(skip_locked=True, of=("self",))
                .filter(state__in=ReportJob.OPEN, heartbeat_at__lt=stale)
                .order_by("heartbeat_at")[:SWEPT_AT_ONCE]
            )
            spent = [job for job in silent if job.attempts >= MAX_ATTEMPTS]
            again = [job for job in silent if job.attempts < MAX_ATTEMPTS]
            self.rows().filter(pk__in=[job.pk for job in again]).update(**_waiting_again())
            for job in spent:
                with translation.override(self.language(job)):
                    self.rows().filter(pk=job.pk).update(**_failure(self.gave_up()))
                self.failed(job)
            for job in again:
                self.send(job)
        for job in spent:
            self.discard_files(job)
        return len(again)


def _waiting_again() -> dict[str, Any]:
    now = timezone.now()
    return {"state": State.QUEUED, "progress": 0, "heartbeat_at": now, "updated_at": now}


def _failure(sentence: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        "state": State.FAILED,
        "error": sentence[:300],
        "finished_at": now,
        "heartbeat_at": now,
        "updated_at": now,
    }
