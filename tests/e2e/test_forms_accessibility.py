"""axe finds nothing on what the forms of training answer: errors, a marked quiz, the verification of a certificate."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browsing import FURTHER, findings
from tests.e2e.demo_server import Demo
from tests.e2e.visits import ACTORS, OBJECTS, QUERIES, Visit
from tests.files import samples

#: Forms that are sent as they are: name of the URL, who, which form of the page (the last is -1).
EMPTY = (
    ("modules-part-add", "trainer", -1),
    ("modules-start", "staff", -1),
    ("overlays-new", "coordinator", -1),
    ("programme-sessions-new", "staff", -1),
    ("session-people-add", "coordinator", -1),
    ("session-people-import", "coordinator", -1),
    ("sessions-cancel", "coordinator", -1),
    ("sessions-room-new", "coordinator", -1),
    ("trainers-qualify", "staff", -1),
    ("training-approvals-decide", "approver", -1),
    ("training-certificate-revoke", "staff", -1),
    ("training-check-in", "contributor", -1),
    ("training-gate", "coordinator", 0),
    ("training-mandatory-new", "coordinator", -1),
    ("training-verify", "", -1),
)


def opened(page_of: Callable[[str], Page], demo: Demo, name: str, actor: str, objects: str = "") -> Page:
    """The page of a visit."""
    page = page_of(actor if actor or ACTORS.get(name) is None else ACTORS[name])
    page.goto(Visit(name, "", actor, objects or OBJECTS.get(name, ""), QUERIES.get(name, "")).path(demo))
    return page


def form_of(page: Page, number: int = -1) -> Locator:
    """A form of the page's own that is sent by POST."""
    return page.locator("main form[method=post]").nth(number)


def send(form: Locator) -> None:
    form.locator("button[type=submit]:not([name]), button[name=do][value=save]").first.click()
    form.page.wait_for_load_state("networkidle")


def looked_at(page: Page) -> list[str]:
    return findings(page, FURTHER)


@pytest.mark.parametrize(("name", "actor", "number"), EMPTY, ids=[name for name, _actor, _number in EMPTY])
def test_what_an_empty_form_is_answered(
    name: str, actor: str, number: int, demo: Demo, page_of: Callable[[str], Page]
) -> None:
    page = opened(page_of, demo, name, actor)
    send(form_of(page, number))
    assert page.get_by_role("main").locator("[aria-invalid=true], .kern-alert--danger").count(), page.url
    assert not looked_at(page)


def test_a_quiz_marked_and_one_with_a_question_left_open(demo: Demo, page_of: Callable[[str], Page]) -> None:
    page = opened(page_of, demo, "learning-unit", "employee", "unit-quiz")
    send(form_of(page, 0))
    assert not looked_at(page)
    page = opened(page_of, demo, "learning-unit", "employee", "unit-quiz")
    page.get_by_role("radio").first.check()
    for number, chosen in enumerate(page.get_by_role("combobox").all(), start=1):
        chosen.select_option(index=number)
    send(form_of(page, 0))
    assert page.locator("#quiz-result").count() == 1
    assert not looked_at(page)


def test_a_scenario_half_way_and_at_an_ending(demo: Demo, page_of: Callable[[str], Page]) -> None:
    page = opened(page_of, demo, "learning-unit", "employee", "unit-scenario")
    page.get_by_role("main").get_by_role("button", name="Zuhören").click()
    page.wait_for_load_state("networkidle")
    assert not looked_at(page)


def test_what_has_changed_beneath_an_addition(demo: Demo, page_of: Callable[[str], Page]) -> None:
    page = opened(page_of, demo, "overlays-list", "coordinator")
    page.get_by_text("Was sich darunter geändert hat").first.click()
    assert not looked_at(page)


def test_a_changed_certificate_and_an_unknown_one(demo: Demo, page_of: Callable[[str], Page], tmp_path: Path) -> None:
    changed = tmp_path / "Bescheinigung.pdf"
    changed.write_bytes(samples.pdf())
    for number in (demo.kwargs["training-verify-number"]["number"], "00000-00000-00000-00000-00000"):
        page = opened(page_of, demo, "training-verify", "")
        form = form_of(page)
        form.get_by_role("textbox").fill(number)
        form.locator("input[type=file]").set_input_files(changed)
        send(form)
        assert not looked_at(page)
