"""The demo of the browser tests served once more, with a worker behind it, for the way of a recommendation."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.e2e.demo_server import ROOT, _served, of_database

TITLE = "Beschwerde ohne Umwege"
SECONDS_FOR_A_TASK = 30
OF_THE_VERSION = """FROM recommendations_recommendationversion version
    JOIN recommendations_edition edition ON edition.version_id = version.id WHERE edition.title = %s"""


@dataclass(frozen=True)
class Site:
    """A web server and a worker on the demo's database, with a broker between them, and the people on the way."""

    address: str
    database: str
    sessions: dict[str, str]
    item: str
    need: str
    wave: str

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """What a query of shared tables gives."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(sql, values).fetchall()

    def state(self) -> str:
        """Where the version stands."""
        return str(self.rows(f"SELECT version.state {OF_THE_VERSION}", TITLE)[0][0])

    def steps(self) -> list[str]:
        """The steps it has taken, in their order."""
        taken = "JOIN recommendations_statechange taken ON taken.version_id = version.id"
        order = "GROUP BY taken.id ORDER BY taken.created_at"
        found = OF_THE_VERSION.replace("WHERE", f"{taken} WHERE")
        return [row[0] for row in self.rows(f"SELECT taken.transition {found} {order}", TITLE)]

    def wait_for(self, state: str) -> None:
        """Until the worker has moved the version on."""
        ends = time.monotonic() + SECONDS_FOR_A_TASK
        while self.state() != state:
            assert time.monotonic() < ends, f"it is {self.state()}, not {state}"
            time.sleep(0.2)


@contextmanager
def served_with_a_worker(name: str, folder: Path) -> Iterator[Site]:
    """The demo's database `name` with the people on the way; logs go to `folder`."""
    urls = of_database(name)
    env = {**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "tests.e2e.path_settings", "PYTHONPATH": str(ROOT)}
    env["KFA_TEST_QUEUE"] = name
    command = [sys.executable, "-m", "tests.e2e.prepare_path"]
    prepared = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    with _served(env, folder / "web.log") as address, working(env, folder / "worker.log"):
        yield Site(address=address, database=urls["DATABASE_OWNER_URL"], **json.loads(prepared.stdout))


@contextmanager
def working(env: dict[str, str], log: Path) -> Iterator[None]:
    """A worker for as long as the block lasts."""
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool=solo"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    with log.open("wb") as output:
        process = subprocess.Popen([*command, *quiet], cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.kill()
        process.wait(timeout=10)
