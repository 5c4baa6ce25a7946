"""One demo and one browser for the browser tests of a worker."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from tests.browsing import CHROMIUM, started
from tests.e2e.demo_server import Demo, running
from tests.sharing import Template, folder_of_the_run

LOUD = "!!! NO CHROMIUM: BROWSER TESTS ARE SKIPPED (apt install chromium, or set KFA_CHROMIUM) !!!"
SECONDS_FOR_A_PAGE = 40  # the first PDF of a server takes long where the machine is busy
VISITS_OF_A_PART = 60


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks, also where this folder alone is tested
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The visits go to the workers in parts of equal size, the journeys to one worker, after them.

    xdist hands out the larger group first. No worker comes from a journey, which changes the demo, to a visit, as long
    as the journeys are fewer than the visits of a part.
    """
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    visits = [item for item in here if item.path.stem == "test_accessibility"]
    parts = max(1, round(len(visits) / VISITS_OF_A_PART))
    group = {item: f"visits-{number * parts // len(visits)}" for number, item in enumerate(visits)}
    for item in here:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group(group.get(item, "journeys")))


@pytest.fixture(scope="package")
def chromium() -> str:
    """Path of the system's Chromium."""
    if CHROMIUM is None:
        pytest.skip(LOUD)
    return CHROMIUM


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Template]:
    """The demo as prepare.py lays it out, which takes half a minute: the demos of all workers are copies of it."""
    name = "_".join(filter(None, ("kfa_e2e", os.environ.get("KFA_TEST_DB", ""), "prepared")))
    with Template(name, folder_of_the_run(tmp_path_factory, worker_id)).held() as template:
        yield template


@pytest.fixture(scope="package")
def demo(
    chromium: str,
    prepared: Template,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Demo]:
    """A running demo of the browser tests' own; its tables are copied from the tests' database, which is empty."""
    name = "_".join(filter(None, ("kfa_e2e", os.environ.get("KFA_TEST_DB", ""), worker_id)))
    with django_db_blocker.unblock():
        tables = connections["owner"].settings_dict["NAME"]
        connections.close_all()  # PostgreSQL copies only what nobody is connected to
    with running(name, prepared, tmp_path_factory.mktemp("demo"), tables) as found:
        yield found


@pytest.fixture(scope="package")
def browser(chromium: str, demo: Demo) -> Iterator[Browser]:
    """The browser, started once, after the demo: Playwright keeps an event loop, in which Django closes nothing."""
    with started(chromium) as browser:
        yield browser


@pytest.fixture(scope="package")
def context_of(browser: Browser, demo: Demo) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser session: of an actor named in prepare.py ("" for a guest), with Playwright's options."""
    contexts = []

    def make(actor: str = "", **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=demo.address, locale="de-DE", reduced_motion="reduce", **options)
        context.set_default_timeout(SECONDS_FOR_A_PAGE * 1000)
        if actor:
            context.add_cookies([session_cookie(demo, actor)])
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def page_of(context_of: Callable[..., BrowserContext], demo: Demo) -> Callable[[str], Page]:
    """The page, shown to an actor: the same one for all tests and actors, for a new one takes longer than a test.

    Each actor finds again the cookies that the server had given to this actor, and nobody else's.
    """
    context = context_of()
    page = context.new_page()
    cookies: dict[str, list[Any]] = {"": []} | {actor: [session_cookie(demo, actor)] for actor in demo.sessions}
    shown = ""

    def show_to(actor: str) -> Page:
        nonlocal shown
        if actor != shown:
            page.goto("about:blank")  # nothing on the page asks the server any more
            cookies[shown] = context.cookies()
            context.clear_cookies()
            context.add_cookies(cookies[actor])
            shown = actor
        return page

    return show_to


def session_cookie(demo: Demo, actor: str) -> Any:
    """What shows the server that it is the actor, in the form that Playwright takes."""
    return {"name": "sessionid", "value": demo.sessions[actor], "url": demo.address}
