"""The project team's pages: waves and how far the municipalities are."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.assessments.models import Assessment, Wave
from apps.core import scope
from apps.municipalities.models import Municipality
from tests.assessments import factories
from tests.factories import MunicipalityFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(staff: Any, settings: Any) -> Client:
    settings.MFA_REQUIRED_ROLES = []
    client = Client()
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_wave_is_prepared_opened_filled_and_closed(team: Client, municipality: Municipality) -> None:
    version = factories.published_version()
    values = {
        "label": "T0",
        "instrument_version": version.pk,
        "profile": "standard",
        "opens_on": "2026-11-01",
        "closes_on": "2027-01-31",
    }
    created = team.post(reverse("waves-new"), values)
    with scope.enter(scope.programme()):
        wave = Wave.objects.get()
    detail = reverse("waves-detail", args=[wave.pk])
    assert created["Location"] == detail
    assert team.get(reverse("waves-open", args=[wave.pk])).status_code == 200
    assert team.post(reverse("waves-open", args=[wave.pk]))["Location"] == detail
    invite = reverse("waves-invite", args=[wave.pk])
    assert team.post(invite, {}).status_code == 422
    assert team.post(invite, {"municipalities": [municipality.pk]})["Location"] == detail
    assert municipality.name in team.get(detail).content.decode()
    assert team.get(reverse("waves-close", args=[wave.pk])).status_code == 200
    team.post(reverse("waves-close", args=[wave.pk]))
    wave.refresh_from_db()
    assert wave.state == "closed"


def test_a_wave_that_ends_before_it_begins_or_exists_already_is_refused(team: Client) -> None:
    wave = factories.wave()
    values = {
        "label": "T0",
        "instrument_version": wave.instrument_version_id,
        "profile": "standard",
        "opens_on": "2026-11-01",
        "closes_on": "2027-01-31",
    }
    assert team.post(reverse("waves-new"), values).status_code == 422
    assert team.post(reverse("waves-new"), {**values, "label": "T1", "closes_on": "2026-10-01"}).status_code == 422
    assert team.post(reverse("waves-new"), {**values, "label": "Welle"}).status_code == 422


def test_progress_of_every_municipality_is_shown_and_a_signed_one_can_be_closed(
    team: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = factories.wave()
    signed, begun = factories.signed(municipality, wave), factories.started(other_municipality, wave)
    html = team.get(reverse("waves-detail", args=[wave.pk])).content.decode()
    assert municipality.name in html and other_municipality.name in html
    close = reverse("waves-assessment-close", args=[wave.pk, signed.pk])
    assert close in html
    assert team.post(close).status_code == 303
    team.post(reverse("waves-assessment-close", args=[wave.pk, begun.pk]))
    with scope.enter(scope.programme()):
        assert Assessment.objects.get(pk=signed.pk).state == "closed"
        assert Assessment.objects.get(pk=begun.pk).state == "in_progress"


def test_lists_keep_to_their_queries_however_many_take_part(team: Client) -> None:
    wave = factories.wave()
    for _number in range(4):
        factories.started(MunicipalityFactory(), wave)
    factories.draft_wave("T1", instrument_version=wave.instrument_version)
    with at_most(8):
        team.get(reverse("waves-list"))
    with at_most(10):
        team.get(reverse("waves-detail", args=[wave.pk]))


def test_nobody_else_finds_the_waves(municipality: Municipality) -> None:
    wave = factories.wave()
    client = Client()
    client.force_login(member(municipality), backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (reverse("waves-list"), reverse("waves-new"), reverse("waves-detail", args=[wave.pk])):
        assert client.get(address).status_code == 404
