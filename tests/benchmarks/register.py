"""Taking over the official register of all German municipalities, and taking it over again."""

import os
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from apps.core.benchmark import Figure

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(os.environ.get("KFA_SHARED", ROOT.parent / "shared")) / "data" / "gv-isys-2021.csv"


def measure() -> Iterator[Figure]:
    """Seconds for 16,068 rows; nothing is measured where the register's file is not there (KFA_SHARED)."""
    if not FILE.exists():
        return
    for name in ("first import of the register", "second import of the same register"):
        started = time.perf_counter()
        call_command("import_territories", str(FILE), "--as-of", "2021-12-31", stdout=StringIO(), stderr=StringIO())
        seconds = time.perf_counter() - started
        yield Figure(name, seconds, "s", "≤ 20 s", seconds <= 20)
