"""Answering in a real browser: each answer is saved as it is given, and nothing typed is lost."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.assessments import queries
from apps.assessments.models import Assessment
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.browsing import SignIn, browser, in_browser, signed_in
from tests.factories import MunicipalityFactory, member

__all__ = ["browser", "signed_in"]
pytestmark = in_browser


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


def url(name: str, assessment: Assessment, *args: str) -> str:
    return reverse(f"assessments-{name}", args=[assessment.municipality.slug, assessment.pk, *args])


def rows(assessment: Assessment) -> dict[str, Any]:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries.answers_of(queries.assessments().get(pk=assessment.pk))


def saved(page: Page, item: str) -> None:
    expect(page.locator(f"#item-{item}-saved")).to_have_attribute("data-state", "saved")


def test_each_answer_is_saved_as_it_is_given(municipality: Municipality, signed_in: SignIn) -> None:
    assessment = factories.started(municipality)
    page = signed_in(factories.person(municipality, Role.COORDINATOR))
    page.goto(url("section", assessment, "d1"))
    expect(page.locator("[name=answer-d1_03_fte]")).to_have_count(0)
    explanation = page.locator("#item-d1_03 details.app-item__details:not(.app-answer__remarks)")
    explanation.locator("summary").click()
    page.locator("#q-d1_03-2").check()
    saved(page, "d1_03")
    expect(page.locator("[name=answer-d1_03_fte]")).to_be_visible()
    page.locator("[name=answer-d1_03_fte]").fill("0,5")
    page.locator("#item-d1_03 details.app-answer__remarks summary").click()
    saved(page, "d1_03_fte")
    page.locator("#item-d1_03-note").fill("Stellenplan 2026")
    page.locator("#q-d1_01-3").check()  # leaves the note: it is saved
    saved(page, "d1_03")
    saved(page, "d1_01")
    expect(page.locator("#item-d1_03-note")).to_have_value("Stellenplan 2026")
    expect(page.locator("#item-d1_03 details.app-answer__remarks")).to_have_attribute("open", "")
    expect(explanation).to_have_attribute("open", "")  # what one reads stays open
    found = rows(assessment)
    assert (found["d1_03"].level, found["d1_03"].note) == (2, "Stellenplan 2026")
    assert (found["d1_01"].level, found["d1_03_fte"].value) == (3, "0.5")
    page.locator("#q-d1_03-1").check()
    expect(page.locator("[name=answer-d1_03_fte]")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "q-d1_03-1"


def test_done_for_us_asks_who_and_the_answer_is_kept(municipality: Municipality, signed_in: SignIn) -> None:
    assessment = factories.started(municipality)
    page = signed_in(factories.person(municipality, Role.COORDINATOR))
    page.goto(url("section", assessment, "d10"))
    page.locator("#q-d10_01-done_for_us").check()
    page.locator("#item-d10_01-done-by-kreis").check()
    expect(page.locator("#item-d10_01 .kern-alert")).to_have_count(0)
    assert rows(assessment)["d10_01"].done_by == "kreis"
    page.reload()
    expect(page.locator("#item-d10_01-done-by-kreis")).to_be_checked()


def test_a_wrong_entry_stays_and_says_why(municipality: Municipality, signed_in: SignIn) -> None:
    assessment = factories.started(municipality)
    page = signed_in(factories.person(municipality, Role.COORDINATOR))
    page.goto(url("section", assessment, "profile"))
    page.locator("[name=answer-employees]").fill("viele")
    page.locator("[name=answer-units_involved]").focus()
    expect(page.locator("#item-employees .kern-error")).to_be_visible()
    expect(page.locator("[name=answer-employees]")).to_have_value("viele")
    page.locator("[name=answer-employees]").fill("1.200")
    page.locator("[name=answer-units_involved]").focus()
    expect(page.locator("#item-employees .kern-error")).to_have_count(0)
    assert rows(assessment)["employees"].value == "1200"


def test_choices_and_texts_that_depend_on_an_answer_change_with_it(
    municipality: Municipality, signed_in: SignIn
) -> None:
    assessment = factories.started(municipality)
    page = signed_in(factories.person(municipality, Role.COORDINATOR))
    page.goto(url("section", assessment, "profile"))
    page.locator("#q-municipality_kind-district").check()
    expect(page.locator("#q-size_class-dis_2")).to_be_visible()
    expect(page.locator("#q-size_class-mun_2")).to_have_count(0)
    page.locator("#q-municipality_kind-municipality").check()
    expect(page.locator("#q-size_class-mun_2")).to_be_visible()
    page.locator("[name=answer-employees]").fill("200")
    page.locator("#q-staff_council-yes").check()
    page.locator("[name=answer-contact_staff]").fill("50")
    page.locator("#q-staff_council-no").check()
    expect(page.locator("#item-contact_share_note")).to_contain_text("25")


def test_two_people_at_once_see_the_conflict_and_decide(municipality: Municipality, signed_in: SignIn) -> None:
    assessment = factories.started(municipality)
    page = signed_in(factories.person(municipality, Role.COORDINATOR))
    page.goto(url("section", assessment, "d1"))
    factories.save(assessment, {"d1_01": "3"}, actor=member(municipality, Role.CONTRIBUTOR))
    page.locator("#q-d1_01-1").check()
    conflict = page.locator("#item-d1_01 .kern-alert--danger")
    expect(conflict).to_be_visible()
    assert page.evaluate("document.activeElement.contains(document.getElementById('item-d1_01-conflict'))")
    expect(page.locator("#q-d1_01-1")).to_be_checked()
    assert rows(assessment)["d1_01"].level == 3
    conflict.get_by_role("button").click()
    expect(conflict).to_have_count(0)
    assert rows(assessment)["d1_01"].level == 1


def test_an_answer_given_offline_is_sent_when_the_connection_is_back(
    municipality: Municipality, signed_in: SignIn
) -> None:
    assessment = factories.started(municipality)
    page = signed_in(factories.person(municipality, Role.COORDINATOR))
    page.goto(url("section", assessment, "d1"))
    page.context.set_offline(True)
    page.locator("#q-d1_01-2").check()
    expect(page.locator("#item-d1_01-saved")).to_have_attribute("data-state", "failed")
    page.context.set_offline(False)
    saved(page, "d1_01")
    assert rows(assessment)["d1_01"].level == 2
