"""Requesting and making a report."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.core import report_declaration, scope
from apps.core.keys import uuid7
from apps.core.report_declaration import BuiltReport, ReportError, UnknownReport
from apps.municipalities.models import Municipality
from apps.reports import actions, jobs
from apps.reports.models import MAX_ATTEMPTS, ReportJob
from tests.reports import kinds

pytestmark = pytest.mark.django_db


def ordered(municipality: Municipality, actor: Any, key: UUID | None = None, **changes: Any) -> ReportJob:
    """A requested job, its row changed as given."""
    with scope.enter(scope.municipality(municipality)):
        job = actions.request_report(actor=actor, kind=kinds.KIND, subject=municipality, key=key or uuid7())
        if changes:
            ReportJob.objects.filter(pk=job.pk).update(**changes)
            job.refresh_from_db()
        return job


def made(job: ReportJob) -> bool:
    return actions.build_report(scope=scope.municipality(job.municipality_id), job_id=str(job.pk))


def again(job: ReportJob) -> ReportJob:
    """The row as it is now."""
    with scope.enter(scope.municipality(job.municipality_id)):
        return ReportJob.objects.get(pk=job.pk)


def files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def silent(seconds: int = 31) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def test_a_request_is_queued_recorded_and_sent_once_committed(
    municipality: Municipality, coordinator: Any, kind: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as sent:
        job = ordered(municipality, coordinator)
    assert job.state == ReportJob.State.QUEUED
    assert job.filename == f"aemter-{municipality.slug}.pdf"
    assert len(sent) == 1
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.filter(verb="report.requested", target_id=str(job.pk), actor=coordinator).exists()


def test_the_same_key_gives_the_same_job_and_sends_nothing(
    municipality: Municipality, coordinator: Any, kind: str, django_capture_on_commit_callbacks: Any
) -> None:
    key = uuid7()
    first = ordered(municipality, coordinator, key)
    with django_capture_on_commit_callbacks() as sent:
        assert ordered(municipality, coordinator, key) == first
    assert sent == []


def test_a_key_used_for_another_report_is_refused(municipality: Municipality, coordinator: Any, kind: str) -> None:
    key = uuid7()
    ordered(municipality, coordinator, key, subject_id=uuid7())
    with pytest.raises(SuspiciousOperation):
        ordered(municipality, coordinator, key)


def test_a_kind_that_nobody_declares_is_refused(municipality: Municipality, coordinator: Any) -> None:
    with pytest.raises(UnknownReport):
        ordered(municipality, coordinator)


def test_a_kind_is_declared_once(kind: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        kinds.declare()


def test_a_job_becomes_one_file_that_only_its_row_names(
    municipality: Municipality, coordinator: Any, kind: str, media: Path
) -> None:
    job = ordered(municipality, coordinator)
    assert made(job)
    job = again(job)
    content = kinds.PDF + b"Ordnungsamt"
    assert (job.state, job.progress, job.pages, job.attempts, job.size) == ("done", 100, 1, 1, len(content))
    assert job.sha256 == hashlib.sha256(content).hexdigest()
    assert job.file.read() == content
    assert files(media) == [f"{job.pk}-1.pdf"]
    assert Path(job.file.path).stat().st_mode & 0o077 == 0
    assert Path(job.file.path).parent.stat().st_mode & 0o077 == 0


def test_a_task_delivered_twice_does_nothing_the_second_time(
    municipality: Municipality, coordinator: Any, kind: str, media: Path
) -> None:
    job = ordered(municipality, coordinator)
    made(job)
    before = again(job)
    assert not made(job)
    assert again(job).updated_at == before.updated_at
    assert len(files(media)) == 1


def test_a_job_in_the_hands_of_a_living_worker_is_left_alone(
    municipality: Municipality, coordinator: Any, kind: str
) -> None:
    job = ordered(municipality, coordinator, state="running", attempts=1, claimed_at=timezone.now())
    assert not made(job)
    assert again(job).attempts == 1


def test_another_municipality_can_neither_see_nor_make_the_job(
    municipality: Municipality, other_municipality: Municipality, coordinator: Any, kind: str
) -> None:
    job = ordered(municipality, coordinator)
    assert not actions.build_report(scope=scope.municipality(other_municipality), job_id=str(job.pk))
    with scope.enter(scope.municipality(other_municipality)):
        assert not ReportJob.objects.exists()
    assert again(job).state == ReportJob.State.QUEUED


def test_what_cannot_be_reported_fails_at_once_with_its_sentence(municipality: Municipality, coordinator: Any) -> None:
    def refuse(data: Any, progress: Any) -> BuiltReport:
        raise ReportError("Es gibt nichts zu berichten.")

    kinds.declare(render=refuse)
    try:
        job = ordered(municipality, coordinator)
        assert not made(job)
    finally:
        report_declaration.unregister(kinds.KIND)
    job = again(job)
    assert (job.state, job.error) == ("failed", "Es gibt nichts zu berichten.")


@pytest.mark.parametrize(("attempts", "state"), [(0, "queued"), (MAX_ATTEMPTS - 1, "failed")])
def test_an_unforeseen_error_gives_the_job_back_until_its_attempts_are_used_up(
    municipality: Municipality, coordinator: Any, attempts: int, state: str
) -> None:
    def break_down(data: Any, progress: Any) -> BuiltReport:
        raise ZeroDivisionError("with content nobody may read")

    kinds.declare(render=break_down)
    try:
        job = ordered(municipality, coordinator, attempts=attempts)
        with pytest.raises(ZeroDivisionError):
            made(job)
    finally:
        report_declaration.unregister(kinds.KIND)
    job = again(job)
    assert job.state == state
    assert "content" not in job.error


def test_no_transaction_is_open_while_the_report_is_rendered(municipality: Municipality, coordinator: Any) -> None:
    seen: list[object] = []

    def look(data: Any, progress: Any) -> BuiltReport:
        seen.append(scope.current())
        return kinds.render(data, progress)

    kinds.declare(render=look)
    try:
        assert made(ordered(municipality, coordinator))
    finally:
        report_declaration.unregister(kinds.KIND)
    assert seen == [None]


def test_a_worker_given_up_for_dead_stops_and_leaves_no_file(
    municipality: Municipality, coordinator: Any, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0)

    def taken_over(data: Any, progress: Any) -> BuiltReport:
        progress(10)
        with scope.enter(scope.municipality(municipality)):
            ReportJob.objects.update(attempts=2)
        progress(20)
        raise AssertionError("It should have stopped.")

    kinds.declare(render=taken_over)
    try:
        job = ordered(municipality, coordinator)
        assert not made(job)
    finally:
        report_declaration.unregister(kinds.KIND)
    assert (again(job).state, again(job).progress) == ("running", 10)
    assert files(media) == []


def test_a_worker_that_finishes_too_late_removes_its_own_file_only(
    municipality: Municipality, coordinator: Any, media: Path
) -> None:
    def overtaken(data: Any, progress: Any) -> BuiltReport:
        with scope.enter(scope.municipality(municipality)):
            ReportJob.objects.update(state="queued")
        report_declaration.unregister(kinds.KIND)
        kinds.declare()
        assert made(job)
        return BuiltReport(b"late", pages=1)

    kinds.declare(render=overtaken)
    try:
        job = ordered(municipality, coordinator)
        assert not made(job)
    finally:
        report_declaration.unregister(kinds.KIND)
    assert again(job).attempts == 2
    assert files(media) == [f"{job.pk}-2.pdf"]


def test_what_a_dead_attempt_left_on_disk_is_removed_by_the_next(
    municipality: Municipality, coordinator: Any, kind: str, media: Path
) -> None:
    job = ordered(municipality, coordinator, attempts=1)
    folder = media / "reports" / str(municipality.pk)
    folder.mkdir(parents=True)
    (folder / f"{job.pk}-1.pdf").write_bytes(b"whole, but its row was never written")
    (folder / f"{job.pk}-1.pdf.part").write_bytes(b"half")
    made(job)
    assert files(media) == [f"{job.pk}-2.pdf"]


def test_the_sweeper_sends_what_is_silent_and_leaves_what_lives(
    municipality: Municipality,
    other_municipality: Municipality,
    coordinator: Any,
    kind: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    now = timezone.now()
    dead = ordered(
        municipality, coordinator, state="running", attempts=1, progress=40, claimed_at=now, heartbeat_at=silent()
    )
    forgotten = ordered(other_municipality, coordinator, heartbeat_at=silent())
    alive = ordered(municipality, coordinator, state="running", attempts=1, claimed_at=now, heartbeat_at=silent(5))
    with django_capture_on_commit_callbacks() as sent:
        assert actions.sweep(scope=scope.programme()) == 2
    assert len(sent) == 2
    assert (again(dead).state, again(dead).progress) == ("queued", 0)
    assert again(forgotten).state == "queued"
    assert again(alive).state == "running"
    assert actions.sweep(scope=scope.programme()) == 0
    assert made(dead)


def test_the_sweeper_gives_up_what_has_used_its_attempts(
    municipality: Municipality, coordinator: Any, kind: str
) -> None:
    job = ordered(
        municipality,
        coordinator,
        state="running",
        attempts=MAX_ATTEMPTS,
        claimed_at=timezone.now(),
        heartbeat_at=silent(),
    )
    assert actions.sweep(scope=scope.programme()) == 0
    job = again(job)
    assert job.state == "failed"
    assert job.error
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.filter(verb="report.failed", target_id=str(job.pk)).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"progress": 101},
        {"attempts": MAX_ATTEMPTS + 1},
        {"state": "lost"},
        {"state": "running"},
        {"state": "done"},
        {"state": "failed"},
        {"error": "Ein Satz."},
    ],
)
def test_the_database_refuses_a_job_in_no_whole_state(
    municipality: Municipality, coordinator: Any, kind: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        ordered(municipality, coordinator, **changes)


def test_two_rows_of_one_request_are_refused(municipality: Municipality, coordinator: Any, kind: str) -> None:
    first = ordered(municipality, coordinator)
    with pytest.raises(IntegrityError):
        ordered(municipality, coordinator, request_key=first.request_key)


def test_the_job_is_sealed_against_other_scopes(municipality: Municipality, coordinator: Any, kind: str) -> None:
    ordered(municipality, coordinator)
    with (
        scope.enter(scope.person(coordinator)),
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 FROM reports_reportjob")
