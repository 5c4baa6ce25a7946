"""The catalogue in a real browser: accessible, no wider than a phone, light and dark; the list follows its filters."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.models import MandatoryTraining, Module, Room, Session, SessionDate
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.training import factories
from tests.training.test_catalogue import offered

__all__ = ["browser", "pytestmark", "signed_in"]

LONG = "Antidiskriminierungsrichtlinie für Auswahlverfahren der Verwaltungsbeschäftigten anwenden"


@pytest.fixture
def municipality() -> Municipality:
    return factories.opened(MunicipalityFactory())


def filled(municipality: Municipality) -> tuple[Module, list[Session]]:
    """A catalogue with what pages can show: a module with everything, its sessions, an empowerment session."""
    basis = {
        "norm": "§ 13 Abs. 1 AGG", "says": "Recht auf Beschwerde", "as_of": "2026-10-01", "review_on": "2027-10-01",
        "land": "BE",
    }  # fmt: skip
    source = {"by": "ADS", "title": "Leitfaden", "year": "2024", "url": "https://example.org/leitfaden"}
    module = offered(
        LONG,
        edition={
            "legal_bases": [basis],
            "sources": [source],
            "items": ["d5_01"],
            "prerequisites": "Keine",
            "summary": "Ein Auswahlverfahren mit drei Akten, die echt aussehen. Sie bewerten sie zweimal.",
        },
    )
    offered("Beschwerde führen, vom ersten Gespräch zum Ergebnis", dimension=4)
    named = factories.trainer(UserFactory(first_name="Ayşe", last_name="Muster"), is_named=True)
    room = Room.objects.create(
        name="Ratssaal", address="Markt 1, 12345 Musterstadt", step_free=True, accessibility="Der Aufzug ist links."
    )
    sessions = [
        factories.session(module, days=2, led_by=[named], cost="12.50", notes="Bitte bringen Sie einen Brief mit."),
        factories.session(factories.empowerment(), starts=timezone.now() + timedelta(days=50)),
    ]
    SessionDate.objects.filter(session__in=sessions).update(room=room)
    with scope.enter(scope.municipality(municipality)):
        MandatoryTraining.objects.create(
            module=module, decided_on=timezone.localdate(), reference="Verfügung 7", decided_by=UserFactory()
        )
    return module, sessions


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(municipality: Municipality, signed_in: SignIn, scheme: Any, width: int) -> None:
    module, sessions = filled(municipality)
    slug = municipality.slug
    page = signed_in(
        member(municipality, Role.COORDINATOR), color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    addresses = [
        f"{reverse('training-catalogue', args=[slug])}?words=Verfahren&dimension=5",
        f"{reverse('training-catalogue', args=[slug])}?words=Nichts",
        reverse("training-recommended", args=[slug]),
        reverse("training-sessions", args=[slug]),
        reverse("training-module", args=[slug, module.key]),
        *(reverse("training-session", args=[slug, session.pk]) for session in sessions),
        reverse("training-public-list"),
        reverse("training-public", args=[module.number]),
        reverse("dashboard-municipality", args=[slug]),
    ]
    found = {}
    for place, address in enumerate(addresses):
        page.goto(address)
        page.evaluate(AXE.read_text())
        problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder := os.environ.get("KFA_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/catalogue-{width}-{place}.png", full_page=True)
        if problems or wide > 0:
            found[address] = (problems, wide)
    assert found == {}


def test_the_list_follows_its_filters_and_the_address_with_it(municipality: Municipality, signed_in: SignIn) -> None:
    filled(municipality)
    page = signed_in(member(municipality, Role.EMPLOYEE))
    page.goto(f"{reverse('training-catalogue', args=[municipality.slug])}?words=Beschwerde")
    expect(page.locator("#catalogue-list mark").first).to_have_text("Beschwerde")
    page.get_by_label("Field of action").select_option("5")
    expect(page.locator("#catalogue-list")).to_contain_text("No module fits.")
    assert "dimension=5" in page.url
    page.get_by_label("Words").fill("Auswahl")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#catalogue-list")).to_contain_text(LONG)
    assert page.url.count("words=") == 1


def test_without_javascript_the_same_is_found(municipality: Municipality, signed_in: SignIn) -> None:
    filled(municipality)
    page = signed_in(member(municipality, Role.EMPLOYEE), java_script_enabled=False)
    page.goto(reverse("training-catalogue", args=[municipality.slug]))
    page.get_by_label("Words").fill("Auswahl")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#catalogue-list")).to_contain_text("Antidiskriminierungsrichtlinie")
    expect(page.locator("#catalogue-list mark").first).to_be_visible()
