from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.models import TenantModel
from apps.core.tenancy import Tenancy
from apps.reports.storage import report_storage

MAX_ATTEMPTS = 5


class FileJob(models.Model):
    """What asks for a file, and what became of it. The row is the truth; the broker only wakes workers (jobs.py).

    queued → running (claimed by a conditional UPDATE) → done | failed; running → queued where a worker died.
    `attempts` counts claims and is the fence: whoever writes names the attempt that is his, and a worker that was
    given up for dead writes into nothing. `error` is a sentence to show, never content.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("finished")
        FAILED = "failed", _("failed")

    OPEN: ClassVar = (State.QUEUED, State.RUNNING)

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Last sign of life: of the request, of its sending, of the worker.
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(storage=report_storage, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether something is still going to happen."""
        return self.state in self.OPEN


def state_is_whole(**while_running: Any) -> Q:
    """What a row has in each of its states, for a check constraint of its table. while_running: in addition."""
    return (
        Q(state="queued", finished_at=None, file="", error="")
        | Q(state="running", attempts__gte=1, finished_at=None, file="", error="", **while_running)
        | (
            Q(state="done", progress=100, finished_at__isnull=False, pages__gte=1, size__gte=1, error="")
            & ~Q(file="")
            & Q(sha256__regex="^[0-9a-f]{64}$")
        )
        | (Q(state="failed", finished_at__isnull=False, file="") & ~Q(error=""))
    )


class ReportJob(TenantModel, FileJob):
    """One request for one report of a municipality."""

    tenancy = Tenancy(programme="write")

    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    subject_label = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    request_key = models.UUIDField()
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    progress = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    claimed_at = models.DateTimeField(null=True, blank=True)
    filename = models.CharField(max_length=120)

    # Of jobs that the archive lists.
    title: str | Promise

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "request_key"], name="report_once_per_request"),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=100), name="report_progress_is_percent"),
            models.CheckConstraint(condition=Q(attempts__lte=MAX_ATTEMPTS), name="report_attempts_are_bounded"),
            models.CheckConstraint(condition=state_is_whole(claimed_at__isnull=False), name="report_state_is_whole"),
        ]
        indexes = [
            models.Index(fields=["municipality", "-created_at"], name="report_archive"),
            models.Index(
                fields=["heartbeat_at"], condition=Q(state__in=["queued", "running"]), name="report_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
