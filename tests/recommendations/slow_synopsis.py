"""A process that takes a synopsis and never finishes it: `python -m tests.recommendations.slow_synopsis ID`."""

import sys
import time
from typing import Any

import django

django.setup()

from apps.core import scope  # noqa: E402  # needs the applications loaded
from apps.recommendations.actions.synopses import make_synopsis  # noqa: E402


def endless(_read: Any, progress: Any) -> Any:
    """Typeset for ever."""
    while True:
        progress(33)
        time.sleep(0.1)


make_synopsis(scope=scope.programme(), copy_id=sys.argv[1], by=endless)
