"""The plan of measures in a real browser: accessible, no wider than a phone, light and dark; moving a card."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.commitments.actions import measure_details
from apps.commitments.models import Measure
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.commitments import factories
from tests.commitments.test_measures import url
from tests.factories import MunicipalityFactory, member, org_unit

__all__ = ["browser", "pytestmark", "signed_in"]

LONG = "Antidiskriminierungsrichtlinie für Auswahlverfahren der Verwaltungsbeschäftigten beschließen"


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


def plan(municipality: Municipality) -> Measure:
    """Measures in every state; returns one that has everything beside it."""
    today = timezone.localdate()
    person = member(municipality, Role.CONTRIBUTOR)
    measure = factories.measure(
        municipality,
        title=LONG,
        description="Im Hauptausschuss.",
        org_unit=org_unit(municipality, "Amt für Personal, Organisation und Informationstechnik"),
        responsible=person,
        starts_on=today - timedelta(days=90),
        due_on=today - timedelta(days=2),
        indicator="Anteil der Verfahren",
        unit_of_value="%",
        baseline=10,
        target=90,
        budget=12_500,
    )
    after = factories.measure(municipality, due_on=today + timedelta(days=80), state="in_progress")
    factories.measure(municipality, state="waiting", starts_on=today)
    factories.measure(municipality, state="done", due_on=today, starts_on=today - timedelta(days=30))
    factories.measure(municipality, state="dropped")
    with scope.enter(scope.municipality(municipality)):
        measure_details.add_dependency(actor=person, measure_id=measure.pk, after_id=after.pk)
        for days, value in ((60, 20), (30, 45), (1, 70)):
            measure_details.add_value(
                actor=person, measure_id=measure.pk, measured_on=today - timedelta(days=days), value=value
            )
        measure_details.add_comment(actor=person, measure_id=measure.pk, text="Der Entwurf liegt beim Personalrat.")
        measure_details.add_evidence(
            actor=person, measure_id=measure.pk, title="Beschluss", dated_on=today, url="https://rat.example/117"
        )
    return measure


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(municipality: Municipality, signed_in: SignIn, scheme: Any, width: int) -> None:
    measure = plan(municipality)
    page = signed_in(
        member(municipality, Role.COORDINATOR), color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    addresses = [
        url(name, municipality) for name in ("board", "list", "timeline", "choose", "new", "import", "calendar")
    ]
    addresses += [url(name, municipality, measure.pk) for name in ("detail", "change", "state")]
    addresses += [url(name, municipality, measure.pk) for name in ("evidence-add", "dependency-add")]
    found = {}
    for address in addresses:
        page.goto(address)
        page.evaluate(AXE.read_text())
        problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder := os.environ.get("KFA_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{width}-{address.strip('/').replace('/', '_')[-40:]}.png", full_page=True)
        if problems or wide > 0:
            found[address] = (problems, wide)
    assert found == {}


def test_a_card_moves_and_asks_for_the_reason_it_needs(municipality: Municipality, signed_in: SignIn) -> None:
    measure = factories.measure(municipality)
    page = signed_in(member(municipality, Role.COORDINATOR))
    page.goto(url("board", municipality))
    page.get_by_label("New state of M1").select_option("waiting")
    page.get_by_role("button", name="Move M1").click()
    page.get_by_label("Reason").fill("The council meets in March.")
    page.get_by_role("button", name="Save").click()
    expect(
        page.locator("section", has=page.locator("#column-waiting")).locator(f"#measure-{measure.pk}")
    ).to_be_visible()
