"""One demo and one browser for all browser tests of a worker."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.e2e.demo_server import Demo, running

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LOUD = "!!! NO CHROMIUM: BROWSER TESTS ARE SKIPPED (apt install chromium, or set KFA_CHROMIUM) !!!"
SECONDS_FOR_A_PAGE = 20


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks, also where this folder alone is tested
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests go to one worker: they share a demo and a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def chromium() -> str:
    """Path of the system's Chromium."""
    found = os.environ.get("KFA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(LOUD)
    return found


@pytest.fixture(scope="package")
def demo(
    chromium: str,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Demo]:
    """A running demo of the browser tests' own; its tables are copied from the tests' database, which is empty."""
    name = "_".join(filter(None, ("kfa_e2e", os.environ.get("KFA_TEST_DB", ""), worker_id)))
    with django_db_blocker.unblock():
        template = connections["owner"].settings_dict["NAME"]
        connections.close_all()  # PostgreSQL copies only what nobody is connected to
    with running(name, tmp_path_factory.mktemp("demo"), template) as found:
        yield found


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser, started once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def context_of(browser: Browser, demo: Demo) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser session: of an actor named in prepare.py ("" for a guest), with Playwright's options."""
    contexts = []

    def make(actor: str = "", **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=demo.address, locale="de-DE", reduced_motion="reduce", **options)
        context.set_default_timeout(SECONDS_FOR_A_PAGE * 1000)
        if actor:
            context.add_cookies([{"name": "sessionid", "value": demo.sessions[actor], "url": demo.address}])
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def page_of(context_of: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """The page of an actor, opened once and used again: a new one for each test takes longer than the test."""
    pages: dict[str, Page] = {}

    def open_page(actor: str) -> Page:
        if actor not in pages:
            pages[actor] = context_of(actor).new_page()
        return pages[actor]

    return open_page
