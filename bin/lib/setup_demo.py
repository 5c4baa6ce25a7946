"""Tables, translations, static files and the demo programme, in one process: Django starts once.

Prints a line before each step; what demo_seed prints goes to the file named as argument.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
from django.contrib.staticfiles import finders  # noqa: E402
from django.core.management import call_command, get_commands  # noqa: E402


def fingerprint_of_static_files() -> str:
    """Changes when a static file is added, removed or changed."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def main(sign_ins: Path) -> None:
    django.setup()
    print("· translations", flush=True)
    call_command("translations", "compile")
    print("· tables", flush=True)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    known = sign_ins.with_name("static-files")
    fingerprint = fingerprint_of_static_files()
    if not known.exists() or known.read_text() != fingerprint:
        print("· static files", flush=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        known.write_text(fingerprint)
    print("· demo programme", flush=True)
    with sign_ins.open("w") as stream:
        if "demo_seed" in get_commands():
            call_command("demo_seed", stdout=stream, verbosity=2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
