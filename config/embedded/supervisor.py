"""One cluster for several users: a process of its own that lives as long as somebody holds on to it.

Everything hangs on kernel locks (flock), which end with the process that holds them, even by SIGKILL:

    cluster.lock   exclusive, held by the supervisor while the services run
    users.lock     shared, one hold per user; the supervisor ends when there is none
    join.lock      exclusive and short: joining, leaving and ending come one after the other
    slot-N.lock    exclusive, held by a user whose databases are named after the slot

The services carry a parent-death signal, so a killed supervisor takes them along.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

from config.embedded.cluster import Cluster, cluster
from config.embedded.place import CHECKOUT, Place, locked
from config.embedded.process import EmbeddedError, log_tail
from config.embedded.redis_server import DATABASES

SECONDS_TO_START = 90
SECONDS_TO_STOP = 40
RESTARTS_PER_MINUTE = 5


@contextmanager
def shared(
    directory: Path | str,
    *,
    durable: bool = True,
    with_postgres: bool = True,
    with_redis: bool = True,
    separate: bool = False,
) -> Iterator[Cluster]:
    """Join the cluster in `directory`, started when nobody runs it; leave it at the end of the block.

    The last to leave stops it and waits until it is gone. With `separate` each user gets databases of its own
    (kfa, kfa_1, …), so that several test runs share one server. Raises EmbeddedError.
    """
    directory = Place(Path(directory)).directory
    flags = {"durable": durable, "with_postgres": with_postgres, "with_redis": with_redis}
    with ExitStack() as stack:
        with locked(directory / "join.lock"):
            child = None if _is_held(directory / "cluster.lock") else _launch(directory, **flags)
            users = os.open(directory / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
        stack.callback(_leave, directory, users, child)
        slot = stack.enter_context(_slot(directory)) if separate else 0
        with locked(directory / "join.lock"):
            member = Cluster(directory, slot=slot, **flags)
            if slot and with_postgres:
                member.postgres.provision(member.database)
        yield member


def serve(directory: Path, *, durable: bool, with_postgres: bool = True, with_redis: bool = True) -> int:
    """Run the services until the last user has left or SIGTERM comes; restart one that died by itself.

    Returns the exit status: 1 when a service keeps dying.
    """
    ending = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    restarts: list[float] = []
    with (
        ExitStack() as last_moments,
        cluster(directory, durable=durable, with_postgres=with_postgres, with_redis=with_redis) as held,
    ):
        ready = directory / "ready"
        ready.write_text(str(os.getpid()))
        last_moments.callback(ready.unlink, missing_ok=True)
        while not ending and not _deserted(directory, last_moments):
            for service in (held.postgres, held.redis):
                if service.process is None or service.process.poll() is None:
                    continue
                restarts = [moment for moment in restarts if moment > time.monotonic() - 60]
                if len(restarts) >= RESTARTS_PER_MINUTE:
                    print("error: A service keeps dying; the services are stopped.", flush=True)
                    return 1
                restarts.append(time.monotonic())
                print(f"{type(service).__name__} died ({service.process.returncode}): restart", flush=True)
                service.start()
            time.sleep(0.1)
    return 0


def stop(directory: Path) -> bool:
    """Stop the cluster in `directory` whoever uses it; False when none was running."""
    with locked(directory / "join.lock"):
        pid = running(directory)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            _wait_until_free(directory)
    return pid is not None


def running(directory: Path) -> int | None:
    """The supervisor's process id, or None when the cluster is not running."""
    with suppress(FileNotFoundError, ValueError):
        pid = int((directory / "ready").read_text())
        if _is_held(directory / "cluster.lock"):
            return pid
    return None


def reset(directory: Path) -> None:
    """Stop the cluster and delete everything it holds."""
    place = Place(directory)
    stop(place.directory)
    place.remove()


def _launch(directory: Path, *, durable: bool, with_postgres: bool, with_redis: bool) -> subprocess.Popen[bytes]:
    log = directory / "logs" / "supervisor.log"
    command = [sys.executable, "-m", "config.embedded", "serve", "--dir", str(directory)]
    flags = (("--fleeting", durable), ("--without-postgres", with_postgres), ("--without-redis", with_redis))
    command += [flag for flag, given in flags if not given]
    (directory / "ready").unlink(missing_ok=True)
    with log.open("wb") as stream:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
            cwd=CHECKOUT, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + SECONDS_TO_START
    try:
        while not (directory / "ready").exists():
            if child.poll() is not None:
                raise EmbeddedError(log_tail(log).removeprefix("error: "))
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The services did not start in {SECONDS_TO_START} s; see {log.parent}.")
            time.sleep(0.02)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    return child


def _leave(directory: Path, users: int, child: subprocess.Popen[bytes] | None) -> None:
    with locked(directory / "join.lock"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            last = False
        else:
            last = True
        pid = running(directory)
        if last and pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            _wait_until_free(directory)
        os.close(users)
    if last and child is not None:
        child.wait()


def _deserted(directory: Path, last_moments: ExitStack) -> bool:
    """Whether nobody uses the cluster; then nobody can join either until `last_moments` are over."""
    with ExitStack() as attempt:
        for name in ("join.lock", "users.lock"):
            descriptor = os.open(directory / name, os.O_RDWR | os.O_CREAT, 0o600)
            attempt.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        last_moments.push(attempt.pop_all())
        return True


@contextmanager
def _slot(directory: Path) -> Iterator[int]:
    """The lowest number that no other user holds."""
    for number in range(DATABASES):
        descriptor = os.open(directory / f"slot-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield number
            return
        finally:
            os.close(descriptor)
    raise EmbeddedError(f"{DATABASES} users already share the cluster in {directory}.")


def _is_held(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def _wait_until_free(directory: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_STOP
    while _is_held(directory / "cluster.lock"):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The services in {directory} do not end; see {directory / 'logs'}.")
        time.sleep(0.02)
