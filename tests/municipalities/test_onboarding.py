"""Making tenants of territories: classes and competences from the register, confirmed by a person."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.actions.onboarding import (
    OnboardingRefused,
    TerritoryPeriod,
    confirm_competences,
    create_municipality,
)
from apps.municipalities.actions.territories import import_territories
from apps.municipalities.models.municipality import Competence, Municipality
from apps.municipalities.models.territory import MunicipalityTerritory, Territory
from apps.municipalities.register import classes
from apps.municipalities.register.classes import Unit
from apps.municipalities.register.codes import TerritoryKind
from apps.municipalities.register.gvisys import read_register
from tests.municipalities.counting import at_most
from tests.municipalities.register_files import small_register, write_csv

START = date(2026, 1, 1)


def unit(ars: str, type_code: str, population: int | None = 1000, **fields: Any) -> Unit:
    kind = {2: TerritoryKind.LAND, 5: TerritoryKind.DISTRICT, 9: TerritoryKind.ASSOCIATION}.get(
        len(ars), TerritoryKind.MUNICIPALITY
    )
    return Unit(kind, ars, type_code, population, **fields)


# --- Classes ---


@pytest.mark.parametrize(
    ("population", "size"),
    [
        (0, "rural"),
        (4_999, "rural"),
        (5_000, "small_town"),
        (19_999, "small_town"),
        (20_000, "medium_town"),
        (99_999, "medium_town"),
        (100_000, "city"),
    ],
)
def test_the_size_class_follows_the_inhabitants(population: int, size: str) -> None:
    assert classes.size_class(population) == size


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([unit("010010000000", "61")], "independent_city"),
        ([unit("081110000000", "62")], "independent_city"),
        ([unit("031510009009", "63")], "municipality"),
        ([unit("03151", "44")], "district"),
        ([unit("10041", "45")], "district"),
        ([unit("010515163", "51")], "association"),
        ([unit("010515163003", "64"), unit("010515163", "51")], "association"),
        ([unit("010515163003", "64"), unit("010515163010", "64")], "municipality"),
    ],
)
def test_the_widest_territory_gives_the_type_class(units: list[Unit], expected: str) -> None:
    assert classes.type_class(units) == expected


def test_without_an_administration_there_is_no_type_class() -> None:
    with pytest.raises(ValueError, match="administration"):
        classes.type_class([unit("01", "")])


def test_nobody_is_counted_twice() -> None:
    inside, association = unit("010515163003", "64", 500), unit("010515163", "51", 3_000)
    assert classes.total_population([inside, association, unit("010010000000", "61", 90_000)]) == 93_000
    assert classes.total_population([inside, unit("010515163010", "64", None)]) is None
    assert classes.total_population([]) is None


@pytest.mark.parametrize(
    ("kind", "type_code", "expected"),
    [
        ("municipality", "64", True),
        ("municipality", "65", True),
        ("municipality", "66", False),
        ("district", "44", True),
        ("district", "41", False),
        ("association", "51", True),
        ("association", "50", False),
        ("land", "", False),
    ],
)
def test_what_has_an_administration_can_be_a_tenant(kind: str, type_code: str, expected: bool) -> None:
    assert classes.can_be_tenant(kind, type_code) is expected


def suggested(*units: Unit) -> set[str]:
    return {str(suggestion.competence) for suggestion in classes.suggest_competences(units)}


LOCAL = {"public_order", "citizen_services", "housing", "schools", "culture", "procurement"}


def test_an_independent_city_is_competent_for_everything() -> None:
    assert suggested(unit("010010000000", "61")) == set(Competence.values)


def test_a_district_has_no_citizens_office() -> None:
    assert suggested(unit("03151", "44")) == set(Competence.values) - {"citizen_services"}


def test_a_municipality_with_an_administration_of_its_own() -> None:
    assert suggested(unit("031510009009", "63")) == LOCAL


def test_a_member_of_an_amt_is_administered_by_it() -> None:
    assert suggested(unit("010515163003", "64", association_type_code="51")) == {"culture"}
    assert suggested(unit("010515163", "51")) == {
        "public_order",
        "citizen_services",
        "housing",
        "procurement",
    }
    assert suggested(unit("031515401", "52")) == {
        "public_order",
        "citizen_services",
        "housing",
        "schools",
        "procurement",
    }


def test_the_leading_municipality_administers_itself() -> None:
    assert suggested(unit("160625053001", "63", association_type_code="58", leads_association=True)) == LOCAL
    assert suggested(unit("160625053002", "64", association_type_code="58")) == {"culture"}


def test_large_district_towns_are_immigration_authorities_in_baden_wuerttemberg_only() -> None:
    assert suggested(unit("081155003003", "67", association_type_code="54")) == LOCAL | {"immigration_authority"}
    assert suggested(unit("097790131131", "67")) == LOCAL
    assert suggested(unit("081155003", "54")) == {"procurement"}


def test_every_suggestion_tells_its_rule_once() -> None:
    suggestions = classes.suggest_competences([unit("03151", "44"), unit("031510009009", "63")])
    assert [suggestion.competence for suggestion in suggestions] == list(Competence)
    assert all(str(suggestion.reason) for suggestion in suggestions)


# --- Actions ---


@pytest.fixture
def register(db: None, tmp_path: Path) -> None:
    file = read_register(write_csv(tmp_path / "gv.csv", small_register()))
    with scope.enter(scope.programme()):
        import_territories(actor=None, register=file, as_of=date(2025, 12, 31), file_name="gv.csv")


def territory(name: str) -> Territory:
    kinds = {"Mustertal": "district", "Amt Niederau": "association", "Musterland": "land"}
    return Territory.objects.get(name=name, kind=kinds.get(name, "municipality"))


def create(staff: Any, *names: str, slug: str = "muster", begin: date = START, **fields: Any) -> Municipality:
    with scope.enter(scope.programme()):
        return create_municipality(
            actor=staff,
            name=names[0] if names else "Nirgendwo",
            slug=slug,
            territories=[TerritoryPeriod(territory(name), begin) for name in names],
            **fields,
        )


@pytest.mark.parametrize(
    ("name", "size", "of_type"),
    [
        ("Königsbrück, Stadt", "city", "independent_city"),
        ("Großweiler, Stadt", "medium_town", "municipality"),
        ("Mustertal", "medium_town", "district"),
        ("Amt Niederau", "rural", "association"),
    ],
)
def test_cities_districts_and_associations_become_tenants(
    register: None, staff: User, name: str, size: str, of_type: str
) -> None:
    municipality = create(staff, name, stage="model", eccar_member=True, employees_count=120)
    municipality.refresh_from_db()
    assert (municipality.size_class, municipality.type_class) == (size, of_type)
    assert (municipality.stage, municipality.eccar_member, municipality.employees_count) == (
        "model",
        True,
        120,
    )
    assert municipality.competences_confirmed_at is None
    assert municipality.competences
    link = MunicipalityTerritory.objects.get(municipality=municipality)
    assert (link.territory, link.valid_from, link.valid_to) == (territory(name), START, None)


def test_an_amt_and_its_municipality_join_together(register: None, staff: User) -> None:
    municipality = create(staff, "Amt Niederau", "Neudorf")
    assert municipality.type_class == "association"
    assert set(municipality.competences) == {
        "public_order",
        "citizen_services",
        "housing",
        "culture",
        "procurement",
    }
    assert municipality.territory_links.count() == 2


def test_an_amt_and_its_municipality_are_tenants_of_their_own(register: None, staff: User) -> None:
    create(staff, "Amt Niederau", slug="amt-niederau")
    create(staff, "Neudorf", slug="neudorf")
    assert Municipality.objects.count() == 2


def test_classes_and_competences_may_be_given(register: None, staff: User) -> None:
    municipality = create(
        staff, "Neudorf", size_class="city", type_class="district", competences=["culture", "schools"]
    )
    assert (municipality.size_class, municipality.type_class) == ("city", "district")
    assert municipality.competences == ["schools", "culture"]


def test_creating_is_recorded(register: None, staff: User) -> None:
    municipality = create(staff, "Neudorf")
    with scope.enter(scope.programme()):
        entry = AuditEntry.objects.get(verb="municipality.created")
    assert (entry.actor, entry.municipality_id) == (staff, municipality.pk)
    assert entry.data["territories"] == ["98051010"]


def test_creating_takes_few_queries(register: None, staff: User) -> None:
    amt, dorf = territory("Amt Niederau"), territory("Neudorf")
    with scope.enter(scope.programme()), at_most(12):
        create_municipality(
            actor=staff,
            name="Amt Niederau",
            slug="amt",
            territories=[TerritoryPeriod(amt, START), TerritoryPeriod(dorf, START)],
        )


def refusal(staff: Any, *names: str, **fields: Any) -> tuple[str, str]:
    with pytest.raises(OnboardingRefused) as refused, translation.override("en"):
        create(staff, *names, **fields)
    return str(refused.value), refused.value.field


def test_what_cannot_be_a_tenant_is_refused(register: None, staff: User) -> None:
    create(staff, "Neudorf", slug="neudorf")
    count = Municipality.objects.count()
    assert refusal(staff) == ("Choose at least one territory.", "territories")
    assert refusal(staff, "Musterland") == ("Musterland has no administration of its own.", "territories")
    assert refusal(staff, "Großweiler, Stadt", slug="neudorf") == (
        "This short name is already in use.",
        "slug",
    )
    assert refusal(staff, "Neudorf") == ("Neudorf already belongs to Neudorf.", "territories")
    gone = territory("Großweiler, Stadt")
    gone.valid_to = START
    gone.save()
    assert refusal(staff, "Großweiler, Stadt") == ("Großweiler, Stadt has ended.", "territories")
    assert Municipality.objects.count() == count


def test_a_period_ends_after_it_began(register: None, staff: User) -> None:
    with pytest.raises(OnboardingRefused), scope.enter(scope.programme()):
        create_municipality(
            actor=staff, name="X", slug="x", territories=[TerritoryPeriod(territory("Neudorf"), START, START)]
        )


def test_a_territory_may_change_its_municipality(register: None, staff: User) -> None:
    first = create(staff, "Neudorf", slug="neudorf")
    MunicipalityTerritory.objects.filter(municipality=first).update(valid_to=date(2026, 7, 1))
    assert "already belongs" in refusal(staff, "Neudorf", slug="b", begin=date(2026, 6, 1))[0]
    second = create(staff, "Neudorf", slug="c", begin=date(2026, 7, 1))
    assert second.territory_links.get().territory == territory("Neudorf")


def test_a_person_confirms_the_competences(register: None, staff: User) -> None:
    municipality = create(staff, "Neudorf")
    with scope.enter(scope.programme()):
        confirm_competences(actor=staff, municipality=municipality, competences=["schools", "immigration_authority"])
        entry = AuditEntry.objects.get(verb="municipality.competences_confirmed")
    municipality.refresh_from_db()
    assert municipality.competences == ["immigration_authority", "schools"]
    assert municipality.competences_confirmed_by == staff
    assert municipality.competences_confirmed_at is not None
    assert entry.data == {"before": ["culture"], "after": ["immigration_authority", "schools"]}


def test_an_unknown_competence_is_refused(register: None, staff: User) -> None:
    municipality = create(staff, "Neudorf")
    with pytest.raises(ValueError, match="police"), scope.enter(scope.programme()):
        confirm_competences(actor=staff, municipality=municipality, competences=["police"])
    municipality.refresh_from_db()
    assert municipality.competences_confirmed_at is None


# --- Pages ---


@pytest.fixture
def staff_client(client: Client, staff: User, settings: Any) -> Client:
    settings.MFA_REQUIRED_ROLES = []  # as for a session that gave its second factor: nothing to look up
    client.force_login(staff)
    return client


def new_url(*names: str) -> str:
    return f"{reverse('municipalities-new')}?" + "&".join(f"territory={territory(name).pk}" for name in names)


def entries(*names: str, **changes: str) -> dict[str, str]:
    dates = {f"from_{territory(name).pk.hex}": "2026-01-01" for name in names}
    return {"name": "Amt Niederau", "slug": "amt-niederau", "stage": "model", **dates, **changes}


@pytest.mark.parametrize(
    ("name", "suggested_name", "slug"),
    [
        ("Mustertal", "Landkreis Mustertal", "landkreis-mustertal"),
        ("Amt Niederau", "Amt Niederau", "amt-niederau"),
        ("Großweiler, Stadt", "Großweiler", "grossweiler"),
    ],
)
def test_the_form_suggests_the_official_name(
    register: None, staff_client: Client, name: str, suggested_name: str, slug: str
) -> None:
    form = staff_client.get(new_url(name)).context["form"]
    assert (form["name"].initial, form["slug"].initial) == (suggested_name, slug)


def test_the_form_shows_what_the_register_knows(register: None, staff_client: Client) -> None:
    page = staff_client.get(new_url("Mustertal")).content.decode()
    assert "26.000" in page
    assert str(Municipality.SizeClass.MEDIUM_TOWN.label) in page


def test_from_the_form_to_the_confirmed_competences(register: None, staff_client: Client, staff: User) -> None:
    url, data = new_url("Amt Niederau", "Neudorf"), entries("Amt Niederau", "Neudorf")
    with at_most(12):
        response = staff_client.post(url, data)
    assert response.status_code == 303
    competences = reverse("municipalities-competences", args=["amt-niederau"])
    assert response["Location"] == competences
    with at_most(10):
        page = staff_client.get(competences)
    assert page.status_code == 200
    assert set(page.context["form"]["competences"].initial) == {
        "public_order",
        "citizen_services",
        "housing",
        "culture",
        "procurement",
    }
    unchecked = staff_client.post(competences, {"competences": ["culture"]})
    assert unchecked.status_code == 422
    done = staff_client.post(competences, {"competences": ["culture"], "checked": "on"})
    assert (done.status_code, done["Location"]) == (303, competences)
    municipality = Municipality.objects.get(slug="amt-niederau")
    assert (municipality.competences, municipality.competences_confirmed_by) == (["culture"], staff)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"slug": "Amt Niederau"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"stage": "famous"}, "stage"),
        ({"employees_count": "0"}, "employees_count"),
    ],
)
def test_invalid_entries_come_back_with_422(
    register: None, staff: User, staff_client: Client, changes: dict[str, str], field: str
) -> None:
    create(staff, "Großweiler, Stadt", slug="taken")
    response = staff_client.post(new_url("Neudorf"), entries("Neudorf", **changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Municipality.objects.count() == 1


def test_a_date_is_asked_for_each_territory(register: None, staff_client: Client) -> None:
    response = staff_client.post(new_url("Neudorf"), entries())
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"from_{territory('Neudorf').pk.hex}"]


def test_a_territory_taken_meanwhile_is_said_in_the_form(register: None, staff: User, staff_client: Client) -> None:
    url = new_url("Neudorf")
    create(staff, "Neudorf", slug="neudorf")
    response = staff_client.post(url, entries("Neudorf"))
    assert response.status_code == 422
    assert "Neudorf" in str(response.context["form"].non_field_errors())


def test_a_land_has_no_classes_and_is_refused(register: None, staff_client: Client) -> None:
    response = staff_client.get(new_url("Musterland"))
    assert (response.status_code, response.context["type_class"]) == (200, "")
    assert staff_client.post(new_url("Musterland"), entries("Musterland")).status_code == 422


def test_without_a_territory_the_search_comes_first(register: None, staff_client: Client) -> None:
    response = staff_client.get(reverse("municipalities-new"))
    assert (response.status_code, response["Location"]) == (302, reverse("municipalities-territories"))


def test_an_unknown_municipality_is_not_found(register: None, staff_client: Client) -> None:
    assert staff_client.get(reverse("municipalities-competences", args=["nowhere"])).status_code == 404
