"""The catalogue in a real browser: the list follows its filters."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.municipalities.models import Municipality, Role
from tests.browsing import SignIn, browser, in_browser, signed_in
from tests.factories import MunicipalityFactory, member
from tests.training import factories
from tests.training.test_catalogue import offered

__all__ = ["browser", "signed_in"]
pytestmark = in_browser

SELECTION = "Das Auswahlgespräch"


@pytest.fixture
def municipality() -> Municipality:
    return factories.opened(MunicipalityFactory())


@pytest.fixture(autouse=True)
def _two_modules(transactional_db: None) -> None:
    offered(SELECTION, dimension=5, edition={"summary": "Ein Auswahlverfahren mit drei Akten, die echt aussehen."})
    offered("Beschwerde führen, vom ersten Gespräch zum Ergebnis", dimension=4)


def test_the_list_follows_its_filters_and_the_address_with_it(municipality: Municipality, signed_in: SignIn) -> None:
    page = signed_in(member(municipality, Role.EMPLOYEE))
    page.goto(f"{reverse('training-catalogue', args=[municipality.slug])}?words=Beschwerde")
    expect(page.locator("#catalogue-list mark").first).to_have_text("Beschwerde")
    page.get_by_label("Field of action").select_option("5")
    expect(page.locator("#catalogue-list")).to_contain_text("No module fits.")
    assert "dimension=5" in page.url
    page.get_by_label("Words").fill("Auswahl")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#catalogue-list")).to_contain_text(SELECTION)
    assert page.url.count("words=") == 1


def test_without_javascript_the_same_is_found(municipality: Municipality, signed_in: SignIn) -> None:
    page = signed_in(member(municipality, Role.EMPLOYEE), java_script_enabled=False)
    page.goto(reverse("training-catalogue", args=[municipality.slug]))
    page.get_by_label("Words").fill("Auswahl")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#catalogue-list")).to_contain_text(SELECTION)
    expect(page.locator("#catalogue-list mark").first).to_be_visible()
