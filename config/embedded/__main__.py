"""python -m config.embedded run|status|stop|reset --dir DIRECTORY"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from config.embedded import supervisor
from config.embedded.process import EmbeddedError, dies_with_parent


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a command beside the services, told where they are")
    run.add_argument("--durable", action="store_true", help="as in production; otherwise fast, for tests")
    run.add_argument("argv", nargs="+", metavar="COMMAND")
    serve = commands.add_parser("serve", help="what run starts in the background")
    for flag in ("--fleeting", "--without-postgres", "--without-redis"):
        serve.add_argument(flag, action="store_true")
    status = commands.add_parser("status", help="print the process id if the services run, else exit with 1")
    stop = commands.add_parser("stop", help="stop the services, whoever uses them")
    reset = commands.add_parser("reset", help="stop the services and delete their data")
    for command in (run, serve, status, stop, reset):
        command.add_argument("--dir", type=Path, default=Path("var/test"), help="default: %(default)s")
    given = parser.parse_args(arguments)
    try:
        if given.command == "run":
            return run_command(given.dir, given.argv, durable=given.durable)
        if given.command == "serve":
            return supervisor.serve(
                given.dir,
                durable=not given.fleeting,
                with_postgres=not given.without_postgres,
                with_redis=not given.without_redis,
            )
        if given.command == "reset":
            supervisor.reset(given.dir)
            return 0
        if given.command == "stop":
            return 0 if given.dir.is_dir() and supervisor.stop(given.dir) else 1
        pid = supervisor.running(given.dir) if given.dir.is_dir() else None
        print(pid or "not running")
        return 0 if pid else 1
    except EmbeddedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3


def inherited() -> dict[str, str]:
    """The environment as it was given to us: importing the package `config` names settings for Celery."""
    given = Path("/proc/self/environ").read_bytes().split(b"\0")
    names = {entry.partition(b"=")[0].decode(errors="surrogateescape") for entry in given}
    return {name: value for name, value in os.environ.items() if name in names}


def run_command(directory: Path, argv: list[str], *, durable: bool = False) -> int:
    """Run `argv` beside the services of `directory` and return its exit status.

    Variables that are set already win, so real servers can be used by naming them.
    """
    with_postgres, with_redis = "DATABASE_URL" not in os.environ, "REDIS_URL" not in os.environ
    with supervisor.shared(
        directory, durable=durable, with_postgres=with_postgres, with_redis=with_redis, separate=True
    ) as services:
        env = inherited() | services.env()
        child = subprocess.Popen(argv, env=env, preexec_fn=dies_with_parent(signal.SIGTERM))

        def forward(number: int, frame: FrameType | None) -> None:
            child.send_signal(number)

        signal.signal(signal.SIGTERM, forward)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child itself
        status = child.wait()
        return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main())
