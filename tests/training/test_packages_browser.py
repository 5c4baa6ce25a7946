"""Ordering a package in a real browser: the page follows the making by itself and hands the file out."""

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.training.actions import packages as actions
from apps.training.models import Module, Package
from tests.assessments.test_browser import AXE, SignIn, browser, pytestmark, signed_in
from tests.factories import MunicipalityFactory, member
from tests.training import factories
from tests.training.test_package_pages import addition, at_once, made, media, ordered

__all__ = ["browser", "media", "pytestmark", "signed_in"]


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


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_on_the_pages(municipality: Municipality, signed_in: SignIn, scheme: Any, width: int) -> None:
    module, other = factories.offered(), factories.offered("Grundlagen am Schreibtisch")
    person = member(municipality, Role.COORDINATOR)
    addition(municipality, module)
    made(municipality, ordered(municipality, person, module, with_overlay=True), by=at_once)
    made(municipality, ordered(municipality, person, module, kind="print"), by=at_once)
    ordered(municipality, person, module, kind="web")
    page = signed_in(person, color_scheme=scheme, viewport={"width": width, "height": 900})
    addresses = [
        reverse("packages-modules", args=[municipality.slug]), url(municipality, module), url(municipality, other)
    ]  # fmt: skip
    found = {}
    for number, address in enumerate(addresses):
        page.goto(address)
        page.evaluate(AXE.read_text())
        problems = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder := os.environ.get("KFA_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/pages-{width}-{number}.png", full_page=True)
        if problems or wide > 0:
            found[address] = (problems, wide)
    assert found == {}
