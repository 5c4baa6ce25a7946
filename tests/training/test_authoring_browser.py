"""Writing modules in a real browser: a question without a mouse."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.core import scope
from apps.training.queries import current_edition
from tests.browsing import SignIn, browser, in_browser, signed_in
from tests.factories import UserFactory
from tests.training.module_factories import version

__all__ = ["browser", "signed_in"]
pytestmark = in_browser


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    """Files of a test lie where nothing else is."""
    settings.MEDIA_ROOT = tmp_path / "media"


def test_a_question_is_written_with_the_keyboard_alone(signed_in: SignIn) -> None:
    with scope.enter(scope.programme()):
        made = version()
    page = signed_in(UserFactory(staff=True))
    page.goto(reverse("modules-part-add", args=[made.pk, "pruefung", "single"]))
    page.get_by_label("Question").focus()
    page.keyboard.type("Wer hört zu?")
    page.locator("#id_rows-0-text").focus()
    for keys in ("Die Stelle", "Tab", "Space", "Tab", "Ja.", "Tab", "Niemand", "Tab", "Tab", "Nein."):
        if keys in ("Tab", "Space"):
            page.keyboard.press(keys)
        else:
            page.keyboard.type(keys)
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Wer hört zu?")).to_be_visible()
    question = current_edition(made).units.get(key="pruefung").content["questions"][-1]
    assert [(option["text"], option["correct"]) for option in question["options"]] == [
        ("Die Stelle", True),
        ("Niemand", False),
    ]
