"""Counting queries of a page as a browser causes them."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

#: Within a test the scope is taken in a savepoint, by statements of their own; outside it comes along with BEGIN.
OF_THE_TEST = ("SAVEPOINT", "RELEASE", "SET ")


def queries_of(request: Callable[[], object]) -> int:
    """Queries that `request` runs, the session's and the person's included."""
    with CaptureQueriesContext(connection) as captured:
        request()
    return sum(not query["sql"].startswith(OF_THE_TEST) for query in captured.captured_queries)
