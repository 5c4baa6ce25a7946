"""bin/demo from outside: what it refuses, and a whole demo from the first start to the last process."""

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [
    "bin/demo",
    "bin/test",
    "bin/web",
    "bin/worker",
    "bin/beat",
    "bin/migrate",
    "bin/healthcheck",
    ".ci/run",
]
pytestmark = pytest.mark.xdist_group("boot")


def bare_environment() -> dict[str, str]:
    """What a newcomer's shell has: nothing of ours."""
    ours = ("DATABASE_", "REDIS_", "KFA_", "DJANGO_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture(scope="module")
def checkout(clusters: Path) -> Path:
    """A copy of what git would have in it, with this checkout's Python environment."""
    target = clusters / "clone"
    skip = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", "*.mo", ".*_cache", ".hypothesis", "tests")
    shutil.copytree(ROOT, target, ignore=skip)
    (target / ".venv").symlink_to(ROOT / ".venv")
    return target


@contextmanager
def demo(checkout: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A running demo with its address and the seconds that it took; killed at the end if it still runs."""
    began = time.monotonic()
    process = subprocess.Popen(
        [str(checkout / "bin" / "demo"), *arguments], env=bare_environment(), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if line.startswith("Logs:"):
                break
        found = re.search(r"http://\S+", said)
        assert found, said
        yield process, found[0], time.monotonic() - began
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_executable_and_plain_sh(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert (ROOT / script).read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", script], cwd=ROOT).returncode == 0


def test_one_database_url_without_the_other_is_refused() -> None:
    env = bare_environment() | {"DATABASE_URL": "postgresql://kfa_app@db.example/kfa"}
    result = subprocess.run([ROOT / "bin" / "demo"], env=env, capture_output=True, text=True)
    assert result.returncode == 1
    assert "DATABASE_OWNER_URL" in result.stderr


def test_reset_never_touches_somebody_elses_server() -> None:
    env = bare_environment() | dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL"), "postgresql://x@db.example/kfa")
    result = subprocess.run([ROOT / "bin" / "demo", "--reset"], env=env, capture_output=True, text=True)
    assert result.returncode == 1
    assert "embedded database only" in result.stderr


@pytest.mark.slow
def test_a_demo_starts_answers_keeps_its_data_and_leaves_nothing_behind(
    checkout: Path, processes_of: Callable[[Path], list[str]], soon: Callable[[Callable[[], bool]], bool]
) -> None:
    with demo(checkout) as (process, address, _):
        with urllib.request.urlopen(f"{address}health/") as answer:
            assert answer.status == 200
        again = subprocess.run([checkout / "bin" / "demo"], env=bare_environment(), capture_output=True, text=True)
        assert again.returncode == 1
        assert address in again.stderr
        database = (checkout / "var" / "demo" / "cluster.json").read_text()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
        process.wait()
        assert process.returncode == 0
        assert processes_of(checkout) == []

    with demo(checkout) as (process, second_address, _):
        assert second_address == address
        assert (checkout / "var" / "demo" / "cluster.json").read_text() == database
        process.kill()
        assert soon(lambda: processes_of(checkout) == [])
