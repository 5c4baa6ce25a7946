"""The project team's pages: waves, how far the municipalities are, and later deadlines."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.assessments.actions.assessments import WrongState
from apps.assessments.actions.waves import NotLater, extend_assessment, extend_wave
from apps.assessments.models import Assessment, Wave
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories
from tests.factories import MunicipalityFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(staff: Any) -> Client:
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


def test_a_wave_may_have_a_module_of_its_own_and_a_then_test(team: Client) -> None:
    version = factories.published_version()
    values = {
        "label": "T1",
        "instrument_version": version.pk,
        "profile": "standard",
        "topic": " Wohnen ",
        "opens_on": "2026-11-01",
        "closes_on": "2027-01-31",
        "then_test": "on",
    }
    team.post(reverse("waves-new"), values)
    with scope.enter(scope.programme()):
        wave = Wave.objects.get()
    assert (wave.topic, wave.then_test) == ("Wohnen", True)
    assert team.post(reverse("waves-new"), values).status_code == 422


# --- Later deadlines ----

LATER = date(2027, 2, 28)
FIELDS: dict[str, Any] = {"reason": "Haushaltsberatung", "base_url": "https://kommunen.example"}


def extended(wave: Wave, closes_on: date = LATER, **fields: Any) -> Wave:
    with scope.enter(scope.programme()):
        return extend_wave(actor=None, wave=wave, closes_on=closes_on, **{**FIELDS, **fields})


def extended_for_one(assessment: Assessment, extended_to: date = LATER, **fields: Any) -> Assessment:
    with scope.enter(scope.programme()):
        return extend_assessment(
            actor=None, assessment_id=assessment.pk, extended_to=extended_to, **{**FIELDS, **fields}
        )


def told() -> list[OutgoingMail]:
    with scope.enter(scope.programme()):
        return list(OutgoingMail.objects.filter(kind="assessment-extended").order_by("to"))


def test_a_wave_is_extended_for_all_and_those_who_have_not_signed_are_told(
    team: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = factories.wave()
    factories.signed(municipality, wave)
    begun = factories.started(other_municipality, wave)
    page = reverse("waves-extend", args=[wave.pk])
    assert team.get(page).status_code == 200
    done = team.post(page, {"due_on": "2027-02-28", "reason": "Haushaltsberatung"})
    assert done["Location"] == reverse("waves-detail", args=[wave.pk])
    wave.refresh_from_db()
    assert wave.closes_on == LATER
    (mail,) = told()
    assert mail.to == factories.person(other_municipality, Role.COORDINATOR).email
    assert "Haushaltsberatung" in mail.text and "28.02.2027" in mail.text and str(begun.pk) in mail.text
    with scope.enter(scope.programme()):
        entry = AuditEntry.objects.get(verb="wave.extended")
    assert (entry.data["from"], entry.data["to"]) == ("2027-01-31", "2027-02-28")


def test_one_municipality_gets_more_time_and_only_it_is_told(
    team: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    wave = factories.wave()
    one, other = factories.started(municipality, wave), factories.started(other_municipality, wave)
    page = reverse("waves-assessment-extend", args=[wave.pk, one.pk])
    assert page in team.get(reverse("waves-detail", args=[wave.pk])).content.decode()
    assert municipality.name in team.get(page).content.decode()
    assert team.post(page, {"due_on": "2027-02-28", "reason": "Krankheit"}).status_code == 303
    with scope.enter(scope.programme()):
        found = {row.pk: row.due_on for row in Assessment.objects.select_related("wave")}
        assert AuditEntry.objects.get(verb="assessment.extended").municipality_id == municipality.pk
    assert found == {one.pk: LATER, other.pk: date(2027, 1, 31)}
    assert [mail.to for mail in told()] == [factories.person(municipality, Role.COORDINATOR).email]


def test_the_form_wants_a_later_day_and_a_reason(team: Client, municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    for page in (
        reverse("waves-extend", args=[assessment.wave_id]),
        reverse("waves-assessment-extend", args=[assessment.wave_id, assessment.pk]),
    ):
        assert team.post(page, {"due_on": "2027-01-31", "reason": "x"}).status_code == 422
        assert team.post(page, {"due_on": "2027-02-28", "reason": " "}).status_code == 422
        assert team.post(page, {}).status_code == 422


def test_a_deadline_is_never_brought_forward(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    with pytest.raises(NotLater):
        extended(assessment.wave, date(2027, 1, 31))
    extended_for_one(assessment, date(2027, 3, 31))
    with pytest.raises(NotLater):
        extended_for_one(assessment)


def test_an_extension_needs_a_reason(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    with pytest.raises(ValueError, match="reason"):
        extended(assessment.wave, reason=" ")
    with pytest.raises(ValueError, match="reason"):
        extended_for_one(assessment, reason="")


def test_whose_deadline_is_later_anyway_is_not_told_of_the_waves(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    extended_for_one(assessment, date(2027, 3, 31))
    extended(assessment.wave)
    with scope.enter(scope.programme()):
        row = Assessment.objects.select_related("wave").get(pk=assessment.pk)
    assert row.due_on == date(2027, 3, 31)
    assert len(told()) == 1


def test_only_an_open_wave_is_extended(team: Client) -> None:
    draft = factories.draft_wave()
    with pytest.raises(WrongState):
        extended(draft)
    answer = team.post(reverse("waves-extend", args=[draft.pk]), {"due_on": "2027-02-28", "reason": "x"}, follow=True)
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.closes_on == date(2027, 1, 31)


def test_what_is_signed_needs_no_more_time(team: Client, municipality: Municipality) -> None:
    assessment = factories.signed(municipality)
    with pytest.raises(WrongState):
        extended_for_one(assessment)
    page = reverse("waves-assessment-extend", args=[assessment.wave_id, assessment.pk])
    assert page not in team.get(reverse("waves-detail", args=[assessment.wave_id])).content.decode()


def test_no_time_for_one_in_a_wave_that_is_closed(team: Client, municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    team.post(reverse("waves-close", args=[assessment.wave_id]))
    with pytest.raises(WrongState):
        extended_for_one(assessment)


def test_an_assessment_of_another_wave_is_not_found(team: Client, municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    other = factories.wave("T1", instrument_version=assessment.wave.instrument_version)
    assert team.get(reverse("waves-assessment-extend", args=[other.pk, assessment.pk])).status_code == 404
