"""PostgreSQL 18 under our own supervision, on a free port of the loopback interface."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from config.embedded import ports
from config.embedded.place import CHECKOUT, Place, write_private
from config.embedded.process import EmbeddedError, end, identity, log_tail, minimal_environment, spawn

SUPERUSER = "postgres"
PROVISION = CHECKOUT / "config" / "provision.sql"
SECONDS_TO_START = 60  # crash recovery of a demo's database takes a few
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

# Reasons not to start that pass by themselves after a crash.
PASSING = ("Address already in use", "shared memory block", "postmaster.pid")
COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_locks_per_transaction": "256",  # a test database is dropped and made in one go
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_lock_waits": "on",
}
DURABLE = {"max_connections": "100"}
# A test cluster may be lost with the machine: no waiting for the disk.
FLEETING = {
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
}


class Postgres:
    """One server process on one data directory.

    `start` is right after `kill` or a crash too: same data, same port.
    `durable=False` trades safety for speed.
    """

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        self.place = place
        self.durable = durable
        self.data = place.data / "postgres"
        self.process: subprocess.Popen[bytes] | None = None
        self._passwords = place.passwords()

    @property
    def port(self) -> int:
        return int(self.place.settings["postgres_port"])

    def url(self, role: str, database: str) -> str:
        """A connection URL; `role` is owner, app or superuser."""
        name = SUPERUSER if role == "superuser" else f"kfa_{role}"
        return f"postgresql://{name}:{self._passwords[role]}@127.0.0.1:{self.port}/{database}"

    def initialise(self) -> None:
        """Create the data directory if there is none; an interrupted attempt leaves nothing behind."""
        if (self.data / "PG_VERSION").exists():
            return
        draft = self.data.with_name("postgres.new")
        for leftover in (draft, self.data):
            shutil.rmtree(leftover, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.place.own(draft)
        password = self.place.data / "password"
        write_private(password, self._passwords["superuser"])
        self.place.own(password)
        command = [str(self.place.binaries / "initdb"), f"--pgdata={draft}", *LOCALE]
        command += [
            f"--username={SUPERUSER}",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            "--no-instructions",
            "--no-sync",
        ]
        try:
            result = subprocess.run(
                command, env=minimal_environment(), cwd="/", capture_output=True, text=True,
                **identity(self.place.account),
            )  # fmt: skip
        finally:
            password.unlink()
        if result.returncode != 0:
            output = f"{result.stdout}{result.stderr}"[-3000:]
            raise EmbeddedError(f"PostgreSQL's initdb failed:\n{output}")
        draft.rename(self.data)

    def start(self) -> None:
        """Start the server and wait until it accepts connections; nothing happens if it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        self._end_orphan()
        restarted = self.process is not None
        if not restarted:
            known = self.place.settings.get("postgres_port")
            self._remember(ports.choose(int(known) if known else None))
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            log = self.place.log("postgres")
            offset = log.stat().st_size if log.exists() else 0
            if self._launch(log, deadline):
                return
            tail = log_tail(log, offset)
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start; the end of {log}:\n{tail}")
            if "Address already in use" in tail and not restarted:
                self._remember(ports.choose())
            elif not any(reason in tail for reason in PASSING):
                raise EmbeddedError(f"PostgreSQL does not start; the end of {log}:\n{tail}")
            time.sleep(0.1)  # a killed server's last backends are still on their way out

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, nothing committed is lost."""
        if self.process is not None:
            end(self.process, [(signal.SIGINT, 20), (signal.SIGQUIT, 5)])

    def kill(self) -> None:
        """End the server as a crash would (SIGKILL), for tests of what survives it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def provision(self, database: str) -> None:
        """Make roles and `database`, or bring them to their proper state (config/provision.sql)."""
        command = [str(self.place.binaries / "psql"), "--no-psqlrc", "--quiet", "--tuples-only"]
        command += ["--file", str(PROVISION)]
        variables = {"database": database, "owner_createdb": "off" if self.durable else "on"}
        command += [f"--set={name}={value}" for name, value in variables.items()]
        env = minimal_environment() | {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self._passwords["superuser"],
            "PGDATABASE": "postgres",
            "KFA_OWNER_PASSWORD": self._passwords["owner"],
            "KFA_APP_PASSWORD": self._passwords["app"],
        }
        result = subprocess.run(command, env=env, capture_output=True, text=True)
        if result.returncode != 0:
            raise EmbeddedError(f"{PROVISION.name} failed:\n{result.stdout}{result.stderr}")

    def _remember(self, port: int) -> None:
        self.place.settings["postgres_port"] = str(port)
        self.place.save()

    def _launch(self, log_path: Path, deadline: float) -> bool:
        settings = COMMON | (DURABLE if self.durable else FLEETING)
        command = [str(self.place.binaries / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log_path.open("ab") as log:
            self.process = spawn(
                command, log=log, death_signal=signal.SIGINT, account=self.place.account,
                env=minimal_environment(), cwd=self.data.parent,
            )  # fmt: skip
        while self.process.poll() is None:
            if self._status() == (self.process.pid, "ready"):
                return True
            if time.monotonic() > deadline:
                self.stop()
            time.sleep(0.01)
        return False

    def _status(self) -> tuple[int, str] | None:
        """Process id and state from postmaster.pid (lines as in PostgreSQL's miscadmin.h)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _end_orphan(self) -> None:
        """Deal with the postmaster.pid of an earlier life: end its server if it lives, else clear it away.

        Only for the holder of the cluster's lock. PostgreSQL itself clears the file too, but gives up
        when the process id has gone to another process of the same user.
        """
        status = self._status()
        if status is None:
            return
        pid = status[0]
        for number, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if not self._serves_our_data(pid):
                break
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + seconds
            while self._serves_our_data(pid) and time.monotonic() < deadline:
                time.sleep(0.02)
        if not self._serves_our_data(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _serves_our_data(self, pid: int) -> bool:
        try:  # a server's working directory is its data directory; a zombie has none
            return Path(os.readlink(f"/proc/{pid}/cwd")) == self.data
        except OSError:
            return False
