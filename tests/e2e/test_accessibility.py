"""axe, with its best practices, finds nothing on any page: light and dark, at 320 and at 1280 pixels."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.e2e.demo_server import Demo
from tests.e2e.visits import Visit, visits

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
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
#: Status of a method that a view does not take.
REFUSED = 405
#: Pages that are an error in themselves.
STATUS = {"socialaccount_login_error": 401}


@pytest.fixture(scope="module")
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


def findings(page: Page, axe: str, views: Views = VIEWS) -> list[str]:
    """What axe says in each view, and what makes the page wider than the screen."""
    page.evaluate(axe)
    found: list[str] = []
    for scheme, width, rules in views:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme} {width}: {violation}" for violation in page.evaluate(RUN, list(rules))]
        found += [f"{scheme} {width}: sticks out: {element}" for element in page.evaluate(STICKING_OUT, width)]
    return found


def takes_get(page: Page, path: str) -> bool:
    """Whether a GET is meant to reach the path: a view that refuses OPTIONS says what it takes.

    Asked before, not seen afterwards: Chromium shows no page for an empty 405, and complains of it on the next one.
    """
    answer = page.context.request.fetch(path, method="OPTIONS", max_redirects=0)
    return answer.status != REFUSED or "GET" in answer.headers.get("allow", "")


def look_at(page: Page, path: str, axe: str, status: int = 200, views: Views = VIEWS) -> None:
    """Open the page; fail with what axe finds, and with what the browser complains about.

    What is no page (a file, a text, data) is left alone.
    """
    said = list[str]()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", listen)
    try:
        response = page.goto(path)
        assert response is not None
        if "text/html" not in response.headers.get("content-type", ""):
            return
        assert response.status == status, f"{path}: {response.status}"
        found = findings(page, axe, views)
    except Error as error:
        if "Download is starting" in str(error):
            return
        raise
    finally:
        page.remove_listener("console", listen)
    if status != 200:
        said = [text for text in said if not text.startswith("Failed to load resource")]  # the page itself
    assert not found + said, "\n".join([path, *found, *said])


@pytest.mark.parametrize("visit", list(visits()), ids=str)
def test_axe_finds_nothing(visit: Visit, demo: Demo, page_of: Callable[[str], Page], axe: str) -> None:
    page, path = page_of(visit.actor), visit.path(demo)
    if takes_get(page, path):
        look_at(page, path, axe, STATUS.get(visit.name, 200), FURTHER if visit.is_further else VIEWS)


@pytest.mark.parametrize(
    ("path", "actor", "status"),
    [("/nowhere/", "", 404), ("/k/lindenfurt/people/", "employee", 403), ("/k/silberquell/", "employee", 404)],
)
def test_axe_finds_nothing_on_error_pages(
    path: str, actor: str, status: int, page_of: Callable[[str], Page], axe: str
) -> None:
    look_at(page_of(actor), path, axe, status)
