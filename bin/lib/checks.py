"""All checks in order, each with its time; then the tests. Started by bin/test in the virtual environment."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from config.embedded import EmbeddedError, shared  # noqa: E402

BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
MANAGE = [PYTHON, "manage.py"]
PRODUCTION = {
    # As little as production demands, and nothing that would work there.
    "DJANGO_SETTINGS_MODULE": "config.settings.prod",
    "KFA_SECRET_KEY": secrets.token_urlsafe(64),
    "KFA_ALLOWED_HOSTS": "kommunen.example",
    "KFA_EMAIL_HOST": "mail.kommunen.example",
    "KFA_EMAIL_FROM": "Kommunen für alle <noreply@kommunen.example>",
    "KFA_MEDIA_ROOT": str(ROOT / "var" / "test" / "media"),
}


@dataclass(frozen=True)
class Check:
    name: str
    command: Sequence[str]
    env: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    check: Check
    passed: bool
    seconds: float
    output: str


def checks() -> list[Check]:
    """What is checked before the tests, the quick ones first."""
    templates = ["templates", *map(str, sorted(Path("apps").glob("*/templates")))]
    everything: list[tuple[str, list[str], dict[str, str]]] = [
        ("format", [str(BIN / "ruff"), "format", "--check", "."], {}),
        ("lint", [str(BIN / "ruff"), "check", "."], {}),
        ("imports", [str(BIN / "lint-imports")], {}),
        ("templates: lint", [str(BIN / "djlint"), "--lint", "--quiet", *templates], {}),
        ("types", [str(BIN / "mypy")], {}),
        ("licences", [str(BIN / "reuse"), "lint", "--quiet"], {}),
        ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
        ("deployment", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("vendored files", [*MANAGE, "check_vendor"], {}),
        ("translations", [*MANAGE, "translations", "check"], {}),
    ]
    return [Check(name, command, env) for name, command, env in everything]


def run(check: Check) -> Outcome:
    began = time.monotonic()
    result = subprocess.run(
        check.command, cwd=ROOT, env=os.environ | check.env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    return Outcome(check, result.returncode == 0, time.monotonic() - began, result.stdout)


def report(outcome: Outcome) -> None:
    """One line; what a failed check said below it."""
    print(
        f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.seconds:6.1f} s  {outcome.check.name}",
        flush=True,
    )
    if not outcome.passed:
        print(outcome.output.rstrip()[-6000:], flush=True)


def run_checks() -> list[str]:
    """Run all checks, two at a time, and print each as it ends; the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(run, checks()):
            report(outcome)
            if not outcome.passed:
                failed.append(outcome.check.name)
    return failed


CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    """A Chromium for the browser tests: as root on Debian the one without windows, else whatever is on PATH.

    The one without windows needs about two thirds of the processor time.
    """
    if given := os.environ.get("KFA_CHROMIUM"):
        return given
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    for package in CHROMIUM[:2] if may_install and not shutil.which(CHROMIUM[0]) else ():
        if install(package) or any(map(shutil.which, CHROMIUM)):
            break
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def install(package: str) -> bool:
    """Install a package of Debian; whether that worked."""
    print(f"· installing {package} for the browser tests", flush=True)
    apt = "export DEBIAN_FRONTEND=noninteractive; apt-get -y -qq"
    once = f"{apt} install --no-install-recommends {package}"
    command = ["/bin/sh", "-c", f"({once} || ({apt} update; {once})) >/dev/null 2>&1"]
    return subprocess.run(command).returncode == 0


def pytest_command(arguments: Sequence[str]) -> list[str]:
    """Everything on two workers; a part of it in one process, unless it is a folder."""
    chosen = list(arguments)
    spread = not any(part.startswith("-n") for part in chosen) and (
        not chosen or any(Path(part).is_dir() for part in chosen)
    )
    return [PYTHON, "-m", "pytest", *(["-n", "2", "--dist", "loadgroup"] if spread else []), *chosen]


def main(arguments: Sequence[str]) -> int:
    os.chdir(ROOT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    began = time.monotonic()
    failed: list[str] = []
    with shared(
        ROOT / "var" / "test",
        durable=False,
        with_postgres="DATABASE_URL" not in os.environ,
        with_redis="REDIS_URL" not in os.environ,
        separate=True,
    ) as services:
        os.environ.update(services.env())
        compiled = run(Check("translations: compile", [*MANAGE, "translations", "compile"], {}))
        if not compiled.passed:
            failed.append(compiled.check.name)
            report(compiled)
        if not arguments:
            failed += run_checks()
        chromium = find_chromium()
        if chromium:
            os.environ["KFA_CHROMIUM"] = chromium
        else:
            print("!!!!!! NO CHROMIUM: BROWSER TESTS ARE SKIPPED (apt install chromium) !!!!!!", flush=True)
        tests = subprocess.run(pytest_command(arguments), stdin=subprocess.DEVNULL).returncode
    if failed:
        seconds = time.monotonic() - began
        print(f"\n{seconds:.0f} s. Checks that failed before the tests: {', '.join(failed)}", flush=True)
    return tests or (1 if failed else 0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
