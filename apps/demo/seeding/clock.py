"""A clock that goes back: what is on record of the workshop cannot be dated afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """Everything inside happens that many days ago.

    Steps, votes and ended rounds are never changed again, the database sees to it: so their times cannot be set
    afterwards, as those of assessments are. In the demo's own process only, which serves nobody.
    """
    now = timezone.now
    with patch.object(timezone, "now", lambda: now() - timedelta(days=days)):
        yield


def day(offset: int) -> date:
    """The day so many days from today."""
    return timezone.localdate() + timedelta(days=offset)
