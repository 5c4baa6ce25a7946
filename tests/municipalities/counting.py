"""Counting the queries of a request as they are in operation: without the savepoints that a test puts around it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_OF_THE_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT", "SET LOCAL ROLE")


@contextmanager
def at_most(maximum: int) -> Iterator[None]:
    """Fail when the block sends more than `maximum` queries; the failure lists them."""
    with CaptureQueriesContext(connection) as captured:
        yield
    queries = [query["sql"] for query in captured if not query["sql"].startswith(_OF_THE_TEST)]
    assert len(queries) <= maximum, "\n".join([f"{len(queries)} queries:", *queries])
