"""The demo programme: services, tables, data, web server, worker and beat. Started by bin/demo.

Whatever ends this process – Ctrl-C, SIGTERM, a closed terminal, even SIGKILL – ends everything it started.
"""

import argparse
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from config.embedded import EmbeddedError, reset, shared  # noqa: E402
from config.embedded.cluster import exclusive  # noqa: E402
from config.embedded.ports import is_free  # noqa: E402
from config.embedded.process import dies_with_parent, end, log_tail, spawn  # noqa: E402

DIRECTORY = ROOT / "var" / "demo"
PORTS = range(8000, 8100)
SECONDS_TO_START = 90
RESTARTS_PER_MINUTE = 5
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class DemoError(Exception):
    """The demo cannot go on; the message tells a person why and what to do."""


@dataclass
class Program:
    """A long-running program of the demo, restarted when it dies by itself."""

    name: str
    command: list[str]
    env: dict[str, str]
    patience: float  # seconds for an orderly end
    started: list[float] = field(default_factory=list)
    offset: int = 0

    @property
    def log(self) -> Path:
        return DIRECTORY / "logs" / f"{self.name}.log"

    def start(self) -> None:
        self.offset = self.log.stat().st_size if self.log.exists() else 0
        if self.offset > 5_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
            self.offset = 0
        with self.log.open("ab") as stream:
            self.process = spawn(
                self.command, log=stream, death_signal=signal.SIGTERM, env=os.environ | self.env, cwd=ROOT
            )
        self.started.append(time.monotonic())

    def stop(self) -> None:
        # Celery: SIGTERM lets running tasks end, SIGQUIT gives them back to the queue.
        end(self.process, [(signal.SIGTERM, self.patience), (signal.SIGQUIT, 2)])

    def watch(self) -> None:
        """Start again what has died; raises DemoError when it keeps dying."""
        if self.process.poll() is None:
            return
        self.stop()
        self.started = [moment for moment in self.started if moment > time.monotonic() - 60]
        if len(self.started) > RESTARTS_PER_MINUTE:
            tail = log_tail(self.log, self.offset)
            raise DemoError(f"The {self.name} keeps dying. The end of {self.log}:\n{tail}")
        print(f"! the {self.name} died ({self.process.returncode}): starting it again", flush=True)
        self.start()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/demo", description="The demo programme on this machine alone.")
    parser.add_argument("--port", type=int, help="default: the one used last, else the first free from 8000")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="default: %(default)s")
    parser.add_argument("--reset", action="store_true", help="delete the demo's data and start anew")
    given = parser.parse_args(arguments)

    programs: list[Program] = []
    interrupt_by_signals(programs)
    with ExitStack() as stack:
        where = remembered("address") or "it is starting, or has not stopped yet"
        message = f"The demo of this folder is running already: {where}"
        stack.enter_context(exclusive(ROOT / "var" / "demo.lock", message=message))
        with_postgres, with_redis = external_services()
        if given.reset:
            start_anew(with_postgres)
        port = choose_port(given.bind, given.port, stack)
        if with_postgres or with_redis:
            names = [name for name, ours in (("PostgreSQL", with_postgres), ("Redis", with_redis)) if ours]
            say(" and ".join(names))
            flags = {"with_postgres": with_postgres, "with_redis": with_redis}
            os.environ.update(stack.enter_context(shared(DIRECTORY, **flags)).env())
        else:
            (DIRECTORY / "logs").mkdir(parents=True, exist_ok=True)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
        os.environ["KFA_DEMO"] = "1"
        host = reachable(given.bind)
        address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        os.environ["KFA_SITE_ADDRESS"] = address
        # With databases of our own and nothing changed since the last start there is nothing to prepare.
        if not with_postgres or remembered("prepared") != fingerprint():
            set_up()
            (DIRECTORY / "prepared").write_text(fingerprint())

        say("web server, worker and beat")
        schedule = str(DIRECTORY / "beat-schedule")
        web = Program("web", ["bin/web"], {"KFA_BIND": given.bind, "KFA_PORT": str(port)}, patience=5)
        os.environ.setdefault("KFA_WEB_PROCESSES", "1")  # one imports everything sooner than two
        os.environ.setdefault("KFA_WEB_THREADS", "4")
        worker = Program("worker", ["bin/worker"], {}, patience=6)
        beat = Program("beat", ["bin/beat"], {"KFA_BEAT_SCHEDULE": schedule}, patience=3)
        stack.callback(stop_all, programs)
        for program in (web, worker):
            programs.append(program)
            program.start()
        wait_until_up(web, worker, host, port)
        programs.append(beat)  # after them: three that import everything at once are slower on two cores
        beat.start()
        (DIRECTORY / "address").write_text(address)
        stack.callback((DIRECTORY / "address").unlink, missing_ok=True)
        (DIRECTORY / "port").write_text(str(port))
        welcome(address, given.bind)
        while True:
            for program in programs:
                program.watch()
            time.sleep(0.5)


def interrupt_by_signals(programs: list[Program]) -> None:
    """The first signal interrupts whatever is going on; a second ends the programs without courtesy."""

    def first(number: int, frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, second)
        raise KeyboardInterrupt

    def second(number: int, frame: FrameType | None) -> None:
        for program in programs:
            with suppress(ProcessLookupError):
                os.killpg(program.process.pid, signal.SIGKILL)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, first)


def external_services() -> tuple[bool, bool]:
    """Whether PostgreSQL and Redis are ours to start: not where the environment names real ones."""
    named = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if os.environ.get(name)]
    if len(named) == 1:
        raise DemoError("DATABASE_URL and DATABASE_OWNER_URL belong together: set both or neither.")
    return not named, not os.environ.get("REDIS_URL")


def start_anew(with_postgres: bool) -> None:
    if not with_postgres:
        raise DemoError("--reset deletes the embedded database only; DATABASE_URL names another one.")
    say("deleting the demo's data")
    reset(DIRECTORY)
    shutil.rmtree(ROOT / "var" / "media", ignore_errors=True)


def choose_port(bind: str, wanted: int | None, stack: ExitStack) -> int:
    """A port that is free and that no other starting demo on this machine has chosen."""
    if wanted is not None:
        if not is_free(wanted, bind):
            raise DemoError(f"Port {wanted} on {bind} is taken or not allowed. Another: bin/demo --port N")
        return wanted
    known = remembered("port")
    candidates = [int(known), *PORTS] if known.isdigit() else [*PORTS]
    for port in candidates:
        # A name in Linux' abstract namespace goes with the process that holds it.
        claim = stack.enter_context(socket.socket(socket.AF_UNIX))
        with suppress(OSError):
            claim.bind(f"\0kommunen-fuer-alle-{port}")
            if is_free(port, bind):
                return port
    raise DemoError(f"No free port on {bind} between {PORTS[0]} and {PORTS[-1]}: bin/demo --port N")


def fingerprint() -> str:
    """Changes with any file from which tables, translations, static files or demo data are made."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for name in ("apps", "config", "locale", "static", "var/static"):
        for folder, folders, files in os.walk(ROOT / name):
            folders[:] = sorted(each for each in folders if each != "__pycache__")
            for path in sorted(Path(folder, file) for file in files):
                stat = path.stat()
                digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def set_up() -> None:
    """Tables, translations, static files, demo data; its progress goes straight to the terminal."""
    command = [sys.executable, "bin/lib/setup_demo.py", str(DIRECTORY / "sign-ins.txt")]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    try:
        status = process.wait()
    finally:
        end(process, [(signal.SIGTERM, 5)])
    if status != 0:
        raise DemoError("The demo could not be prepared; see above. bin/demo --reset starts anew.")


def wait_until_up(web: Program, worker: Program, host: str, port: int) -> None:
    """Wait for the web server's first answer; the worker may take a moment longer, but not give up."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(host, port):
        for program in (web, worker):
            if program.process.poll() is not None or time.monotonic() > deadline:
                tail = log_tail(program.log, program.offset, lines=25)
                raise DemoError(f"The {program.name} does not start. The end of {program.log}:\n{tail}")
        time.sleep(0.05)


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def reachable(bind: str) -> str:
    """An address of this machine at which a server bound to `bind` answers."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)


def remembered(name: str) -> str:
    """What an earlier start wrote into a file of the demo's folder."""
    path = DIRECTORY / name
    return path.read_text().strip() if path.exists() else ""


def welcome(address: str, bind: str) -> None:
    print(f"\nKommunen für alle: {address}")
    print(f"Sign in as anybody with one click, read all mails: {address}demo/\n")
    print(remembered("sign-ins.txt"))
    if bind not in LOOPBACK:
        print(f"\n! Bound to {bind}: everybody who reaches this machine can sign in as anybody.")
    print("\nLogs: var/demo/logs   Stop: Ctrl-C   Start anew: bin/demo --reset", flush=True)


def stop_all(programs: list[Program]) -> None:
    print("\n· stopping", flush=True)
    for program in programs:
        with suppress(ProcessLookupError):
            program.process.terminate()
    for program in programs:
        program.stop()


def say(text: str) -> None:
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("· stopped", flush=True)
        sys.exit(0)
    except (DemoError, EmbeddedError) as error:
        sys.exit(f"\n{error}")
