"""Ordering and making the printed questionnaire: long work, done by a worker, never twice and never lost."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core import scope as scopes
from apps.core.report_declaration import BuiltReport, Progress
from apps.core.scope import Scope
from apps.core.tasks import enqueue
from apps.instruments import pages, paper_files
from apps.instruments.logic import CompiledForm
from apps.instruments.models import InstrumentVersion, PaperCopy
from apps.instruments.queries import load_compiled
from apps.reports import storage
from apps.reports.models import MAX_ATTEMPTS
from apps.reports.pdf import render_pdf

State = PaperCopy.State
Typesetter = Callable[[PaperCopy, CompiledForm, Progress], BuiltReport]
TASK = "instruments.render_paper"
TEMPLATE = "instruments/pdf/paper.html"
HEARTBEAT_SECONDS = 1.0


class UnknownLanguage(ValueError):
    """The version is not written in this language."""


class ClaimLost(Exception):
    """The copy was taken from this worker while it worked: somebody else makes it, or has made it."""


def order_paper(*, actor: Any, version: InstrumentVersion, language: str) -> PaperCopy:
    """Have the version typeset in one of its languages; a copy that is there or being made is returned as it is.

    One that failed is tried again. Raises UnknownLanguage.
    """
    if language not in {known["code"] for known in version.languages}:
        raise UnknownLanguage(language)
    now = timezone.now()
    with transaction.atomic():
        PaperCopy.objects.bulk_create(
            [PaperCopy(version=version, language=language, heartbeat_at=now, attempts=0)], ignore_conflicts=True
        )
        copy = PaperCopy.objects.select_for_update(of=("self",)).get(version=version, language=language)
        if copy.state == State.FAILED:
            copy.state, copy.progress, copy.attempts, copy.error = State.QUEUED, 0, 0, ""
            copy.heartbeat_at, copy.finished_at = now, None
            copy.save(
                update_fields=["state", "progress", "attempts", "error", "heartbeat_at", "finished_at", "updated_at"]
            )
        if copy.state == State.QUEUED and copy.heartbeat_at == now:
            data = {"version": str(version), "language": language}
            record(actor=actor, verb="instrument.paper_ordered", target=version, data=data)
            enqueue(TASK, copy_id=str(copy.pk))
    return copy


@dataclass
class _Claim:
    """A worker's right to one copy, for as long as no other attempt has begun."""

    scope: Scope
    copy: PaperCopy
    _said_at: float = field(default=0.0)

    def rows(self) -> models.QuerySet[PaperCopy]:
        return PaperCopy.objects.filter(pk=self.copy.pk, state=State.RUNNING, attempts=self.copy.attempts)

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


def typeset(copy: PaperCopy, compiled: CompiledForm, progress: Progress) -> BuiltReport:
    """The copy as a PDF; `progress` is told how far it is."""
    with translation.override(_language_of_interface(copy.language)):
        context = pages.preview(copy.version, compiled, copy.language)
        return render_pdf(TEMPLATE, context, made_at=timezone.now(), progress=progress)


def render_paper(*, scope: Scope, copy_id: str, by: Typesetter = typeset) -> bool:
    """Make a waiting copy; True where this call finished it. `by` makes the PDF.

    One that is done, failed, or in the hands of a living worker is left alone, so the broker may deliver a task as
    often as it likes. No transaction is open while it is typeset. An error that was not foreseen gives the copy back
    for the next attempt and is raised.
    """
    copy = _claim(scope, copy_id)
    if copy is None:
        return False
    claim = _Claim(scope, copy)
    settled = False
    try:
        with scopes.enter(scope, read_only=True):
            compiled = load_compiled(copy.version)
        built = by(copy, compiled, claim.progress)
        settled = True
        return _finish(claim, built)
    except ClaimLost:
        settled = True
        return False
    finally:
        if not settled:
            _give_back(claim)


def _claim(scope: Scope, copy_id: str) -> PaperCopy | None:
    now = timezone.now()
    with scopes.enter(scope):
        waiting = PaperCopy.objects.filter(pk=copy_id, state=State.QUEUED, attempts__lt=MAX_ATTEMPTS)
        claimed = waiting.update(
            state=State.RUNNING, attempts=F("attempts") + 1, progress=0, heartbeat_at=now, updated_at=now
        )
        return PaperCopy.objects.select_related("version__instrument").get(pk=copy_id) if claimed else None


def _language_of_interface(language: str) -> str:
    """The language of the words around the questions: the questions' own, where the product speaks it."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _finish(claim: _Claim, built: BuiltReport) -> bool:
    """Store the file, then write the row if the claim still holds; what the row does not name is removed."""
    copy = claim.copy
    name = paper_files.file_name(copy.pk, copy.attempts)
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
    if not finished:
        storage.discard(name)
        return False
    paper_files.discard_all(copy.pk, keep=name)
    return True


def _give_back(claim: _Claim) -> None:
    """After an error nobody foresaw: the sweeper sends the copy again, until its attempts are used up."""
    now = timezone.now()
    with scopes.enter(claim.scope):
        if claim.copy.attempts < MAX_ATTEMPTS:
            claim.rows().update(state=State.QUEUED, progress=0, heartbeat_at=now, updated_at=now)
            return
        with translation.override(_language_of_interface(claim.copy.language)):
            claim.rows().update(state=State.FAILED, finished_at=now, heartbeat_at=now, error=_gave_up(), updated_at=now)


def _gave_up() -> str:
    return _("The PDF could not be made after several attempts. The project team has a record of what went wrong.")


def sweep_papers(*, scope: Scope) -> int:
    """Send again what nobody works on: the broker forgot it, or its worker died. Returns how many copies were sent.

    A copy without a sign of life for REPORT_STALE_SECONDS goes back to the queue; one that has used up its attempts
    has failed.
    """
    now = timezone.now()
    with scopes.enter(scope):
        silent = list(
            PaperCopy.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state__in=PaperCopy.OPEN, heartbeat_at__lt=now - timedelta(seconds=settings.REPORT_STALE_SECONDS))
            .order_by("heartbeat_at")[:100]
        )
        again = [copy for copy in silent if copy.attempts < MAX_ATTEMPTS]
        PaperCopy.objects.filter(pk__in=[copy.pk for copy in again]).update(
            state=State.QUEUED, progress=0, heartbeat_at=now, updated_at=now
        )
        spent = [copy for copy in silent if copy.attempts >= MAX_ATTEMPTS]
        for copy in spent:
            with translation.override(_language_of_interface(copy.language)):
                PaperCopy.objects.filter(pk=copy.pk).update(
                    state=State.FAILED, finished_at=now, heartbeat_at=now, error=_gave_up(), updated_at=now
                )
        for copy in again:
            enqueue(TASK, copy_id=str(copy.pk))
    for copy in spent:
        paper_files.discard_all(copy.pk)
    return len(again)
