"""A process dies in the middle of typesetting: kill -9, committed rows."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from apps.core import scope
from apps.core.report_declaration import BuiltReport
from apps.instruments.actions_paper import order_paper, render_paper, sweep_papers
from apps.instruments.models import InstrumentVersion, PaperCopy
from tests.conftest import ROOT
from tests.reports.test_worker_crash import url_of_test_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROGRAMME = scope.programme()


def copy_now() -> PaperCopy:
    with scope.enter(PROGRAMME):
        return PaperCopy.objects.get()


def test_a_killed_worker_s_copy_is_made_by_the_next_one(
    draft: InstrumentVersion, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with scope.enter(PROGRAMME):
        copy = order_paper(actor=None, version=draft, language="de")
    environment = os.environ | {name: url_of_test_database(name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    command = [sys.executable, "-m", "tests.instruments.slow_typesetter", str(copy.pk)]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while copy_now().progress != 33 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert copy_now().state == PaperCopy.State.RUNNING
        assert sweep_papers(scope=PROGRAMME) == 0
    finally:
        worker.kill()
        worker.wait(timeout=10)
    settings.REPORT_STALE_SECONDS = 0
    assert sweep_papers(scope=PROGRAMME) == 1
    built = BuiltReport(content=b"%PDF-1.7", pages=1)
    assert render_paper(scope=PROGRAMME, copy_id=str(copy.pk), by=lambda *_given: built)
    made = copy_now()
    assert (made.state, made.attempts) == (PaperCopy.State.DONE, 2)
