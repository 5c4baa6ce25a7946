"""Finding a territory: by the beginning of its name as people type it, by AGS, by ARS."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.actions.onboarding import TerritoryPeriod, create_municipality
from apps.municipalities.actions.territories import import_territories
from apps.municipalities.models.territory import Territory
from apps.municipalities.queries.territories import search_territories
from apps.municipalities.register.gvisys import read_register
from tests.factories import UserFactory
from tests.municipalities.counting import at_most
from tests.municipalities.register_files import COLUMNS, Row, gemeinde, small_register, upper, write_csv

pytestmark = pytest.mark.django_db

Importer = Callable[..., None]


@pytest.fixture
def take_over(tmp_path: Path) -> Importer:
    def importer(rows: list[Row], as_of: date = date(2025, 12, 31), columns: list[str] = COLUMNS) -> None:
        register = read_register(write_csv(tmp_path / "gv.csv", rows, columns=columns))
        with scope.enter(scope.programme()):
            import_territories(actor=None, register=register, as_of=as_of, file_name="gv.csv")

    return importer


@pytest.fixture
def register(take_over: Importer) -> None:
    take_over(
        [
            *small_register(),
            upper("40", "44", "98052", "Oberland"),
            upper("50", "54", "980525001", "VVG der Stadt Neustadt"),
            gemeinde("980525001001", "Neustadt, Stadt", type_code="67", population=" 31 000", male=" 15 000",
                     female=" 16 000"),
            gemeinde("980525001002", "Błota am See"),
        ]
    )  # fmt: skip


@pytest.fixture
def staff_client(client: Client, settings: Any) -> Client:
    settings.MFA_REQUIRED_ROLES = []  # as for a session that gave its second factor: nothing to look up
    client.force_login(UserFactory(staff=True))
    return client


def found(query: str) -> list[str]:
    return [territory.name for territory in search_territories(query)]


@pytest.mark.parametrize("query", ["Königsbrück", "koenigsb", "KONIGSBRUCK", "Stadt Königsbrück", "Königsbrück, Stadt"])
def test_a_name_is_found_however_it_is_typed(register: None, query: str) -> None:
    assert found(query) == ["Königsbrück, Stadt"]


def test_sharp_s_and_other_alphabets(register: None) -> None:
    assert found("Grossweiler") == found("GROẞWEILER") == ["Großweiler, Stadt"]
    assert found("Blota") == ["Błota am See"]


def test_namesakes_come_with_district_and_land(register: None) -> None:
    rows = {(row.name, row.district.name if row.district else None, row.land) for row in search_territories("Neustadt")}
    assert rows == {
        ("Neustadt, Stadt", "Oberland", "98"),
        ("VVG der Stadt Neustadt", "Oberland", "98"),
        ("Neustadt (Tal), Stadt", "Mustertal", "98"),
    }


def test_the_exact_name_comes_first(register: None) -> None:
    assert found("Neustadt")[-1] == "Neustadt (Tal), Stadt"


def test_rows_that_repeat_a_municipality_are_left_out(register: None) -> None:
    assert [territory.kind for territory in search_territories("Königsbrück")] == ["municipality"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("98051010", ["Neudorf"]),
        ("980515001010", ["Neudorf"]),
        ("98 0 51 5001 010", ["Neudorf"]),
        ("980515001", ["Amt Niederau", "Neudorf", "Neustadt (Tal), Stadt"]),
        ("97", []),
        ("", []),
        ("%", []),
        ("_eudorf", []),
    ],
)
def test_keys_are_found_by_their_beginning(register: None, query: str, names: list[str]) -> None:
    assert found(query) == names


def test_a_territory_is_found_by_its_former_name(take_over: Importer) -> None:
    take_over(small_register())
    newer = small_register()
    newer[8][7] = "Bad Neudorf"
    take_over(newer, date(2026, 3, 31))
    (territory,) = search_territories("Neudorf")
    assert (territory.name, territory.former_names) == ("Bad Neudorf", ["Neudorf"])


def test_what_has_ended_comes_last_and_names_its_successors(take_over: Importer) -> None:
    take_over(small_register())
    newer = [[*row, "98051011" if row[7] == "Neudorf" else ""] for row in small_register()]
    take_over(newer, date(2026, 3, 31), [*COLUMNS, "nachfolger_ars"])
    assert found("Neu") == ["Neustadt (Tal), Stadt", "Neudorf"]
    assert next(t for t in search_territories("Neudorf")).successor_names == ["Neustadt (Tal), Stadt"]


@pytest.mark.slow
def test_the_real_register_distinguishes_its_namesakes(shared_data: Path) -> None:
    register = read_register(shared_data / "gv-isys-2021.csv")
    with scope.enter(scope.programme()):
        import_territories(actor=None, register=register, as_of=date(2021, 12, 31), file_name="gv.csv")
    buchholz = [t for t in search_territories("Buchholz") if t.search_name == "buchholz" and t.kind == "municipality"]
    assert len(buchholz) >= 4
    assert len({(t.district.name if t.district else "", t.land_name) for t in buchholz}) == len(buchholz)
    assert {"Lübeck, Hansestadt"} == set(found("lubeck")) == set(found("Hansestadt Lübeck")) == set(found("LUEBECK"))
    assert "Landkreis" not in found("Gifhorn")[0]
    assert found("Landkreis Gifhorn")[:2] == ["Gifhorn", "Gifhorn, Stadt"]


# --- Pages ---


def test_the_page_shows_district_land_key_and_source(register: None, staff_client: Client) -> None:
    response = staff_client.get(reverse("municipalities-territories"), {"q": "Neustadt"})
    assert response.status_code == 200
    page = response.content.decode()
    for text in ("Oberland", "Mustertal", "98052001", "31.000", "Destatis", "31.12.2025"):
        assert text in page


def test_the_page_takes_eight_queries_however_many_rows(take_over: Importer, staff_client: Client) -> None:
    take_over([*small_register(), *(gemeinde(f"98051500{1}{n:03}", f"Dorf {n}") for n in range(100, 160))])
    chosen = Territory.objects.get(ags="98051010")
    for query in ("Dorf 100", "Dorf"):
        with at_most(8):
            response = staff_client.get(
                reverse("municipalities-territories"), {"q": query, "territory": str(chosen.pk)}
            )
        assert response.status_code == 200
    assert len(response.context["rows"]) == 50
    second = staff_client.get(reverse("municipalities-territories"), {"q": "Dorf", "page": 2})
    assert len(second.context["rows"]) == 10


def test_an_empty_register_and_a_search_without_result_say_so(staff_client: Client, take_over: Importer) -> None:
    assert "import_territories" in staff_client.get(reverse("municipalities-territories")).content.decode()
    take_over(small_register())
    response = staff_client.get(reverse("municipalities-territories"), {"q": "Atlantis"})
    assert "app-empty" in response.content.decode()


def test_choices_are_kept_in_the_address_and_can_be_taken_back(register: None, staff_client: Client) -> None:
    first, second = Territory.objects.filter(ags__in=["98051010", "98051011"]).order_by("ags")
    response = staff_client.get(
        reverse("municipalities-territories"),
        {"q": "Neu", "territory": [str(first.pk), str(second.pk), "nonsense"]},
    )
    assert [territory for territory, _url in response.context["chosen"]] == [first, second]
    assert all(
        not can_be_chosen for territory, can_be_chosen in response.context["rows"] if territory in (first, second)
    )
    without_first = response.context["chosen"][0][1]
    assert [t for t, _url in staff_client.get(without_first).context["chosen"]] == [second]


def test_a_territory_that_is_taken_leads_to_its_municipality(register: None, staff_client: Client, staff: User) -> None:
    territory = Territory.objects.get(ags="98051010")
    with scope.enter(scope.programme()):
        create_municipality(
            actor=staff,
            name="Neudorf",
            slug="neudorf",
            territories=[TerritoryPeriod(territory, date(2026, 1, 1))],
        )
    response = staff_client.get(reverse("municipalities-territories"), {"q": "Neudorf"})
    assert response.context["rows"][0][1] is False
    assert reverse("municipalities-competences", args=["neudorf"]) in response.content.decode()


def test_the_detail_page_shows_history_and_parts(take_over: Importer, staff_client: Client) -> None:
    take_over(small_register())
    newer = [[*row, "98051011" if row[7] == "Neudorf" else ""] for row in small_register()]
    newer[7][7] = "Amt Oberau"
    take_over(newer, date(2026, 3, 31), [*COLUMNS, "nachfolger_ars"])
    gone, heir = Territory.objects.get(ags="98051010"), Territory.objects.get(ags="98051011")
    amt = Territory.objects.get(ars="980515001")
    with at_most(10):
        page = staff_client.get(reverse("municipalities-territory", args=[amt.pk])).content.decode()
    assert "Amt Niederau → Amt Oberau" in page
    assert "Neustadt (Tal), Stadt" in page
    assert heir.name in staff_client.get(reverse("municipalities-territory", args=[gone.pk])).content.decode()
    assert gone.name in staff_client.get(reverse("municipalities-territory", args=[heir.pk])).content.decode()
    district = staff_client.get(reverse("municipalities-territory", args=[Territory.objects.get(ars="98051").pk]))
    assert {part.name for part in district.context["parts"]} == {"Amt Oberau", "Großweiler, Stadt"}
    missing = reverse("municipalities-territory", args=["00000000-0000-7000-8000-000000000000"])
    assert staff_client.get(missing).status_code == 404


def test_only_project_staff_sees_the_register(register: None, client: Client) -> None:
    url = reverse("municipalities-territories")
    assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
