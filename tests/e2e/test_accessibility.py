"""axe, with its best practices, finds nothing on any page: light and dark, at 320 and at 1280 pixels."""

from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.browsing import FURTHER, VIEWS, Views, findings
from tests.e2e.demo_server import Demo
from tests.e2e.visits import Visit, visits

#: Status of a method that a view does not take.
REFUSED = 405
#: Pages that are an error in themselves.
STATUS = {"socialaccount_login_error": 401}


def takes_get(page: Page, path: str) -> bool:
    """Whether a GET is meant to reach the path: a view that refuses OPTIONS says what it takes.

    Asked before, not seen afterwards: Chromium shows no page for an empty 405, and complains of it on the next one.
    """
    answer = page.context.request.fetch(path, method="OPTIONS", max_redirects=0)
    return answer.status != REFUSED or "GET" in answer.headers.get("allow", "")


def look_at(page: Page, path: str, status: int = 200, views: Views = VIEWS) -> None:
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
        found = findings(page, views)
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
def test_axe_finds_nothing(visit: Visit, demo: Demo, page_of: Callable[[str], Page]) -> None:
    page, path = page_of(visit.actor), visit.path(demo)
    if takes_get(page, path):
        look_at(page, path, STATUS.get(visit.name, 200), FURTHER if visit.is_further else VIEWS)


@pytest.mark.parametrize(
    ("path", "actor", "status"),
    [("/nowhere/", "", 404), ("/k/lindenfurt/people/", "employee", 403), ("/k/silberquell/", "employee", 404)],
)
def test_axe_finds_nothing_on_error_pages(path: str, actor: str, status: int, page_of: Callable[[str], Page]) -> None:
    look_at(page_of(actor), path, status)
