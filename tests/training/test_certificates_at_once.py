"""A certificate is issued while the list is corrected, in transactions that really commit."""

import threading
import time
from typing import Any

import pytest
from django.db import connection

from apps.training import certificates as paper
from apps.training.actions import certificates as actions
from apps.training.models import CertificateSeal
from tests.assessments.test_concurrency import at_once
from tests.factories import MunicipalityFactory, UserFactory
from tests.training.factories import opened, trainer
from tests.training.test_attendance import about, certify, completions, dates, hold, place, tick

__all__ = ["about"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def role() -> Any:
    return trainer()


def somebody_waits() -> bool:
    """Whether a connection to this database waits for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return bool(cursor.fetchone()[0])


def test_what_is_just_being_issued_is_taken_back_too(about: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, one = UserFactory(staff=True), place(about, opened(MunicipalityFactory()))
    for day in dates(about):
        tick(staff, one, day)
    hold(staff, about)
    (completion,) = completions()
    at_the_desk, typeset = threading.Event(), actions.typeset

    def typeset_slowly(*args: Any, **options: Any) -> bytes:
        at_the_desk.set()
        deadline = time.monotonic() + 20
        while not somebody_waits():
            assert time.monotonic() < deadline, "the correction did not wait"
            time.sleep(0.02)
        return typeset(*args, **options)

    def correct() -> None:
        assert at_the_desk.wait(timeout=20)
        for day in dates(about):
            tick(staff, one, day, present=False)

    monkeypatch.setattr(actions, "typeset", typeset_slowly)

    issued, corrected = at_once([lambda: certify(completion), correct])

    assert corrected is None
    seal = CertificateSeal.objects.get(lookup=paper.lookup_of(issued.number))
    assert seal.revoked_at is not None
    assert completions() == []
