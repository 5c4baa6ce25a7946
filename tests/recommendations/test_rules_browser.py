"""Suggestions, rules and coverage in a real browser: accessible, and no wider than a phone."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.recommendations.models import MappingRule
from tests.assessments.factories import person
from tests.browsing import SignIn, browser, findings, in_browser, signed_in
from tests.factories import MunicipalityFactory, UserFactory
from tests.recommendations.factories import recommendation, version_in
from tests.recommendations.rule_factories import needs, questionnaire, sheet, stored

__all__ = ["browser", "signed_in"]
pytestmark = in_browser


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def rules(municipality: Municipality) -> MappingRule:
    """Three recommendations in different states, rules for them, and needs that they answer; returns a rule."""
    staff = UserFactory(staff=True)
    version_in("pilot_ready", staff=staff, title="Bürgerbeschwerde mit Frist")
    with scope.enter(scope.programme()):
        recommendation("Mandat, Stelle, Budget in einem Beschluss")
        recommendation("Strukturierte Personalauswahl")
        version = questionnaire({f"d5_{number:02}": 3 for number in range(1, 9)})
        stored(staff, "d5_07", recommendation=None, module="empowerment")
        for number in range(1, 6):
            stored(staff, f"d5_{number:02}", module="beschwerde-fuehren")
        made = stored(staff, "d5_06", recommendation=3, prerequisite=2, competence="housing", on_unknown=True)
    needs(municipality, version, {f"d5_{number:02}": number % 2 for number in range(1, 8)} | {"d5_08": None})
    return made


def look_at(page: Page, path: str) -> None:
    page.goto(path)
    check(page)


def check(page: Page) -> None:
    assert findings(page) == [], page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_suggestions_are_accessible(municipality: Municipality, rules: MappingRule, signed_in: SignIn) -> None:
    page = signed_in(person(municipality, Role.COORDINATOR))
    look_at(page, reverse("recommendations-suggestions", args=[municipality.slug]))
    page.get_by_text("2 more reasons").click()
    expect(page.get_by_text("because item 5.4 stands at level 0, target 3")).to_be_visible()


def test_a_file_is_corrected_and_imported(rules: MappingRule, signed_in: SignIn, tmp_path: Path) -> None:
    page = signed_in(UserFactory(staff=True))
    wrong = upload(page, tmp_path, {"item": "d9_99"}, {"item": "d5_08", "threshold": "x"})
    assert wrong == 422
    check(page)
    expect(page.get_by_role("table")).to_contain_text("threshold")
    upload(page, tmp_path, {"item": "d5_08"}, {"item": "d5_01", "module": "beschwerde-fuehren", "threshold": 2})
    check(page)
    expect(page.get_by_role("main")).to_contain_text("threshold: 1, then 2")
    page.get_by_role("button", name="Import these rules").click()
    expect(page.get_by_role("main")).to_contain_text("1 rule added, 1 changed, 0 removed.")


def upload(page: Page, folder: Path, *rows: dict[str, Any]) -> int:
    """Choose a file with these rows and ask for the differences; returns the status."""
    file = folder / "regeln.xlsx"
    file.write_bytes(sheet(*rows))
    page.goto(reverse("rules-import"))
    page.get_by_label("Excel file").set_input_files(file)
    with page.expect_response(lambda response: response.request.method == "POST") as sent:
        page.get_by_role("button", name="Show the differences").click()
    return sent.value.status
