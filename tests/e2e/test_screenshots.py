"""The command that takes the pictures in docs/screenshots/."""

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.demo_server import ROOT, Demo

PNG = b"\x89PNG"


def screenshots(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command: a program of its own, for two Playwrights do not share a process."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.e2e.settings"}
    command = [sys.executable, "manage.py", "screenshots", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


def test_a_page_is_taken_light_dark_and_narrow(demo: Demo, chromium: str, tmp_path: Path) -> None:
    done = screenshots("home-employee", "--address", demo.address, "--into", str(tmp_path))
    assert done.returncode == 0, done.stderr
    taken = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(taken) == [f"home-employee-{view}.png" for view in ("dark", "light", "narrow")]
    assert all(picture.startswith(PNG) for picture in taken.values())
    assert len(set(taken.values())) == 3
