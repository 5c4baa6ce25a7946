"""Ordering and making the printed questionnaire: long work, done by a worker, never twice and never lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
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
from apps.reports.jobs import JobEngine
from apps.reports.pdf import render_pdf

State = PaperCopy.State
Typesetter = Callable[[PaperCopy, CompiledForm, Progress], BuiltReport]
TASK = "instruments.render_paper"
TEMPLATE = "instruments/pdf/paper.html"


class UnknownLanguage(ValueError):
    """The version is not written in this language."""


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


def typeset(copy: PaperCopy, compiled: CompiledForm, progress: Progress) -> BuiltReport:
    """The copy as a PDF, the words around its questions in the language of the moment."""
    context = pages.preview(copy.version, compiled, copy.language)
    return render_pdf(TEMPLATE, context, made_at=timezone.now(), progress=progress)


@dataclass(frozen=True)
class _Papers(JobEngine[PaperCopy]):
    by: Typesetter = typeset

    def rows(self) -> models.QuerySet[PaperCopy]:
        return PaperCopy.objects.select_related("version__instrument")

    def make(self, scope: Scope, job: PaperCopy, progress: Progress) -> BuiltReport:
        with scopes.enter(scope, read_only=True):
            compiled = load_compiled(job.version)
        return self.by(job, compiled, progress)

    def send(self, job: PaperCopy) -> None:
        enqueue(TASK, copy_id=str(job.pk))

    def file_name(self, job: PaperCopy) -> str:
        return paper_files.file_name(job.pk, job.attempts)

    def discard_files(self, job: PaperCopy, *, keep: str = "") -> None:
        paper_files.discard_all(job.pk, keep=keep)

    def language(self, job: PaperCopy) -> str:
        # The questions' own, where the product speaks it.
        return job.language if job.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def gave_up(self) -> str:
        return _("The PDF could not be made after several attempts. The project team has a record of what went wrong.")


def render_paper(*, scope: Scope, copy_id: str, by: Typesetter = typeset) -> bool:
    """Make a waiting copy; True where this call finished it. `by` makes the PDF. As JobEngine.build."""
    return _Papers(by=by).build(scope=scope, job_id=copy_id)


def sweep_papers(*, scope: Scope) -> int:
    """Send again the copies that nobody works on; returns how many. As JobEngine.sweep."""
    return _Papers().sweep(scope=scope)
