"""Importing the register: all or nothing, twice the same, and a newer quarter."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.actions.territories import ImportRefused, ImportSummary, import_territories
from apps.municipalities.models.territory import (
    MunicipalityTerritory,
    Territory,
    TerritoryChange,
    TerritoryImport,
    TerritorySuccession,
)
from apps.municipalities.register.gvisys import read_register
from tests.factories import MunicipalityFactory
from tests.municipalities.register_files import (
    COLUMNS,
    Row,
    gemeinde,
    small_register,
    upper,
    write_csv,
    write_workbook,
)

pytestmark = pytest.mark.django_db

FIRST = date(2025, 12, 31)
SECOND = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def take_over(path: Path, rows: list[Row], as_of: date = FIRST, **options: Any) -> ImportSummary:
    register = read_register(write_csv(path / "gv.csv", rows, columns=options.pop("columns", COLUMNS)))
    with scope.enter(scope.programme()):
        return import_territories(actor=None, register=register, as_of=as_of, file_name="gv.csv", **options)


def counts(summary: ImportSummary) -> tuple[int, int, int]:
    return summary.created, summary.changed, summary.closed


def command(*arguments: str | Path) -> str:
    out = StringIO()
    call_command("import_territories", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def refused(*arguments: str | Path) -> tuple[str, int]:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_territories", *map(str, arguments), stdout=out, stderr=out)
    return f"{out.getvalue()}{error.value}", error.value.returncode


@pytest.mark.slow
def test_the_whole_register_is_imported_and_a_second_time_changes_nothing(shared_data: Path) -> None:
    first = command(shared_data / "gv-isys-2021.csv", "--as-of", "2021-12-31")
    assert "16068 created, 0 changed (0 renamed), 0 closed" in first
    assert Territory.objects.filter(kind="municipality").count() == 11_004
    assert Territory.objects.filter(kind="association").count() == 4_606
    assert Territory.objects.filter(kind="district").count() == 401
    stamps = set(Territory.objects.values_list("pk", "updated_at"))
    # Without a date the command remembers under which date this very file was taken over.
    assert "0 created, 0 changed (0 renamed), 0 closed" in command(shared_data / "gv-isys-2021.csv")
    assert set(Territory.objects.values_list("pk", "updated_at")) == stamps
    assert TerritoryImport.objects.count() == 1


def test_the_first_import_does_not_claim_to_know_since_when(tmp_path: Path) -> None:
    assert counts(take_over(tmp_path, small_register())) == (10, 0, 0)
    town = Territory.objects.get(ags="98051004")
    assert (town.valid_from, town.valid_to, town.as_of) == (None, None, FIRST)
    assert (town.search_name, town.search_plain) == ("grossweiler", "grossweiler")
    assert town.land == "98"
    assert town.district is not None
    assert town.district.name == "Mustertal"
    assert town.association is None
    assert Territory.objects.get(ags="98051010").association == Territory.objects.get(ars="980515001")
    assert Territory.objects.get(ars="98051").population == 26_000


def test_the_import_is_recorded(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    row = TerritoryImport.objects.get()
    assert (row.rows, row.created, row.as_of, len(row.sha256)) == (10, 10, FIRST, 64)
    with scope.enter(scope.programme()):
        assert AuditEntry.objects.get(verb="territories.imported").target_id == str(row.pk)


def test_a_newer_quarter_closes_creates_and_renames(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    newer = [row for row in small_register() if row[7] != "Neudorf"]
    newer[5][7] = newer[6][7] = "Großweiler am See, Stadt"
    newer.append(gemeinde("980515001012", "Neu-Niederau"))
    summary = take_over(tmp_path, newer, SECOND)
    # Changed as well: the sums of Amt, Landkreis and Land.
    assert counts(summary) == (1, 5, 1)
    assert summary.renamed == 2
    gone = Territory.objects.get(ags="98051010")
    assert (gone.name, gone.valid_to) == ("Neudorf", SECOND)
    assert Territory.objects.get(ags="98051012").valid_from == SECOND
    renamed = Territory.objects.get(ags="98051004")
    assert (renamed.name, renamed.search_name) == ("Großweiler am See, Stadt", "grossweiler am see")
    change = TerritoryChange.objects.get(territory=renamed)
    assert (change.field, change.old, change.search_name, change.date) == (
        "name",
        "Großweiler, Stadt",
        "grossweiler",
        SECOND,
    )
    assert counts(take_over(tmp_path, newer, SECOND)) == (0, 0, 0)


def test_a_municipality_that_changes_its_association_stays_the_same(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    before = Territory.objects.get(ags="98051010")
    newer = small_register()
    newer[8] = gemeinde("980515002010", "Neudorf", population="  900", male="  450", female="  450")
    newer.append(upper("50", "52", "980515002", "Oberau"))
    take_over(tmp_path, newer, SECOND)
    after = Territory.objects.get(ags="98051010")
    assert after.pk == before.pk
    assert (after.ars, after.parent) == ("980515002010", Territory.objects.get(ars="980515002"))
    assert TerritoryChange.objects.get(territory=after).old == "980515001010"


def test_a_municipality_that_becomes_a_town_keeps_its_former_type(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    newer = small_register()
    newer[8][1] = "63"
    take_over(tmp_path, newer, SECOND)
    change = TerritoryChange.objects.get()
    assert (change.field, change.old_display, change.new_display) == (
        "type_code",
        "Municipality within a district",
        "Town (Stadt)",
    )


def test_successors_come_from_a_column_of_the_register(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    newer = [[*row, "98051011" if row[7] == "Neudorf" else ""] for row in small_register()]
    columns = [*COLUMNS, "nachfolger_ars"]
    summary = take_over(tmp_path, newer, SECOND, columns=columns)
    assert (summary.closed, summary.successions) == (1, 1)
    succession = TerritorySuccession.objects.get()
    assert (succession.predecessor.ags, succession.successor.ags, succession.date) == (
        "98051010",
        "98051011",
        SECOND,
    )
    again = take_over(tmp_path, newer, SECOND, columns=columns)
    assert (*counts(again), again.successions) == (0, 0, 0, 0)


def test_a_dissolved_territory_never_seen_alive_is_kept_as_ended(tmp_path: Path) -> None:
    rows = [[*row, "98051011" if row[7] == "Neudorf" else ""] for row in small_register()]
    take_over(tmp_path, rows, columns=[*COLUMNS, "nachfolger_ars"])
    ended = Territory.objects.get(ags="98051010")
    assert ended.valid_to == FIRST
    assert [territory.ags for territory in ended.successors.all()] == ["98051011"]


def test_successors_come_from_a_file_of_their_own_with_their_day(tmp_path: Path) -> None:
    command(write_csv(tmp_path / "1.csv", small_register()), "--as-of", "2025-12-31")
    newer = write_csv(tmp_path / "2.csv", [row for row in small_register() if row[7] != "Neudorf"])
    successors = tmp_path / "successors.csv"
    successors.write_text("ars;nachfolger_ars;datum\n980515001010;980515001011;2026-01-01\n")
    output = command(newer, "--as-of", "31.03.2026", "--successors", successors)
    assert "1 closed, 1 successors recorded" in output
    gone = Territory.objects.get(ags="98051010")
    assert gone.valid_to == date(2026, 1, 1)
    assert gone.successions.get().date == date(2026, 1, 1)
    assert "0 closed, 0 successors recorded" in command(newer, "--successors", successors)


def test_successions_from_or_to_nowhere_are_refused_and_nothing_is_taken_over(tmp_path: Path) -> None:
    command(write_csv(tmp_path / "1.csv", small_register()), "--as-of", "2025-12-31")
    newer = write_csv(tmp_path / "2.csv", [row for row in small_register() if row[7] != "Neudorf"])
    successors = tmp_path / "successors.csv"
    successors.write_text(
        "ars,nachfolger_ars\n98051010,98051099\n98051004,98051011\n98051098,98051011\n98051010,98051010\n"
    )
    output, status = refused(newer, "--as-of", "2026-03-31", "--successors", successors)
    assert status == 2
    assert f"{successors}:2: 98051099 is unknown." in output
    assert f"{successors}:3: 98051004 has not ended." in output
    assert f"{successors}:4: 98051098 is unknown." in output
    assert f"{successors}:5: 98051010 cannot succeed itself." in output
    assert Territory.objects.filter(valid_to__isnull=False).count() == 0
    assert TerritoryImport.objects.count() == 1


def test_bad_rows_are_listed_with_their_lines_and_nothing_is_taken_over(tmp_path: Path) -> None:
    rows = small_register()
    rows[3][9], rows[6][8] = "many", "large"
    path = write_csv(tmp_path / "gv.csv", rows)
    output, status = refused(path)
    assert status == 2
    assert f"{path}:5: “many” is no whole number." in output
    assert f"{path}:8: “large” is no number." in output
    assert "Nothing was taken over." in output
    assert not Territory.objects.exists()


def test_what_is_no_register_ends_with_status_2(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.csv")[1] == 2
    path = write_csv(tmp_path / "gv.csv", small_register())
    assert refused(path, "--as-of", "soon") == ("“soon” is no date.", 2)
    successors = tmp_path / "successors.csv"
    successors.write_text("ars,nachfolger_ars\nx,y\n")
    output, status = refused(path, "--successors", successors)
    assert (status, f"{successors}:2:" in output) == (2, True)


def test_the_workbook_brings_its_own_date(tmp_path: Path) -> None:
    output = command(write_workbook(tmp_path / "gv.xlsx", small_register(), as_of="30.09.2026"))
    assert "State of the register: 30.09.2026" in output
    assert Territory.objects.filter(as_of=date(2026, 9, 30)).count() == 10


def test_an_older_file_is_refused(tmp_path: Path) -> None:
    take_over(tmp_path, small_register(), SECOND)
    with pytest.raises(ImportRefused, match=r"already the state of 31\.03\.2026"):
        take_over(tmp_path, small_register(), FIRST)


def test_a_file_that_is_cut_off_is_refused_unless_the_closures_are_accepted(tmp_path: Path) -> None:
    many = [gemeinde(f"98051500{1}{number:03}", f"Dorf {number}") for number in range(100, 350)]
    take_over(tmp_path, [*small_register(), *many])
    with pytest.raises(ImportRefused, match="250 of 254 municipalities would end"):
        take_over(tmp_path, small_register(), SECOND)
    assert take_over(tmp_path, small_register(), SECOND, accept_closures=True).closed == 250


def test_other_laender_are_left_alone(tmp_path: Path) -> None:
    fictional = Territory.objects.create(
        kind="municipality", ars="990510001001", ags="99051001", name="Musterstadt", search_name="musterstadt",
        search_plain="musterstadt", land="99", type_code="63", as_of=FIRST,
    )  # fmt: skip
    take_over(tmp_path, small_register(), SECOND)
    fictional.refresh_from_db()
    assert fictional.valid_to is None


def test_a_tenant_whose_territory_has_ended_is_named(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    municipality = MunicipalityFactory(name="Gemeinde Neudorf")
    MunicipalityTerritory.objects.create(
        municipality=municipality, territory=Territory.objects.get(ags="98051010"), valid_from=FIRST
    )
    newer = write_csv(tmp_path / "2.csv", [row for row in small_register() if row[7] != "Neudorf"])
    assert "please check: Gemeinde Neudorf" in command(newer, "--as-of", "2026-03-31")


def test_a_key_may_be_given_anew_after_its_territory_ended(tmp_path: Path) -> None:
    take_over(tmp_path, small_register())
    take_over(tmp_path, [row for row in small_register() if row[7] != "Neudorf"], SECOND)
    take_over(tmp_path, small_register(), date(2026, 6, 30))
    assert sorted(Territory.objects.filter(ags="98051010").values_list("valid_from", "valid_to"), key=str) == [
        (None, SECOND),
        (date(2026, 6, 30), None),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"ars": "98051"},
        {"ags": None},
        {"ags": "9805101x"},
        {"land": "9"},
        {"postcode": "123"},
        {"kind": "galaxy"},
        {"valid_from": SECOND, "valid_to": FIRST},
        {"ars": "980510004004", "ags": "98051004"},
    ],
)
def test_the_database_refuses_what_cannot_be(tmp_path: Path, values: dict[str, Any]) -> None:
    take_over(tmp_path, small_register())
    fields = {
        "kind": "municipality",
        "ars": "980515001019",
        "ags": "98051019",
        "name": "X",
        "search_name": "x",
        "search_plain": "x",
        "land": "98",
        "as_of": FIRST,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.create(**{**fields, **values})
