"""The project team's cockpit."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments.models import Assessment, Wave
from apps.municipalities.models import Municipality
from tests.assessments import factories as assessments
from tests.dashboard.counting import queries_of
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def team(client: Client, staff: AbstractBaseUser) -> Client:
    """The browser of somebody from the project team."""
    client.force_login(staff)
    return client


def text_of(client: Client, **query: str) -> str:
    """The cockpit's words, blanks collapsed."""
    response = client.get(reverse("dashboard-cockpit"), query)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_before_the_first_wave_the_page_says_what_to_do_first(team: Client) -> None:
    MunicipalityFactory(name="Lindenfurt")
    page = text_of(team)
    assert "Es ist noch keine Welle geöffnet" in page
    assert "Lindenfurt" in page


def test_without_any_municipality_the_page_leads_to_the_register(team: Client) -> None:
    response = team.get(reverse("dashboard-cockpit"))
    assert reverse("municipalities-new") in response.content.decode()


def test_each_model_municipality_has_a_row_with_its_progress(team: Client, municipality: Municipality) -> None:
    assessment = assessments.started(municipality)
    assessments.save(assessment, {"d10_01": "1", "d10_02": "2"})
    page = text_of(team)
    state = Assessment.State.IN_PROGRESS.label
    assert re.search(rf"{municipality.name} .* {state} .* 2 von \d+ Fragen", page)
    assert re.search(r"0 von 1[01] Abschnitten", page)
    assert timezone.localdate().strftime("%d.%m.%Y") in page


def test_a_signed_assessment_names_who_signed(team: Client, municipality: Municipality) -> None:
    assessment = assessments.signed(municipality)
    signer = assessments.person(municipality, "signatory")
    page = text_of(team)
    assert f"{signer.get_full_name()}" in page
    assert "1 unterschrieben von 1, die teilnehmen" in page
    assert str(assessment.wave) in page


def test_who_is_late_is_said_in_words(
    team: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = assessments.wave(
        opens_on=timezone.localdate() - timedelta(days=40), closes_on=timezone.localdate() - timedelta(days=1)
    )
    assessments.started(municipality, wave)
    assessments.signed(other_municipality, wave)
    page = text_of(team)
    assert re.search(rf"{municipality.name} .*? überfällig", page)
    assert "1 überfällig" in page


def test_the_open_wave_with_the_nearest_deadline_is_shown_until_another_is_asked_for(
    team: Client, municipality: Municipality
) -> None:
    first = assessments.wave("T0", closes_on=timezone.localdate() + timedelta(days=10))
    second = assessments.wave(
        "T1", instrument_version=first.instrument_version, closes_on=timezone.localdate() + timedelta(days=200)
    )
    assessments.started(municipality, first)
    assert f"Stand in {first}" in text_of(team)
    other = text_of(team, wave=str(second.pk))
    assert f"Stand in {second}" in other and "nimmt an dieser Welle nicht teil" in other
    assert f"Stand in {first}" in text_of(team, wave="nonsense")


def test_a_wave_in_preparation_is_not_shown(team: Client) -> None:
    assessments.draft_wave()
    assert "Es ist noch keine Welle geöffnet" in text_of(team)
    assert Wave.objects.count() == 1


def test_other_stages_are_one_click_away(team: Client) -> None:
    MunicipalityFactory(name="Modellstadt")
    MunicipalityFactory(name="Vergleichsstadt", stage=Municipality.Stage.COMPARISON)
    assert "Vergleichsstadt" not in text_of(team)
    compared = text_of(team, stage="comparison")
    assert "Vergleichsstadt" in compared and "Modellstadt" not in compared
    assert "Modellstadt" in text_of(team, stage="nonsense")


def test_a_stage_without_municipalities_says_what_to_do(team: Client) -> None:
    assert "Noch keine Kommune in dieser Stufe" in text_of(team, stage="associated")


def test_a_municipality_that_has_left_is_not_shown(team: Client) -> None:
    MunicipalityFactory(name="Ehemalige", is_active=False)
    assert "Ehemalige" not in text_of(team)


def test_a_long_list_is_paged(team: Client) -> None:
    for number in range(27):
        MunicipalityFactory(name=f"Kommune {number:02}")
    assert "Kommune 24" in text_of(team) and "Kommune 25" not in text_of(team)
    assert "Kommune 26" in text_of(team, page="2")


def test_the_number_of_queries_is_small_and_does_not_grow_with_the_rows(team: Client) -> None:
    wave = assessments.wave()
    assessments.started(MunicipalityFactory(), wave)
    few = queries_of(lambda: text_of(team))
    for _number in range(3):
        assessments.started(MunicipalityFactory(), wave)
    assert queries_of(lambda: text_of(team)) == few <= 10
