"""Answering in a real browser: each answer is saved as it is given, nothing typed is lost, pages are accessible."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.assessments import queries
from apps.assessments.models import Assessment
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.factories import MunicipalityFactory, UserFactory, member

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
CHROMIUM = os.environ.get("KFA_CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread of the tests
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def signed_in(browser: Browser, live_server: LiveServer) -> Iterator[SignIn]:
    """Opens pages as a person; an error of a script or of the content security policy fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_as(user: Any, **options: Any) -> Page:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = browser.new_context(base_url=live_server.url, locale="en-GB", **options)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


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


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(municipality: Municipality, signed_in: SignIn, scheme: str, width: int) -> None:
    wave = factories.wave()
    other = MunicipalityFactory()
    assessment, signed = factories.started(municipality, wave), factories.signed(other, wave)
    factories.save(assessment, {"d1_01": "3", "d1_02": "done_for_us", "d1_03": "2"})
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    visits = [
        (
            signed_in(factories.person(municipality, Role.COORDINATOR), **options),
            [
                reverse("assessments-list", args=[municipality.slug]),
                *(url(name, assessment) for name in ("detail", "check", "result")),
                url("section", assessment, "profile"),
                url("section", assessment, "d1"),
            ],
        ),
        (
            signed_in(factories.person(other, Role.SIGNATORY), **options),
            [url("review", signed), url("result", signed), url("section", signed, "d1")],
        ),
        (
            signed_in(UserFactory(staff=True), **options),
            [reverse("waves-list"), reverse("waves-new"), reverse("waves-detail", args=[wave.pk])],
        ),
    ]
    found = {}
    for page, addresses in visits:
        for address in addresses:
            page.goto(address)
            page.evaluate(AXE.read_text())
            problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if folder := os.environ.get("KFA_SCREENSHOTS"):
                name = address.strip("/").replace("/", "_")[-40:]
                page.screenshot(path=f"{folder}/{scheme}-{width}-{name}.png", full_page=True)
            if problems or wide > 0:
                found[address] = (problems, wide)
    assert found == {}
