"""A cluster of one's own for the tests of starting, crashing and stopping; no Django, no test database."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded import Cluster, cluster
from config.embedded.place import Place

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def clusters() -> Iterator[Path]:
    """A folder for clusters that every account of the machine can enter; emptied and removed at the end."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="kfa-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for settings in Path(folder).glob("*/cluster.json"):
            Place(settings.parent).remove()


@pytest.fixture(scope="package")
def services(clusters: Path) -> Iterator[Cluster]:
    """One running cluster for all tests of this folder that need no other."""
    with cluster(clusters / "common") as running:
        yield running


@pytest.fixture
def processes_of() -> Callable[[Path], list[str]]:
    """Command lines of the processes that work in a folder, by what /proc says."""

    def look(folder: Path) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                arguments = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = os.readlink(process / "cwd")
            except OSError:  # gone meanwhile, or another user's
                continue
            if arguments and (str(folder) in arguments or place.startswith(str(folder))):
                found.append(arguments)
        return found

    return look


@pytest.fixture
def soon() -> Callable[[Callable[[], bool]], bool]:
    """Wait up to fifteen seconds for something to become true."""

    def wait(condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 15
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    return wait
