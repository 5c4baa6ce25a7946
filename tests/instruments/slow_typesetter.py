"""A process that takes a copy and never finishes it, to be killed: `python -m tests.instruments.slow_typesetter ID`."""

import sys
import time
from typing import Any

import django

django.setup()

from apps.core import scope  # noqa: E402  # needs the applications loaded
from apps.instruments.actions_paper import render_paper  # noqa: E402


def endless(_copy: Any, _compiled: Any, progress: Any) -> Any:
    """Typeset for ever."""
    while True:
        progress(33)
        time.sleep(0.1)


render_paper(scope=scope.programme(), copy_id=sys.argv[1], by=endless)
