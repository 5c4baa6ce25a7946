"""Examples from routine checks: released without a name, read by the project team, then by all; nothing says whose."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assessments.actions import routine_examples as actions
from apps.assessments.actions.assessments import WrongState
from apps.assessments.models import RoutineCheck, RoutineExample, RoutineRelease
from apps.assessments.policies_routines import betrays
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.municipalities.models.territory import MunicipalityTerritory, Territory
from apps.notifications.models import OutgoingMail
from tests.assessments import routine_factories as factories
from tests.assessments.factories import person
from tests.assessments.test_pages import FormFields, signed_in
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(municipality: Municipality) -> Client:
    return signed_in(person(municipality, Role.COORDINATOR))


@pytest.fixture
def team(staff: User) -> Client:
    return signed_in(staff)


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"routines-{name}", args=[municipality.slug, *args])


def review(name: str, *args: Any) -> str:
    return reverse(f"routine-examples-{name}", args=args)


def examples() -> list[RoutineExample]:
    with scope.enter(scope.programme()):
        return list(RoutineExample.objects.order_by("title"))


# --- Releasing ----


def test_the_form_begins_with_the_questionnaires_words_and_not_with_typed_ones(
    municipality: Municipality, coordinator: Client
) -> None:
    check = factories.completed(
        municipality, answers={"r2_04": "no", "r2_01": "1", "r3_04": "unknown", "r7_change": "Frau Sommer fragen"}
    )
    page = coordinator.get(url("release", municipality, check.pk)).content.decode()
    shown = FormFields(page).values
    assert shown["title"] == [""]
    (found,) = shown["found"]
    assert "Nennt der Text eine Person oder Stelle, die Fragen beantwortet" in found
    assert found.count("– ") == 3
    assert "Sommer" not in page
    assert shown["changed"][0].strip() == ""


def test_a_released_example_waits_for_the_project_team(municipality: Municipality, coordinator: Client) -> None:
    check = factories.completed(municipality)
    response = coordinator.post(url("release", municipality, check.pk), factories.TEXTS)
    assert response["Location"] == url("result", municipality, check.pk)
    (example,) = examples()
    assert (example.state, example.kind, example.title) == ("proposed", "form", "Ausweis für Anwohnende")
    assert "Ausweis für Anwohnende" not in coordinator.get(url("examples", municipality)).content.decode()
    assert "Ausweis für Anwohnende" in coordinator.get(url("result", municipality, check.pk)).content.decode()


def test_releasing_twice_makes_one_example(municipality: Municipality, coordinator: Client) -> None:
    check = factories.completed(municipality)
    for title in ("Erste Fassung", "Zweite Fassung"):
        sent = {**factories.TEXTS, "title": title}
        assert coordinator.post(url("release", municipality, check.pk), sent).status_code == 303
    assert factories.released(municipality, check, title="Dritte").example_id == examples()[0].pk
    assert [example.title for example in examples()] == ["Erste Fassung"]
    (example,) = examples()
    with scope.enter(scope.municipality(municipality)), pytest.raises(IntegrityError), transaction.atomic():
        RoutineRelease.objects.create(check_of=check, example=example)


@pytest.mark.parametrize("field", ["title", "found", "changed"])
def test_a_text_that_names_the_municipality_is_refused_where_it_stands(
    municipality: Municipality, coordinator: Client, field: str
) -> None:
    check = factories.completed(municipality)
    for name in (municipality.name, municipality.name.upper(), municipality.slug, municipality.name.replace(" ", "-")):
        sent = {**factories.TEXTS, field: f"Bei uns in {name}s Verwaltung"}
        response = coordinator.post(url("release", municipality, check.pk), sent)
        assert response.status_code == 422
        page = response.content.decode()
        assert f"id_{field}_error" in page
    assert not examples()
    with pytest.raises(actions.NamesPlace) as refused:
        factories.released(municipality, check, **{field: municipality.name})
    assert refused.value.fields == [field]


def test_a_text_that_names_a_place_of_the_municipality_is_refused(municipality: Municipality) -> None:
    place = Territory.objects.create(
        kind="municipality", ars="990510001001", ags="99051001", name="Oberbeispiel", search_name="oberbeispiel",
        search_plain="oberbeispiel", land="99", type_code="63", as_of=date(2026, 1, 1),
    )  # fmt: skip
    MunicipalityTerritory.objects.create(municipality=municipality, territory=place, valid_from=date(2026, 1, 1))
    with pytest.raises(actions.NamesPlace):
        factories.released(municipality, found="Am Schalter in Oberbeispiel fehlte ein Schild.")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Stadt Musterau", "Die Musterauer Verwaltung", True),
        ("Landkreis Beispielland", "im Beispielland", True),
        ("Musterau, Stadt", "in Musterau gilt", True),
        ("bad-musterau", "Bad Musterau", True),
        ("stadt-musterau", "in Musterau", True),
        ("Au", "Auskunft über das Verfahren", False),
        ("Au", "der Ort Au", True),
        ("Stadt Musterau", "Die Stadt hat das Muster geändert", False),
        ("Amt Musterau", "Das Amt prüft", False),
    ],
)
def test_a_name_is_found_however_it_is_inflected(name: str, text: str, told: bool) -> None:
    assert betrays(text, [name]) is told


def test_an_example_needs_a_completed_check_and_its_texts(municipality: Municipality, coordinator: Client) -> None:
    check = factories.answered(municipality, answers={"r2_04": "no"})
    assert coordinator.get(url("release", municipality, check.pk)).status_code == 303
    with pytest.raises(WrongState):
        factories.released(municipality, check)
    factories.complete(municipality, check)
    assert coordinator.post(url("release", municipality, check.pk), {"title": "", "found": ""}).status_code == 422
    with pytest.raises(ValueError, match="title"):
        factories.released(municipality, check, title=" ")
    assert not examples()


# --- Nothing says whose it is ----


def audited(**filters: Any) -> list[AuditEntry]:
    """What the project team can read of the record, of all municipalities."""
    with scope.enter(scope.programme()):
        return list(AuditEntry.objects.filter(**filters))


def test_neither_the_example_nor_the_record_says_whose_it_is(municipality: Municipality) -> None:
    check = factories.completed(municipality)
    before = len(audited())
    release = factories.released(municipality, check)
    assert len(audited()) == before
    assert not audited(target_id=str(release.example_id))
    (example,) = examples()
    told = json.dumps(model_to_dict(example), default=str) + str(example.pk)
    for own in (municipality.pk, municipality.name, municipality.slug, check.pk, check.routine_id, check.routine.name):
        assert str(own) not in told
    columns = {field.name for field in RoutineExample._meta.get_fields() if field.is_relation}
    assert columns == set()


def test_neither_key_nor_dates_of_an_example_say_when_it_was_released(municipality: Municipality) -> None:
    factories.released(municipality)
    (example,) = examples()
    assert example.pk.version == 4
    for moment in (example.created_at, example.updated_at):
        assert timezone.localtime(moment).strftime("%H:%M:%S.%f") == "00:00:00.000000"


def test_the_project_team_cannot_read_which_check_an_example_came_from(municipality: Municipality) -> None:
    factories.released(municipality)
    with scope.enter(scope.programme()), pytest.raises(DatabaseError), transaction.atomic():
        RoutineRelease.objects.exists()


def test_another_municipality_learns_nothing_of_a_release(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    release = factories.released(municipality)
    with scope.enter(scope.municipality(other_municipality)):
        assert not RoutineRelease.objects.exists()
        with pytest.raises(RoutineCheck.DoesNotExist):
            actions.take_back_example(actor=None, check_id=release.check_of_id)
    stranger = signed_in(person(other_municipality, Role.COORDINATOR))
    for name in ("release", "take-back"):
        assert stranger.post(url(name, other_municipality, release.check_of_id)).status_code == 404
    assert len(examples()) == 1


def test_deciding_is_on_record_without_a_municipality(municipality: Municipality, staff: User) -> None:
    example = factories.published(municipality)
    with scope.enter(scope.programme()):
        actions.decline_example(actor=staff, example_id=example.pk, reason="Doppelt")
    found = audited(target_id=str(example.pk))
    assert sorted(entry.verb for entry in found) == ["routine_example.declined", "routine_example.published"]
    assert all(entry.municipality_id is None and entry.data == {} for entry in found)


def test_no_mail_goes_out(municipality: Municipality) -> None:
    factories.published(municipality)
    with scope.enter(scope.municipality(municipality)):
        assert not OutgoingMail.objects.exists()


# --- The project team reads ----


def test_the_project_team_publishes_and_then_all_may_read(
    municipality: Municipality, other_municipality: Municipality, team: Client
) -> None:
    release = factories.released(municipality)
    assert "Ausweis für Anwohnende" in team.get(review("review")).content.decode()
    page = team.get(review("detail", release.example_id)).content.decode()
    assert "Funktionsnummer in alle Fassungen aufgenommen." in page and municipality.name not in page
    for _again in range(2):
        assert team.post(review("publish", release.example_id)).status_code == 303
    for role in (Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY):
        client = signed_in(member(other_municipality, role))
        page = client.get(url("examples", other_municipality)).content.decode()
        assert "Ausweis für Anwohnende" in page and municipality.name not in page
    employee = signed_in(member(other_municipality, Role.EMPLOYEE))
    assert employee.get(url("examples", other_municipality)).status_code == 403
    assert len(audited(verb="routine_example.published")) == 1


def test_declining_needs_a_reason_which_the_municipality_reads(
    municipality: Municipality, coordinator: Client, team: Client
) -> None:
    release = factories.released(municipality)
    assert team.post(review("decline", release.example_id), {"reason": " "}).status_code == 422
    assert examples()[0].state == "proposed"
    sent = {"reason": "Bitte die Straße weglassen"}
    for _again in range(2):
        assert team.post(review("decline", release.example_id), sent).status_code == 303
    assert team.post(review("publish", release.example_id)).status_code == 303
    assert examples()[0].state == "declined"
    page = coordinator.get(url("result", municipality, release.check_of_id)).content.decode()
    assert "Bitte die Straße weglassen" in page
    assert "Ausweis" not in coordinator.get(url("examples", municipality)).content.decode()
    assert "Ausweis" in team.get(review("review"), {"state": "declined"}).content.decode()
    with scope.enter(scope.programme()), pytest.raises(ValueError, match="reason"):
        actions.decline_example(actor=None, example_id=release.example_id, reason=" ")


def test_a_published_example_can_be_shown_no_longer(
    municipality: Municipality, coordinator: Client, team: Client
) -> None:
    example = factories.published(municipality)
    assert team.post(review("decline", example.pk), {"reason": "Hinweis aus dem Netzwerk"}).status_code == 303
    assert example.title not in coordinator.get(url("examples", municipality)).content.decode()


def test_what_is_not_there_is_not_found(team: Client) -> None:
    nobody = UserFactory().pk
    assert team.get(review("detail", nobody)).status_code == 404
    assert team.post(review("publish", nobody)).status_code == 404
    with scope.enter(scope.programme()), pytest.raises(RoutineExample.DoesNotExist):
        actions.publish_example(actor=None, example_id=nobody)


def test_examples_are_filtered_by_kind(municipality: Municipality, coordinator: Client) -> None:
    for kind, title in (("letter", "Ein Schreiben"), ("form", "Ein Formular")):
        check = factories.completed(municipality, factories.routine(municipality, kind, kind=kind))
        factories.published(municipality, check, title=title)
    address = url("examples", municipality)
    page = coordinator.get(address, {"kind": "letter"}).content.decode()
    assert "Ein Schreiben" in page and "Ein Formular" not in page
    with at_most(8):
        both = coordinator.get(address).content.decode()
    assert "Ein Schreiben" in both and "Ein Formular" in both
    assert "app-empty" in coordinator.get(address, {"kind": "discretion"}).content.decode()


# --- Taking back ----


def test_the_municipality_takes_an_example_back_and_may_release_another(
    municipality: Municipality, coordinator: Client
) -> None:
    check = factories.completed(municipality)
    example = factories.published(municipality, check)
    address = url("take-back", municipality, check.pk)
    assert example.title in coordinator.get(address).content.decode()
    before = len(audited())
    for _again in range(2):
        assert coordinator.post(address).status_code == 303
    assert not examples()
    assert len(audited()) == before
    assert coordinator.get(address)["Location"] == url("result", municipality, check.pk)
    factories.released(municipality, check, title="Neue Fassung")
    assert [found.title for found in examples()] == ["Neue Fassung"]


def test_only_the_coordination_releases_and_takes_back(municipality: Municipality, team: Client) -> None:
    release = factories.released(municipality)
    for client in (team, signed_in(member(municipality, Role.SIGNATORY))):
        for name in ("release", "take-back"):
            assert client.post(url(name, municipality, release.check_of_id)).status_code == 403
    assert len(examples()) == 1
