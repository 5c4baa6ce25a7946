"""Ordering a package in a real browser: the page follows the making by itself and hands the file out."""

import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions import packages as actions
from apps.training.models import Module, Package
from tests.browsing import FURTHER, SignIn, browser, findings, in_browser, signed_in
from tests.factories import MunicipalityFactory, member
from tests.training import factories
from tests.training.test_package_pages import media

__all__ = ["browser", "media", "signed_in"]
pytestmark = in_browser


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


def url(municipality: Municipality, module: Module) -> str:
    return reverse("packages-module", args=[municipality.slug, module.key])


def test_a_package_is_ordered_followed_and_taken(municipality: Municipality, signed_in: SignIn, tmp_path: Path) -> None:
    factories.offered()
    page = signed_in(member(municipality, Role.COORDINATOR), accept_downloads=True)
    page.goto(reverse("packages-modules", args=[municipality.slug]))
    page.get_by_role("link", name="Beschwerde führen").click()
    expect(page.get_by_label("SCORM 1.2")).to_be_checked()
    page.get_by_role("button", name="Make the package").click()
    table = page.locator("#packages-table tbody")
    expect(table.locator("tr")).to_have_count(1)
    assert findings(page, FURTHER) == []
    with scope.enter(scope.municipality(municipality)):
        waiting = Package.objects.get()
    assert actions.make_package(scope=scope.municipality(municipality), package_id=str(waiting.pk))
    take = table.get_by_role("button", name="Download")
    expect(take).to_be_visible(timeout=15_000)
    with page.expect_download() as taken:
        take.click()
    target = tmp_path / "package.zip"
    taken.value.save_as(target)
    assert taken.value.suggested_filename.endswith("-SCORM-1.2-de.zip")
    assert "imsmanifest.xml" in zipfile.ZipFile(target).namelist()
