"""An answer acknowledged is an answer stored, even when PostgreSQL is killed while twenty people write."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assessments.crash_run import WRITERS, WRITES_EACH
from tests.conftest import ROOT


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_and_none_is_doubled(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.assessments.crash_run", str(tmp_path / "cluster")],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["errors_met"] > 0, "the kill must have hit somebody"
    assert 0 < found["acknowledged_before_kill"] < found["acknowledged"]
    assert found["lost_at_kill"] == []
    assert found["writers_still_running"] == 0
    assert found["acknowledged"] == WRITERS * 2 * WRITES_EACH
    assert found["rows"] == found["items"] == WRITERS * 2, "one row per item"
    assert found["wrong_at_the_end"] == []
    assert found["revisions"] == [WRITES_EACH], "a repeated write does not count twice"
