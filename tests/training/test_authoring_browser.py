"""Writing modules in a real browser: accessible, no wider than a phone, light and dark; a question without a mouse."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.core import scope
from apps.training import library
from apps.training.actions.importing import import_entries
from apps.training.models import ModuleVersion
from apps.training.queries import current_edition
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.factories import UserFactory
from tests.training.module_factories import authors, module_file, version

__all__ = ["browser", "pytestmark", "signed_in"]


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    """Files of a test lie where nothing else is."""
    settings.MEDIA_ROOT = tmp_path / "media"


def module() -> ModuleVersion:
    """The first module of the library, with authors and a file."""
    with scope.enter(scope.programme()):
        import_entries(actor=None, entries=[library.read(library.files()[0])])
        made = ModuleVersion.objects.select_related("module").get()
        authors(made.module)
        module_file(made.module)
        return made


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(signed_in: SignIn, scheme: Any, width: int) -> None:
    made = module()
    units = {unit.kind: unit.key for unit in current_edition(made).units.all()}
    author = made.module.authors.all()[0]
    page = signed_in(UserFactory(staff=True), color_scheme=scheme, viewport={"width": width, "height": 900})
    named = [(name, ()) for name in ("modules-list", "modules-start", "modules-mine")]
    named += [
        (f"modules-{name}", (made.pk,))
        for name in ("detail", "authors", "write", "read", "english", "english-fields", "files", "units")
    ]
    named += [("modules-fields", (made.pk, name)) for name in ("basics", "items", "legal_bases")]
    named += [("modules-unit", (made.pk, key)) for key in units.values()]
    named += [("modules-unit-preview", (made.pk, units[kind])) for kind in ("quiz", "scenario", "reflection")]
    named += [("modules-part-add", (made.pk, units["quiz"], kind)) for kind in ("single", "ordering", "reflection")]
    quiz = current_edition(made).units.filter(kind="quiz")[0]
    named += [
        ("modules-author-remove", (author.pk,)),
        ("modules-unit-add", (made.pk, "trainer")),
        ("modules-unit-delete", (made.pk, units["text"])),
        ("modules-english-unit", (made.pk, units["quiz"])),
        ("modules-part-add", (made.pk, units["scenario"], "place")),
        ("modules-part", (made.pk, quiz.key, quiz.content["questions"][0]["key"])),
        ("modules-part-delete", (made.pk, quiz.key, quiz.content["questions"][0]["key"])),
    ]
    found = {}
    for name, args in named:
        page.goto(reverse(name, args=args))
        page.evaluate(AXE.read_text())
        problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder := os.environ.get("KFA_SCREENSHOTS"):
            kind = str(args[-1])[:20] if args else ""
            page.screenshot(path=f"{folder}/{width}-{name}-{kind}.png", full_page=True)
        if problems or wide > 0:
            found[name, args[1:]] = (problems, wide)
    assert found == {}


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
