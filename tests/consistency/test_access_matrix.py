"""Who gets what from every URL there is. A URL without a row fails; so does a row without a URL.

Django's administration pages are one row: all of them belong to project staff who may use them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.consistency.access import ACTORS, ROLES, Row, World
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.recommendations.factories import bench_member, panel_member
from tests.training.factories import trainer

TESTS = Path(__file__).resolve().parent.parent
ADMIN = "admin"


def declared_rows() -> dict[str, Row]:
    """The rows of all apps; raises where two apps declare the same URL."""
    rows: dict[str, Row] = {}
    for path in sorted(TESTS.glob("*/access*.py")):
        if path.parent.name == "consistency":
            continue
        module = import_module(f"tests.{path.parent.name}.{path.stem}")
        twice = rows.keys() & module.ACCESS.keys()
        assert not twice, f"{path}: {sorted(twice)} are declared elsewhere too"
        rows.update(module.ACCESS)
    return rows


def url_names(patterns: "list[URLPattern | URLResolver]", prefix: str = "") -> "Iterator[tuple[str, bool]]":
    """Names of all URLs (an unnamed one by its route), each with whether it lies in a municipality."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != ADMIN:
                yield from url_names(entry.url_patterns, route)
        else:
            yield entry.name or route, route.startswith("k/<slug:slug>/")


NAMES = dict(url_names(get_resolver().url_patterns))
ROWS = declared_rows()


def test_every_url_has_a_row() -> None:
    assert sorted(NAMES.keys() - ROWS.keys()) == []


def test_every_row_has_a_url() -> None:
    assert sorted(ROWS.keys() - NAMES.keys()) == []


def test_every_row_speaks_of_every_actor() -> None:
    incomplete = {name: sorted(set(ACTORS) ^ set(row.status)) for name, row in ROWS.items()}
    assert {name: actors for name, actors in incomplete.items() if actors} == {}


@dataclass(frozen=True)
class Stage:
    """The world, and a browser for each actor."""

    world: World
    clients: dict[str, Client]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A municipality with a person in every role, and somebody from elsewhere: made once, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        municipality, other = MunicipalityFactory(), MunicipalityFactory()
        people = {role: member(municipality, role) for role in ROLES}
        people["staff"] = UserFactory(staff=True)
        people["stranger"] = member(other, "coordinator")
        people["bench"], people["panel"] = bench_member("civil_society").user, panel_member().user
        people["trainer"] = trainer().user
        clients = {actor: Client(raise_request_exception=False) for actor in ACTORS}
        for actor, person in people.items():
            clients[actor].force_login(person)
        yield Stage(World(municipality, other, people), clients)
        transaction.set_rollback(True)


@dataclass
class Properties:
    """What rows need on the stage: made once for rows that need the same and follow each other, then rolled back."""

    world: World
    made_by: Any = None
    made: Mapping[str, Any] = field(default_factory=dict)
    undo: ExitStack = field(default_factory=ExitStack)

    def of(self, row: Row) -> dict[str, Any]:
        """The arguments of the row's URL, with their objects in the database."""
        if row.kwargs is not self.made_by:
            self.clear()
            self.undo.enter_context(transaction.atomic())
            self.undo.callback(transaction.set_rollback, True)
            self.made = row.kwargs(self.world)
            self.made_by = row.kwargs
        return dict(self.made)

    def clear(self) -> None:
        self.made_by = None
        self.undo.close()


@pytest.fixture(scope="module")
def properties(stage: Stage) -> Iterator[Properties]:
    found = Properties(stage.world)
    yield found
    found.clear()


@pytest.fixture
def kwargs(request: pytest.FixtureRequest, properties: Properties) -> dict[str, Any]:
    """What the URL of the test takes; asked for before `db`, which would roll it back with the test."""
    return properties.of(ROWS[request.node.callspec.params["name"]])


@pytest.fixture
def scene(stage: Stage, db: None, settings: Any) -> Stage:
    """The stage for one test: what it writes is rolled back, and no second factor is asked for."""
    settings.MFA_REQUIRED_ROLES = []
    cache.clear()
    return stage


def together(names: Iterable[str]) -> list[str]:
    """The names, those whose rows need the same one after the other."""
    first: dict[Any, str] = {}
    for name in sorted(names):
        first.setdefault(ROWS[name].kwargs, name)
    return sorted(names, key=lambda name: (first[ROWS[name].kwargs], name))


@pytest.mark.parametrize("name", together(NAMES.keys() & ROWS.keys()))
def test_access(kwargs: dict[str, Any], scene: Stage, name: str) -> None:
    row, found = ROWS[name], {}
    if NAMES[name]:
        kwargs.setdefault("slug", scene.world.municipality.slug)
    url = reverse(name, kwargs=kwargs)
    for actor, client in scene.clients.items():
        cookies = client.cookies.copy()
        with transaction.atomic():
            found[actor] = getattr(client, row.method)(url, row.data).status_code
            transaction.set_rollback(True)
        client.cookies = cookies
    assert found == dict(row.status)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "accounts/user/", "password_change/"])
def test_the_administration_pages_belong_to_project_staff_who_may_use_them(scene: Stage, path: str) -> None:
    url = f"/programme/admin/{path}"
    staff = scene.world.people["staff"]
    status = {actor: scene.clients[actor].get(url).status_code for actor in ACTORS}
    assert status == {**dict.fromkeys(ACTORS, 404), "anonymous": 302, "staff": 302}
    type(staff).objects.filter(pk=staff.pk).update(is_staff=True)
    assert scene.clients["staff"].get(url).status_code == 200
    type(staff).objects.filter(pk=staff.pk).update(is_project_staff=False)
    assert scene.clients["staff"].get(url).status_code == 404
