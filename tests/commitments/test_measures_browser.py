"""The plan of measures in a real browser: moving a card."""

import pytest
from playwright.sync_api import expect

from apps.municipalities.models import Municipality, Role
from tests.browsing import SignIn, browser, in_browser, signed_in
from tests.commitments import factories
from tests.commitments.test_measures import url
from tests.factories import MunicipalityFactory, member

__all__ = ["browser", "signed_in"]
pytestmark = in_browser


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


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
