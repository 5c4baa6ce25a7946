"""Routines in a real browser: from the list to the example, each page accessible and no wider than a phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.municipalities.models import Municipality, Role
from tests.assessments import routine_factories as factories
from tests.assessments.factories import person
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.e2e.test_accessibility import findings
from tests.factories import MunicipalityFactory, UserFactory

__all__ = ["browser", "pytestmark", "signed_in"]


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"routines-{name}", args=[municipality.slug, *args])


def look_at(page: Page, path: str) -> None:
    page.goto(path)
    assert findings(page, AXE.read_text(encoding="utf-8")) == [], path
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_department_checks_a_routine_from_the_list_to_the_result(
    municipality: Municipality, signed_in: SignIn
) -> None:
    factories.questionnaire()
    page = signed_in(person(municipality, Role.COORDINATOR))
    page.goto(url("list", municipality))
    page.get_by_role("link", name="Add a routine").click()
    page.get_by_label("Name").fill("Application for a parking permit")
    page.get_by_label("Form", exact=True).check()
    page.get_by_role("button", name="Add the routine").click()
    page.get_by_role("button", name="Begin the check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The routine")
    page.locator("#q-routine_law").fill("by-law")
    page.get_by_label("Two people together").check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Access and comprehensibility")
    page.get_by_role("button", name="Save and go on").click()
    page.goto(url("list", municipality))
    expect(page.locator("table")).to_contain_text("in progress (2 of")
    page.get_by_role("link", name="Application for a parking permit").click()
    page.get_by_role("link", name="Go on with the check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Access and comprehensibility")
    page.locator("#q-r2_01-1").check()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.url.split("/check/")[0] + "/complete/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Still to be answered")


def test_every_page_is_accessible(municipality: Municipality, signed_in: SignIn) -> None:
    begun = factories.begun(municipality)
    ready = factories.answered(municipality, factories.routine(municipality, "Ready", kind="discretion"))
    done = factories.completed(municipality, factories.routine(municipality, "Done", kind="letter"))
    shown = factories.completed(municipality, factories.routine(municipality, "Shown", kind="service_path"))
    factories.published(municipality, shown)
    waiting = factories.released(
        municipality, factories.completed(municipality, factories.routine(municipality, "Waiting"))
    )
    page = signed_in(person(municipality, Role.COORDINATOR))
    check, complete = (url(name, municipality, begun.routine_id) for name in ("check", "complete"))
    for path in (
        url("list", municipality),
        url("new", municipality),
        url("detail", municipality, done.routine_id),
        url("change", municipality, done.routine_id),
        url("archive", municipality, done.routine_id),
        check,
        f"{check}?section=r2&missing=1",
        complete,
        url("complete", municipality, ready.routine_id),
        url("result", municipality, done.pk),
        url("result", municipality, shown.pk),
        url("release", municipality, done.pk),
        url("take-back", municipality, shown.pk),
        url("examples", municipality),
    ):
        look_at(page, path)
    staff: User = UserFactory(staff=True)
    page = signed_in(staff)
    look_at(page, reverse("routine-examples-review"))
    look_at(page, reverse("routine-examples-detail", args=[waiting.example_id]))
    look_at(page, url("check", municipality, begun.routine_id))
