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
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
Objects = dict[str, Any]


@dataclass(frozen=True)
class Demo:
    """Address of the running demo without a slash at the end, and what prepare.py has found in it."""

    address: str
    password: str
    sessions: dict[str, str]
    kwargs: dict[str, dict[str, str]]
    short_wave: str


@contextmanager
def running(name: str, folder: Path, template: str) -> Iterator[Demo]:
    """Make the database `name` with the tables of `template`, prepare it, serve it; logs go to `folder`."""
    with _database(name, template) as urls:
        env = {**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "tests.e2e.settings", "PYTHONPATH": str(ROOT)}
        objects = _prepared(env, folder)
        with _served(env, folder / "web.log") as address:
            yield Demo(address=address, **objects)


@contextmanager
def _database(name: str, template: str) -> Iterator[dict[str, str]]:
    owner = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        try:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        except psycopg.errors.ObjectInUse:  # somebody looks at the tests' database: migrate all over again
            connection.execute(create.format(sql.Identifier(name), sql.Identifier("template1")))
        try:
            yield {key: _for_database(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        finally:
            connection.execute(drop)


def _for_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _prepared(env: dict[str, str], folder: Path) -> Objects:
    command = [sys.executable, "-m", "tests.e2e.prepare"]
    with (folder / "prepare.log").open("wb") as log:
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log)
    if done.returncode:
        raise RuntimeError((folder / "prepare.log").read_text()[-4000:])
    objects: Objects = json.loads(done.stdout)
    return objects


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
