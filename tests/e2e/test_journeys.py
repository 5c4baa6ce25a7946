"""From the sign-in page to the signed assessment: by keyboard alone, and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.demo_server import Demo

TABS = 80
#: What the focused element is called: by its label, its content, and by its legend where it stands in a group.
FOCUSED = r"""() => {
    const element = document.activeElement;
    if (!element || element === document.body) return "";
    const labels = [...(element.labels || [])].map(label => label.innerText);
    const group = element.closest("fieldset");
    const legend = group && group.querySelector("legend");
    return [element.getAttribute("aria-label"), ...labels, element.innerText, legend && legend.innerText]
        .filter(Boolean).join(" | ").replace(/\s+/g, " ");
}"""
#: Whether one can see where the focus is: an outline or a shadow of the element (its ::after included: a stretched
#: link), of its label or of what holds it.
VISIBLE = """() => {
    const shown = style => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
        || style.boxShadow !== "none";
    const element = document.activeElement;
    return shown(getComputedStyle(element, "::after"))
        || [element, element.parentElement, ...(element.labels || [])].some(one => shown(getComputedStyle(one)));
}"""
BEGIN = "Begin the assessment|Bedarfserhebung beginnen"
GO_ON = "Save and go on|Speichern und weiter"
HAND_IN = "Hand in for signature|Zur Unterschrift"
SIGN = "Sign off|Unterschreiben"
MISSION, DATA = "Leitbild", "Daten"


class Keyboard:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what is called `name`; wherever it is, one must see it."""
        passed = []
        for _press in range(TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            if focused:
                assert self.page.evaluate(VISIBLE), f"one cannot see that the focus is on {focused!r}"
            if re.search(name, focused):
                return
            passed.append(focused)
        raise AssertionError(f"{name!r} cannot be reached by Tab; passed {passed}")

    def follow(self, name: str) -> None:
        """Go to the link or button and press Enter; wait for the page that comes."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Type into the field."""
        self.tab_to(name)
        self.page.keyboard.type(text)

    def choose(self, name: str, level: int) -> None:
        """Go to the group of radio buttons, choose the first, then arrow down; each choice is saved by itself."""
        self.tab_to(name)
        self._saved(lambda: self.page.keyboard.press("Space"))
        for _press in range(level):
            self._saved(lambda: self.page.keyboard.press("ArrowDown"))

    def _saved(self, press: Callable[[], None]) -> None:
        with self.page.expect_response(re.compile("/answers/")) as answer:
            press()
        assert answer.value.status == 200
        expect(self.page.locator('[data-state="saved"]').first).to_be_visible()


def test_by_keyboard_alone_from_sign_in_to_the_submitted_assessment(
    context_of: Callable[..., BrowserContext], demo: Demo
) -> None:
    page = context_of(viewport={"width": 1280, "height": 900}).new_page()
    keyboard = Keyboard(page)
    page.goto("/accounts/login/?next=/k/silberquell/")
    keyboard.write("^E-Mail-Adresse", "birgit.seidl@silberquell.example")
    keyboard.write("^Passwort$", demo.password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keyboard.follow("Zur Bedarfserhebung T9")
    keyboard.follow(BEGIN)

    keyboard.follow(MISSION)
    keyboard.choose("Der Rat hat beschlossen", level=3)
    keyboard.choose("Jemand ist zuständig", level=2)
    keyboard.write("Welche Stelle", "Hauptverwaltung")  # asked from level 2 on
    keyboard.follow(GO_ON)
    keyboard.choose("Daten werden ausgewertet", level=1)
    keyboard.follow(GO_ON)
    keyboard.follow(HAND_IN)
    expect(page.get_by_role("main")).to_contain_text(re.compile("in Prüfung|in review"))


def test_without_javascript_from_the_first_answer_to_the_signature(
    context_of: Callable[..., BrowserContext], demo: Demo
) -> None:
    page = context_of(java_script_enabled=False).new_page()
    home = "/k/verbandsgemeinde-sonnenhang/"
    sign_in(page, "katrin.bauer-mensah", demo, home)
    page.get_by_role("link", name=re.compile("Zur Bedarfserhebung T9")).click()
    button(page, BEGIN).click()
    overview = page.url

    page.get_by_role("link", name=re.compile(MISSION)).click()
    level(page, "Der Rat hat beschlossen", 3).check()
    level(page, "Jemand ist zuständig", 2).check()
    button(page, GO_ON).click()
    level(page, "Daten werden ausgewertet", 0).check()
    button(page, GO_ON).click()
    expect(button(page, HAND_IN)).to_be_visible()

    page.goto(overview)
    page.get_by_role("link", name=re.compile(MISSION)).click()
    expect(level(page, "Der Rat hat beschlossen", 3)).to_be_checked()
    page.get_by_label("Welche Stelle?").fill("Zentrale Dienste")
    button(page, "^(Save|Speichern)$").click()
    expect(page.get_by_label("Welche Stelle?")).to_have_value("Zentrale Dienste")

    page.goto(overview + "check/")
    button(page, HAND_IN).click()
    page.context.clear_cookies()
    sign_in(page, "peter.wendling", demo, home)
    page.get_by_role("link", name=re.compile("Prüfen und unterschreiben")).click()
    page.get_by_label("Funktion").fill("Bürgermeister der Verbandsgemeinde")
    page.get_by_role("checkbox").check()
    button(page, SIGN).click()
    expect(page.get_by_role("main")).to_contain_text("Peter Wendling")


def sign_in(page: Page, name: str, demo: Demo, home: str) -> None:
    page.goto(f"/accounts/login/?next={home}")
    page.get_by_label("E-Mail-Adresse").fill(f"{name}@verbandsgemeinde-sonnenhang.example")
    page.get_by_label("Passwort", exact=True).fill(demo.password)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(re.compile(f"{home}$"))


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(name))


def level(page: Page, question: str, number: int) -> Locator:
    """The radio button of a level."""
    return page.get_by_role("radiogroup", name=re.compile(question)).locator(f'input[value="{number}"]')


@pytest.mark.parametrize("scripts", [True, False])
def test_the_demo_signs_in_with_one_click(context_of: Callable[..., BrowserContext], scripts: bool) -> None:
    page = context_of(java_script_enabled=scripts).new_page()
    page.goto("/demo/")
    page.get_by_role("button", name=re.compile("^Amina Reuter")).click()
    expect(page).to_have_url(re.compile("/k/lindenfurt/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lindenfurt")
