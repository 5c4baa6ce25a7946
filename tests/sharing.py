"""What is costly to lay out, laid out once in a run: a database that the first worker makes and all others copy."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config.embedded.place import locked


def folder_of_the_run(factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run have in common, and no other run."""
    base = factory.getbasetemp()
    return base if worker_id == "master" else base.parent


class Template:
    """The database `name`, dropped by the last worker that lets go of it; what was said when it was made."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._said = folder / f"{name}.said"
        self._lock = folder / f"{name}.lock"
        self._users = folder / f"{name}.users"

    @contextmanager
    def held(self) -> Iterator["Template"]:
        """It stays for as long as the block lasts, once it is made."""
        with locked(self._lock):
            users = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield self
        finally:
            with locked(self._lock):
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else holds it
                else:
                    drop_database(self.name)
                    self._said.unlink(missing_ok=True)
                os.close(users)

    def said_by(self, make: Callable[[], str]) -> tuple[str, bool]:
        """What `make` said, called by the first who asks while the others wait; and whether that was us."""
        with locked(self._lock):
            if self._said.exists():
                return self._said.read_text(encoding="utf-8"), False
            said = make()
            self._said.write_text(said, encoding="utf-8")
            return said, True


def copy_database(name: str, template: str) -> None:
    """Make the database anew as a copy of `template`, to which nobody may be connected."""
    drop_database(name)
    _as_owner(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(name: str) -> None:
    """Drop it if it is there, whoever is connected to it."""
    _as_owner(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _as_owner(command: sql.Composed) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(command)
