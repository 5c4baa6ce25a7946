"""Fixtures for all tests. Rows are made as the application makes them: in a scope, through actions and factories."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from pytest_django import DjangoDbBlocker

from apps.core import scope
from apps.municipalities.models import Municipality
from tests.factories import MunicipalityFactory, UserFactory
from tests.sharing import Template, copy_database, folder_of_the_run

ROOT = Path(__file__).resolve().parent.parent
Databases = list[tuple[Any, str, bool]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A committed test must empty what it wrote through the owner: the application role may not TRUNCATE.

    Django skips mirrors when it flushes, so a committed test that names `default` alone would leave its rows behind.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and marker.kwargs.get("transaction"):
            item.add_marker(pytest.mark.django_db(**{**marker.kwargs, "databases": ["default", "owner"]}), append=False)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[None]:
    """The test database, made by the owner and used by the application, whichever of the two a test names.

    pytest-django sets up the aliases that the chosen tests name: with `default` alone, a mirror, it would leave the
    tests on the real database. Nor does it close the mirror's connection before it drops the database.

    Migrating takes a quarter of a minute: one worker does it, the others copy its tables and migrate what is missing,
    which is nothing.
    """
    name = connections["owner"].creation._get_test_db_name()
    template = Template(f"{name.removesuffix(f'_{worker_id}')}_tables", folder_of_the_run(tmp_path_factory, worker_id))
    with template.held() if worker_id != "master" else nullcontext():
        with django_db_blocker.unblock():
            old = _database_of_a_worker(name, template) if worker_id != "master" else _database()
        yield
        with django_db_blocker.unblock():
            connections.close_all()
            teardown_databases(old, verbosity=0)


def _database_of_a_worker(name: str, template: Template) -> Databases:
    made: list[Databases] = []

    def make() -> str:
        made.append(_database())
        connections.close_all()  # PostgreSQL copies only what nobody is connected to
        copy_database(template.name, name)
        return name

    template.said_by(make)
    if made:
        return made[0]
    copy_database(name, template.name)
    return _database(keepdb=True)


def _database(**options: Any) -> Databases:
    aliases = {"owner": None, "default": None}
    return setup_databases(verbosity=0, interactive=False, aliases=aliases, serialized_aliases=[], **options)


@pytest.fixture(autouse=True)
def _nothing_left_over() -> None:
    """What one test counted in the cache, and the language of its last request, is nothing to the next."""
    cache.clear()
    translation.deactivate()


@pytest.fixture
def municipality(db: None) -> Municipality:
    """A fictional municipality."""
    return MunicipalityFactory()


@pytest.fixture
def other_municipality(db: None) -> Municipality:
    """Another one, whose rows must never be seen from the first."""
    return MunicipalityFactory()


@pytest.fixture
def in_municipality(municipality: Municipality) -> Iterator[Municipality]:
    """Run the test in the municipality's scope."""
    with scope.enter(scope.municipality(municipality)):
        yield municipality


@pytest.fixture
def staff(db: None) -> object:
    """A member of the project team."""
    return UserFactory(staff=True)


@pytest.fixture
def shared_data() -> Path:
    """Folder with the official register; it is material for tests and no part of the product."""
    return _material("data")


@pytest.fixture
def shared_schemas() -> Path:
    """Folder with published schemas to validate against."""
    return _material("schemas")


def _material(name: str) -> Path:
    folder = Path(os.environ.get("KFA_SHARED", ROOT.parent / "shared")) / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: set KFA_SHARED to a folder that has {name}/")
    return folder
