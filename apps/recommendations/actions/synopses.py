"""Ordering and making the synopsis of a round as a PDF: long work, done by a worker, never twice and never lost."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core import scope as scopes
from apps.core.report_declaration import BuiltReport, Progress
from apps.core.scope import Scope
from apps.core.tasks import enqueue_in
from apps.recommendations import synopsis
from apps.recommendations.models import Round, SynopsisCopy
from apps.recommendations.synopsis import Synopsis
from apps.reports import storage
from apps.reports.jobs import JobEngine
from apps.reports.pdf import render_pdf

Typesetter = Callable[[Synopsis, Progress], BuiltReport]
TASK = "recommendations.make_synopsis"
TEMPLATE = "recommendations/rounds/pdf/synopsis.html"
FOLDER = "recommendations/synopses"


@transaction.atomic
def order_synopsis(*, actor: Any, round_id: UUID, language: str) -> SynopsisCopy:
    """Have the synopsis typeset as things stand; one that is being made is returned as it is.

    Raises Round.DoesNotExist.
    """
    about = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    waiting = about.synopses.filter(language=language, state__in=SynopsisCopy.OPEN).first()
    if waiting is not None:
        return waiting
    copy = SynopsisCopy(round=about, language=language, requested_by=actor, heartbeat_at=timezone.now())
    copy.save(force_insert=True)
    record(actor=actor, verb="round.synopsis_ordered", target=about, data={"language": language})
    _send(copy)
    return copy


@transaction.atomic
def record_download(*, actor: Any, about: Round, kind: str) -> None:
    """Keep on record that somebody took the comments of a round away. kind: xlsx or pdf."""
    record(actor=actor, verb="round.downloaded", target=about, data={"kind": kind})


def typeset(read: Synopsis, progress: Progress) -> BuiltReport:
    """The synopsis as a PDF, in the language of the moment."""
    values = {column.name: getattr(read, column.name) for column in fields(read)}
    return render_pdf(TEMPLATE, values, made_at=timezone.now(), progress=progress)


def _send(copy: SynopsisCopy) -> None:
    # A round belongs to no municipality: whoever orders from the workshop is in no scope.
    enqueue_in(scopes.programme(), TASK, copy_id=str(copy.pk))


def file_name(copy_id: UUID, attempt: int) -> str:
    """Of one attempt at a copy."""
    return storage.attempt_name(FOLDER, copy_id, attempt)


@dataclass(frozen=True)
class _Synopses(JobEngine[SynopsisCopy]):
    by: Typesetter = typeset

    def rows(self) -> models.QuerySet[SynopsisCopy]:
        return SynopsisCopy.objects.select_related("round__version__recommendation", "round__edition")

    def make(self, scope: Scope, job: SynopsisCopy, progress: Progress) -> BuiltReport:
        with scopes.enter(scope, read_only=True):
            read = synopsis.read(job.round)
        return self.by(read, progress)

    def send(self, job: SynopsisCopy) -> None:
        _send(job)

    def file_name(self, job: SynopsisCopy) -> str:
        return file_name(job.pk, job.attempts)

    def discard_files(self, job: SynopsisCopy, *, keep: str = "") -> None:
        storage.discard_attempts(FOLDER, job.pk, keep=keep)

    def language(self, job: SynopsisCopy) -> str:
        return job.language

    def gave_up(self) -> str:
        return _("The PDF could not be made after several attempts. The project team has a record of what went wrong.")


def make_synopsis(*, scope: Scope, copy_id: str, by: Typesetter = typeset) -> bool:
    """Make a waiting copy; True where this call finished it. `by` makes the PDF. As JobEngine.build."""
    return _Synopses(by=by).build(scope=scope, job_id=copy_id)


def sweep_synopses(*, scope: Scope) -> int:
    """Send again the copies that nobody works on; returns how many. As JobEngine.sweep."""
    return _Synopses().sweep(scope=scope)
