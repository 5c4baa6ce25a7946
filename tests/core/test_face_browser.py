"""What the browser adds, in a real one: focus, announcements, autosave."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import browser, in_browser, listened_to

__all__ = ["browser"]

pytestmark = in_browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page with the gallery; an error of its own scripts or of the content security policy fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    complaints: list[str] = []
    page = listened_to(context.new_page(), complaints)
    page.goto("/components/")
    yield page
    context.close()
    assert complaints == []


Answer = Callable[[Route], None]


def part(page: Page, markup: str, answer: Answer) -> None:
    """Put `markup` into the page, and have `answer` stand for the server below /sample/."""
    page.route("**/sample/**", answer)
    page.evaluate(
        """markup => {
            document.querySelector('main').insertAdjacentHTML('afterbegin', markup);
            htmx.process(document.querySelector('main').firstElementChild);
        }""",
        markup,
    )


def html(body: str, status: int = 200, **headers: str) -> Answer:
    return lambda route: route.fulfill(status=status, body=body, content_type="text/html", headers=headers)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def spoken(page: Page, text: str) -> None:
    expect(page.locator("#app-live")).to_have_text(text)


def test_the_error_summary_has_the_focus_when_the_page_comes(page: Page) -> None:
    page.goto("/components/?errors")
    assert "app-error-summary" in page.evaluate("document.activeElement.className")


def test_a_link_of_the_error_summary_leads_into_the_field(page: Page) -> None:
    page.goto("/components/?errors")
    page.locator(".app-error-summary a").first.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("Ordnungsamt")
    assert page.input_value("#id_name") == "Ordnungsamt"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "app-skip-link"
    page.keyboard.press("Enter")
    assert focused(page) == "content"


def test_escape_closes_a_menu_and_gives_the_focus_back(page: Page) -> None:
    page.locator(".app-menu summary").first.press("Enter")
    assert page.locator(".app-menu[open]").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".app-menu[open]").count() == 0
    assert page.evaluate("document.activeElement.localName") == "summary"


def test_the_dialog_opens_and_closes(page: Page) -> None:
    page.click("[data-opens-dialog]")
    expect(page.locator("#sample-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sample-dialog")).to_be_hidden()


def test_the_token_goes_out_with_every_request(page: Page) -> None:
    sent: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        sent.append(route.request.headers)
        route.fulfill(status=204)

    part(page, '<button id="go" hx-post="/sample/">x</button>', answer)
    with page.expect_response("**/sample/"):
        page.click("#go")
    assert sent[0]["x-csrftoken"]
    assert sent[0]["hx-request-type"] == "partial"


def test_after_a_swap_the_focus_goes_to_what_asks_for_it(page: Page) -> None:
    part(
        page,
        '<div id="part"><button id="go" hx-post="/sample/" hx-target="#part">x</button></div>',
        html('<div id="part"><p id="wanted" data-focus>Done</p></div>'),
    )
    page.click("#go")
    page.wait_for_selector("#wanted")
    expect(page.locator("#wanted")).to_be_focused()


def test_after_a_swap_that_took_the_focused_element_the_focus_stays_near(page: Page) -> None:
    part(
        page,
        '<div id="part"><button id="go" hx-post="/sample/" hx-target="#part">x</button></div>',
        html('<div id="part"><p id="new">Done</p></div>'),
    )
    page.click("#go")
    page.wait_for_selector("#new")
    expect(page.locator("#part")).to_be_focused()


def test_a_swap_leaves_the_focus_alone_where_it_can(page: Page) -> None:
    part(
        page,
        '<div><button id="go" hx-post="/sample/" hx-target="#part">x</button><div id="part"></div></div>',
        html('<div id="part"><p id="new">Done</p></div>'),
    )
    page.click("#go")
    page.wait_for_selector("#new")
    assert focused(page) == "go"


def test_the_server_speaks_through_the_live_region(page: Page) -> None:
    trigger = json.dumps({"app:announce": {"text": "Prüfung läuft"}, "app:focus": {"id": "id_name"}})
    part(
        page,
        '<div id="part"><button id="go" hx-post="/sample/" hx-target="#part">x</button></div>',
        html('<div id="part">Done</div>', **{"HX-Trigger": trigger}),
    )
    page.click("#go")
    spoken(page, "Prüfung läuft")
    assert focused(page) == "id_name"


def test_a_form_with_errors_is_swapped_in(page: Page) -> None:
    part(
        page,
        '<form id="part" hx-post="/sample/"><button id="go">x</button></form>',
        html('<form id="part"><div id="summary" tabindex="-1" data-focus>Wrong</div></form>', status=422),
    )
    page.click("#go")
    expect(page.locator("#summary")).to_be_focused()


@pytest.mark.parametrize(
    ("status", "says"),
    [(403, "You may not do this"), (404, "That did not work"), (429, "Too many requests"), (500, "That did not work")],
)
def test_an_error_is_told_and_destroys_nothing(page: Page, status: int, says: str) -> None:
    part(
        page,
        '<form id="part" hx-post="/sample/"><input id="mine" value="typed"><button id="go">x</button></form>',
        html("<h1>Error</h1>", status=status),
    )
    page.click("#go")
    page.wait_for_selector("#app-trouble:not([hidden])")
    assert says in page.inner_text("#app-trouble")
    assert page.input_value("#mine") == "typed"


def test_a_redirect_to_the_sign_in_page_is_followed_by_the_whole_page(page: Page) -> None:
    part(
        page,
        '<div id="part"><button id="go" hx-post="/theme/" hx-target="#part">x</button></div>',
        html(""),
    )
    page.click("#go")
    page.wait_for_url(lambda url: not url.endswith("/components/"))
    assert page.locator("h1").count() == 1


AUTOSAVE = (
    '<div><div data-autosave="state" data-autosave-item id="item">'
    '<input id="answer" name="answer" hx-post="/sample/" hx-swap="none"></div>'
    '<p id="state" class="app-autosave"></p></div>'
)


def test_autosave_says_when_it_saved(page: Page) -> None:
    part(page, AUTOSAVE, html("", status=204))
    page.fill("#answer", "3")
    page.press("#answer", "Tab")
    page.wait_for_selector("#state[data-state=saved]")
    assert page.inner_text("#state").startswith("Saved at ")
    assert not page.evaluate("document.getElementById('item').hasAttribute('data-unsaved')")


def test_autosave_marks_what_could_not_be_saved(page: Page) -> None:
    part(page, AUTOSAVE, html("", status=500))
    page.fill("#answer", "3")
    page.press("#answer", "Tab")
    page.wait_for_selector("#item[data-unsaved]")
    assert page.inner_text("#state") == "Not saved. Your entry is still here."
    assert page.input_value("#answer") == "3"


def test_what_was_entered_offline_is_saved_when_the_connection_is_back(page: Page) -> None:
    received: list[str | None] = []

    def answer(route: Route) -> None:
        received.append(route.request.post_data)
        route.fulfill(status=204)

    part(page, AUTOSAVE, answer)
    page.context.set_offline(True)
    # Said by hand: on a machine without a network the browser was never online, and does not say it.
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.wait_for_selector("#app-trouble:not([hidden])")
    page.unroute("**/sample/**")
    page.fill("#answer", "3")
    page.press("#answer", "Tab")
    page.wait_for_selector("#item[data-unsaved]")
    page.route("**/sample/**", answer)
    page.context.set_offline(False)
    page.wait_for_selector("#state[data-state=saved]")
    assert received == ["answer=3"]
    expect(page.locator("#app-trouble")).to_be_hidden()


def test_leaving_with_unsaved_changes_asks_first(page: Page) -> None:
    page.fill("#id_name", "Ordnungsamt")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.goto("/help/")
    assert asked == ["beforeunload"]


def test_sending_the_form_does_not_ask(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#id_name", "Ordnungsamt")
    page.click("main form[data-warn-unsaved] button[type=submit]")
    page.wait_for_selector(".app-error-summary")
    assert asked == []


def test_without_javascript_language_and_display_can_be_chosen(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE", base_url=live_server.url)
    page = context.new_page()
    page.goto("/help/")
    page.click(".app-menu summary")
    page.click("button[name=theme][value=dark]")
    page.wait_for_selector("html[data-kern-theme=dark]")
    page.click("button[name=language][value=en]")
    page.wait_for_selector("html[lang=en]")
    assert page.url.endswith("/help/")
    context.close()


def test_without_javascript_the_navigation_unfolds_on_a_narrow_screen(
    browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 700}, base_url=live_server.url
    )
    page = context.new_page()
    page.goto("/help/")
    page.click(".app-nav__fold summary")
    page.click(".app-only-narrow a[href='/easy-language/']")
    page.wait_for_url("**/easy-language/")
    context.close()
