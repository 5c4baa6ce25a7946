"""A worker dies in the middle of its work: a real process, a real Redis, committed rows."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from celery import current_app
from django.db import connections

from apps.core import report_declaration, scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality
from apps.reports import actions
from apps.reports.models import ReportJob
from tests.conftest import ROOT
from tests.factories import MunicipalityFactory, member, org_unit
from tests.reports import kinds

# One after the other: both workers would take messages from the same broker.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("broker")]


@contextmanager
def worker(media: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with its beat on the test's database, in a process group of its own; killed at the end."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": url_of_test_database("DATABASE_URL"),
        "DATABASE_OWNER_URL": url_of_test_database("DATABASE_OWNER_URL"),
        "KFA_TEST_MEDIA": str(media),
    }
    command = [sys.executable, "-m", "celery", "-A", "tests.reports.crash_worker", "worker", "--beat"]
    options = ["--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle", f"--schedule={log}.beat"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 the worker and its children: nothing gets to tidy up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def url_of_test_database(name: str) -> str:
    """The variable's URL with the name of the database that the test runs on."""
    parts = urlsplit(os.environ[name])
    return urlunsplit(parts._replace(path="/" + quote(connections["default"].settings_dict["NAME"])))


def wait_for(condition: Callable[[], bool], seconds: float, log: Path) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.1)


@pytest.fixture
def slow_kind() -> Iterator[str]:
    kinds.declare(kind="slow", render=kinds.slow_render)
    yield "slow"
    report_declaration.unregister("slow")


@pytest.fixture
def order(slow_kind: str) -> Callable[[], ReportJob]:
    current_app.control.purge()
    municipality: Municipality = MunicipalityFactory()
    coordinator: Any = member(municipality)
    org_unit(municipality)

    def place() -> ReportJob:
        with scope.enter(scope.municipality(municipality)):
            return actions.request_report(actor=coordinator, kind=slow_kind, subject=municipality, key=uuid7())

    return place


def now(job: ReportJob) -> ReportJob:
    with scope.enter(scope.municipality(job.municipality_id)):
        return ReportJob.objects.get(pk=job.pk)


def test_a_worker_killed_midway_ends_in_exactly_one_finished_report(
    order: Callable[[], ReportJob], media: Path, tmp_path: Path
) -> None:
    media.mkdir(parents=True)
    log = tmp_path / "worker.log"
    log.touch()
    job = order()
    with worker(media, log) as first:
        wait_for(lambda: now(job).progress >= 30, 25, log)
        kill(first)
    assert now(job).state == ReportJob.State.RUNNING
    with worker(media, log):
        wait_for(lambda: now(job).state == ReportJob.State.DONE, 30, log)
        time.sleep(1.5)  # one more sweep: nothing may begin again
    done = now(job)
    assert done.attempts == 2
    assert [path.name for path in media.rglob("*.pdf*")] == [f"{job.pk}-2.pdf"]
    assert (media / "journal").read_text().split() == ["begun", "begun", "ended"]
    assert done.file.read() == kinds.PDF + b"Ordnungsamt"


def test_a_job_whose_message_was_lost_with_the_broker_is_made_all_the_same(
    order: Callable[[], ReportJob], media: Path, tmp_path: Path
) -> None:
    media.mkdir(parents=True)
    log = tmp_path / "worker.log"
    log.touch()
    job = order()
    current_app.control.purge()
    with worker(media, log):
        wait_for(lambda: now(job).state == ReportJob.State.DONE, 35, log)
    assert now(job).attempts == 1
