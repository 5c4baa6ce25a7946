"""Several users of one cluster: python -m config.embedded run."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from config.embedded.place import Place

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("boot")

Wait = Callable[[Callable[[], bool]], bool]


def start(folder: Path, *argv: str) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    command = [sys.executable, "-m", "config.embedded", "run", "--dir", str(folder), "--", *argv]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def first_line(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def test_users_share_a_server_but_no_database_and_the_last_one_stops_it(
    clusters: Path, processes_of: Callable[[Path], list[str]], soon: Wait
) -> None:
    folder = clusters / "shared"
    users = [start(folder, "sh", "-c", "echo $DATABASE_URL; read line; exit 7") for _ in range(2)]
    urls = [first_line(user) for user in users]
    for user in users:
        assert user.stdin is not None
        user.stdin.close()
    assert {url.rpartition("/")[2] for url in urls} == {"kfa", "kfa_1"}
    assert len({url.rpartition("/")[0] for url in urls}) == 1
    assert [user.wait() for user in users] == [7, 7]
    assert not (folder / "data" / "postgres" / "postmaster.pid").exists()
    # Whoever leaves last need not be who started it: the supervisor's own process may end a moment after its locks.
    assert soon(lambda: processes_of(folder) == [])


def test_all_who_come_at_once_to_a_new_place_find_the_same_one(tmp_path: Path) -> None:
    users = 4
    with ThreadPoolExecutor(users) as together:
        for number in range(20):
            start_line = Barrier(users)

            def come(folder: Path = tmp_path / str(number), start_line: Barrier = start_line) -> str:
                start_line.wait()
                return Place(folder).settings["id"]

            assert len({arrival.result() for arrival in [together.submit(come) for _ in range(users)]}) == 1


def test_the_services_end_when_their_only_user_is_killed_and_restart_when_they_die_alone(
    clusters: Path, processes_of: Callable[[Path], list[str]], soon: Wait
) -> None:
    folder = clusters / "abandoned"
    user = start(folder, "sh", "-c", "echo $DATABASE_URL; exec sleep 60")
    assert first_line(user)
    pid_file = folder / "data" / "postgres" / "postmaster.pid"
    first = pid_file.read_text().split()[0]
    os.kill(int(first), signal.SIGKILL)
    assert soon(lambda: pid_file.exists() and pid_file.read_text().split()[0] != first)
    user.kill()
    user.communicate()
    assert soon(lambda: processes_of(folder) == [])


def test_nothing_is_left_when_the_supervisor_is_killed(
    clusters: Path, processes_of: Callable[[Path], list[str]], soon: Wait
) -> None:
    folder = clusters / "unsupervised"
    user = start(folder, "sh", "-c", "echo $DATABASE_URL; exec sleep 60")
    assert first_line(user)
    os.kill(int((folder / "ready").read_text()), signal.SIGKILL)
    assert soon(lambda: not [line for line in processes_of(folder) if "run" not in line.split()])
    user.terminate()
    assert user.wait() == 128 + signal.SIGTERM
    user.communicate()


def test_a_start_that_fails_says_why(clusters: Path) -> None:
    folder = clusters / "broken"
    (folder / "data" / "postgres").mkdir(parents=True)
    (folder / "data" / "postgres" / "PG_VERSION").write_text("12\n")
    if os.geteuid() == 0:
        shutil.chown(folder / "data" / "postgres", "nobody")
        shutil.chown(folder / "data" / "postgres" / "PG_VERSION", "nobody")
    user = start(folder, "true")
    assert user.stderr is not None
    assert "PostgreSQL does not start" in user.stderr.read()
    assert user.wait() == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_ordinary_user_can_do_it_too(clusters: Path) -> None:
    python = next((path for path in ("/usr/bin/python3", "/usr/local/bin/python3") if _usable(path)), None)
    if python is None:
        pytest.skip("no Python of this version that an ordinary user can reach")
    checkout = clusters / "checkout"
    shutil.copytree(ROOT / "config" / "embedded", checkout / "config" / "embedded")
    shutil.copy(ROOT / "config" / "provision.sql", checkout / "config")
    (checkout / "config" / "__init__.py").touch()
    subprocess.run(["chown", "-R", "nobody", str(checkout)], check=True)
    command = [
        python,
        "-m",
        "config.embedded",
        "run",
        "--dir",
        "var/test",
        "--",
        "sh",
        "-c",
        "id -un; id -Gn",
    ]
    result = subprocess.run(
        command,
        cwd=checkout,
        env={"PATH": os.defpath, "PYTHONPATH": sysconfig.get_path("purelib"), "HOME": str(checkout)},
        user="nobody",
        group="nogroup",
        extra_groups=[],
        capture_output=True,
        text=True,
    )
    assert result.stderr == ""
    assert result.stdout.split() == ["nobody", "nogroup"]


def _usable(python: str) -> bool:
    """Whether the account nobody can run this Python with our packages."""
    check = f"import sys, psycopg; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    env = {"PYTHONPATH": sysconfig.get_path("purelib")}
    try:
        return subprocess.run([python, "-c", check], env=env, user="nobody", capture_output=True).returncode == 0
    except (FileNotFoundError, PermissionError):
        return False
