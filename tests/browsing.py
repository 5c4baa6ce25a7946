"""A browser for the tests: the machine's Chromium with as few processes as it can do with, people in it, and axe."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM = os.environ.get("KFA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
#: A process for each site, and one kept in reserve, protect people who surf. Here they take two fifths of the time.
ONE_PROCESS = (
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-features=SpareRendererForSitePerProcess,IsolateOrigins,site-per-process,BackForwardCache,"
    "Translate,MediaRouter,OptimizationHints,HttpsUpgrades,AcceptCHFrame,PaintHolding",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    *ONE_PROCESS,
)
#: Of the tests of one app; one group, so that one worker of xdist starts the browser.
in_browser = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]
SignIn = Callable[..., Page]


@contextmanager
def started(executable: str | None = CHROMIUM) -> Iterator[Browser]:
    """The browser, as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread of the tests
    with started() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def listened_to(page: Page, complaints: list[str]) -> Page:
    """Adds to `complaints` the errors of scripts and what the content security policy refuses."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    return page


@pytest.fixture
def signed_in(browser: Browser, live_server: LiveServer) -> Iterator[SignIn]:
    """Opens pages in English as a person; an error of a script or of the content security policy fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_as(user: Any, **options: Any) -> Page:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = browser.new_context(base_url=live_server.url, locale="en-GB", **options)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}])
        contexts.append(context)
        return listened_to(context.new_page(), complaints)

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


# --- axe ----------------------------------------------------------------------------------------------------------

#: Colour scheme, width, and the rules to run (none: all). Contrast depends on the scheme, all else on the width alone.
Views = tuple[tuple[Literal["light", "dark"], int, tuple[str, ...]], ...]
VIEWS: Views = (
    ("light", 1280, ()),
    ("dark", 1280, ("color-contrast", "link-in-text-block")),
    ("dark", 320, ()),
    ("light", 320, ("color-contrast", "link-in-text-block")),
)
#: Each scheme and each width once, with all rules: for further states of pages that are looked at in all views.
FURTHER = (VIEWS[0], VIEWS[2])
RUN = """async rules => (await axe.run(document, {
    resultTypes: ["violations"], ...(rules.length ? {runOnly: {type: "rule", values: rules}} : {})
})).violations.map(found => ({rule: found.id, where: found.nodes.map(node => node.target.join(" ")).slice(0, 5)}))"""
#: What sticks out at the right, where the page as a whole can be scrolled sideways.
STICKING_OUT = """width => document.scrollingElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > width + 0.5)
    .slice(-3).map(element => element.outerHTML.slice(0, 120))"""


@cache
def axe() -> str:
    """The script that looks for barriers."""
    return (Path(__file__).resolve().parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


def findings(page: Page, views: Views = VIEWS) -> list[str]:
    """What axe says in each view, with its best practices, and what makes the page wider than the screen."""
    page.evaluate(axe())
    found: list[str] = []
    for scheme, width, rules in views:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme} {width}: {violation}" for violation in page.evaluate(RUN, list(rules))]
        found += [f"{scheme} {width}: sticks out: {element}" for element in page.evaluate(STICKING_OUT, width)]
    return found
