"""The player in a real browser: without JavaScript, by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions import overlays
from apps.training.models import Module
from tests.browsing import SignIn, browser, in_browser, signed_in
from tests.factories import MunicipalityFactory, member
from tests.training import factories
from tests.training.test_learning import url
from tests.training.test_overlays import TEXT

__all__ = ["browser", "signed_in"]
pytestmark = in_browser

MORE: dict[str, Any] = {
    **factories.QUIZ,
    "questions": [
        *factories.QUIZ["questions"],
        {
            "key": "q3",
            "type": "multiple",
            "prompt": "Was gehört in den Vermerk?",
            "points": 1,
            "options": [
                {"key": "a", "text": "Tatsachen", "correct": True, "feedback": "Ja."},
                {"key": "b", "text": "Vermutungen", "correct": False, "feedback": "Nein."},
            ],
        },
        {
            "key": "q4",
            "type": "matching",
            "prompt": "Was gehört zusammen?",
            "points": 1,
            "feedback": "Für Beschäftigte gilt das AGG.",
            "pairs": [
                {"key": "a", "left": "Beschäftigte", "right": "§ 13 AGG, die Beschwerdestelle der Dienststelle"},
                {"key": "b", "left": "Bürger*innen", "right": "Art. 3 GG und Art. 17 GG, jede Behörde"},
                {"key": "c", "left": "Beamt*innen", "right": "§ 24 AGG, ebenfalls die Beschwerdestelle"},
            ],
        },
        {"key": "q5", "type": "reflection", "prompt": "Was nehmen Sie mit?", "points": 0, "hint": "Eine Frist."},
    ],
}


@pytest.fixture
def municipality() -> Municipality:
    return factories.opened(MunicipalityFactory())


@pytest.fixture
def module(municipality: Municipality) -> Module:
    units = [(key, kind, MORE if kind == "quiz" else content) for key, kind, content in factories.UNITS]
    made = factories.offered("Beschwerde führen", units=units)
    with scope.enter(scope.municipality(municipality)):
        actor = member(municipality, Role.COORDINATOR)
        for place in ("", "ankommen", "pruefung"):
            overlays.add(actor=actor, module=made, unit_key=place, title="Bei uns im Haus", text=TEXT)
    return made


def pressed(page: Page, name: str) -> None:
    """Reach the button with this name by the keyboard and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == name:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by the keyboard")


def reach(page: Page, identifier: str) -> None:
    """Reach a control by the keyboard."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == identifier:
            return
    raise AssertionError(f"{identifier} cannot be reached by the keyboard")


def choose(page: Page, identifier: str, value: str) -> None:
    """Choose an entry of a select with the arrow keys."""
    select = page.locator(f"[id='{identifier}']")
    select.focus()
    for _ in range(select.evaluate(f"(field) => [...field.options].findIndex((one) => one.value === '{value}')")):
        page.keyboard.press("ArrowDown")
    expect(select).to_have_value(value)


def test_a_module_is_taken_without_javascript_and_by_keyboard_alone(
    municipality: Municipality, module: Module, signed_in: SignIn
) -> None:
    page = signed_in(member(municipality, Role.EMPLOYEE))
    page.route("**/*.js", lambda route: route.abort())  # Playwright's own scripts must run: they look for the focus
    page.goto(url("overview", municipality, module))
    pressed(page, "Begin")
    pressed(page, "Done, next")
    pressed(page, "Zuhören")
    expect(page.get_by_text("Das hilft.")).to_be_visible()
    pressed(page, "Done, next")
    pressed(page, "Done, next")
    pressed(page, "Done, next")
    reach(page, "id_pruefung.q1_0")
    page.keyboard.press("Space")
    for key, place in (("a", "1"), ("b", "2"), ("c", "3")):
        choose(page, f"id_pruefung.q2.{key}", place)
    page.locator("[id='id_pruefung.q3_0']").focus()
    page.keyboard.press("Space")
    for key in ("a", "b", "c"):
        choose(page, f"id_pruefung.q4.{key}", key)
    pressed(page, "Check my answers")
    expect(page.get_by_role("heading", name="Passed with 100 percent.")).to_be_visible()
    pressed(page, "To the overview")
    pressed(page, "Complete the module")
    expect(page.get_by_role("heading", name="You have completed this module")).to_be_visible()
