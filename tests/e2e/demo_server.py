"""A demo of its own for the browser tests: a database beside the tests' one, and a web server, both gone afterwards."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg

from tests.sharing import Template, copy_database, drop_database

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
Objects = dict[str, Any]


@dataclass(frozen=True)
class Demo:
    """Address of the running demo without a slash at the end, its database, and what prepare.py has found in it."""

    address: str
    database: str
    password: str
    sessions: dict[str, str]
    kwargs: dict[str, dict[str, str]]
    short_wave: str


@contextmanager
def running(name: str, prepared: Template, folder: Path, tables: str) -> Iterator[Demo]:
    """Serve a demo of its own, the database `name`; logs go to `folder`.

    It is a copy of `prepared`, which the first worker makes with the tables of the database `tables`.
    """

    def prepare() -> str:
        try:
            copy_database(prepared.name, tables)
        except psycopg.errors.ObjectInUse:  # somebody looks at the tests' database: migrate all over again
            copy_database(prepared.name, "template1")
        return _prepared(_environment(prepared.name), folder)

    said, _first = prepared.said_by(prepare)
    objects: Objects = json.loads(said)
    copy_database(name, prepared.name)
    try:
        with _served(_environment(name), folder / "web.log") as address:
            yield Demo(address=address, database=name, **objects)
    finally:
        drop_database(name)


def of_database(name: str) -> dict[str, str]:
    """The variables that lead to the database."""
    return {key: _for_database(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}


def _environment(name: str) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "tests.e2e.settings", "PYTHONPATH": str(ROOT)}
    return os.environ | of_database(name) | own


def _for_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _prepared(env: dict[str, str], folder: Path) -> str:
    command = [sys.executable, "-m", "tests.e2e.prepare"]
    with (folder / "prepare.log").open("wb") as log:
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log)
    if done.returncode:
        raise RuntimeError((folder / "prepare.log").read_text()[-4000:])
    return done.stdout.decode()


@contextmanager
def _served(env: dict[str, str], log_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "3", "--no-ws", "config.wsgi:application"),
    ]
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/health/", process, log_path)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log_path: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log_path.read_text()[-4000:]) from error
        time.sleep(0.1)
