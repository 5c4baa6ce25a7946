"""The demo programme, seeded once for all tests here: in a transaction that is rolled back after the last."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs them all, so that nobody else seeds."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("demo"))


@dataclass(frozen=True)
class Seeding:
    """What the command printed, and how long it took."""

    said: str
    seconds: float


@pytest.fixture(scope="package")
def seeding(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seeding]:
    """Each test runs in a savepoint inside this transaction, so that none sees what another changed."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), ExitStack() as stack:
        stack.enter_context(media)
        stack.enter_context(transaction.atomic())
        said, began = StringIO(), time.process_time()
        call_command("demo_seed", stdout=said)
        yield Seeding(said.getvalue(), time.process_time() - began)
        transaction.set_rollback(True)


@pytest.fixture
def seeded(seeding: Seeding, db: None) -> str:
    """The demo programme; what the command printed."""
    return seeding.said


@pytest.fixture
def seeding_seconds(seeding: Seeding) -> float:
    """CPU seconds that the seeding took in this process."""
    return seeding.seconds
