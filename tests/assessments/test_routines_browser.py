"""Routines in a real browser: from the list to the check."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.municipalities.models import Municipality, Role
from tests.assessments import routine_factories as factories
from tests.assessments.factories import person
from tests.browsing import SignIn, browser, findings, in_browser, signed_in
from tests.factories import MunicipalityFactory

__all__ = ["browser", "signed_in"]
pytestmark = in_browser


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"routines-{name}", args=[municipality.slug, *args])


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


def test_what_is_ready_to_be_completed_is_accessible(municipality: Municipality, signed_in: SignIn) -> None:
    ready = factories.answered(municipality, factories.routine(municipality, "Ready", kind="discretion"))
    page = signed_in(person(municipality, Role.COORDINATOR))
    page.goto(url("complete", municipality, ready.routine_id))
    expect(page.locator("main form[method=post]")).to_be_visible()
    assert findings(page) == []
