"""Child processes that end with their parent, and never run as root where that can be helped."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class EmbeddedError(Exception):
    """An embedded service cannot be had; the message tells a person what to do."""


@dataclass(frozen=True)
class Account:
    """The system account that a service runs as when the caller is root."""

    name: str
    uid: int
    gid: int


def account_for(*owned: Path) -> Account | None:
    """The account to run services as, or None to stay who we are.

    PostgreSQL refuses root. Root takes the account that already owns one of the paths `owned`
    (the data, then the checkout), else `nobody`; initdb needs one with an entry in the passwd database.
    """
    if os.geteuid() != 0:
        return None
    for path in owned:
        with suppress(FileNotFoundError, KeyError):
            owner = pwd.getpwuid(path.stat().st_uid)
            if owner.pw_uid != 0:
                return Account(owner.pw_name, owner.pw_uid, owner.pw_gid)
    for name in ("nobody", "daemon"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and there is no account 'nobody'. Start as an ordinary user."
    )


def identity(account: Account | None) -> dict[str, Any]:
    """Arguments for subprocess that make the child run as `account`."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def dies_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A preexec_fn after which the kernel sends `death_signal` to the child once its parent is gone.

    subprocess calls it after the change of user, which would clear the setting. The kernel watches the
    thread that forked: call from a thread that lives as long as the child should.
    """
    parent = os.getpid()

    def preexec() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # died between fork and prctl
                os.kill(os.getpid(), signal.SIGKILL)

    return preexec


def spawn(
    command: Sequence[str],
    *,
    log: IO[bytes],
    death_signal: signal.Signals,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a long-running child: a session of its own (the terminal's Ctrl-C is for the parent alone),
    output to `log`, `death_signal` when the parent dies."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        preexec_fn=dies_with_parent(death_signal),
        **identity(account),
    )


def end(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """End a child: send each signal in turn and wait that many seconds; then kill its whole group."""
    for number, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def minimal_environment() -> dict[str, str]:
    """What a service inherits: nothing of the caller's secrets, messages in English for reading logs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "LANG": "C", "TZ": "UTC", "HOME": "/"}


def log_tail(path: Path, offset: int = 0, lines: int = 12) -> str:
    """The last lines that a log gained since byte `offset`."""
    with path.open("rb") as stream:
        stream.seek(offset)
        return "\n".join(stream.read().decode(errors="replace").splitlines()[-lines:])
