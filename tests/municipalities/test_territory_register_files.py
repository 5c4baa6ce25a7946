"""Reading GV-ISys: what is taken over, and what is refused with its line."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from apps.municipalities.register import cells
from apps.municipalities.register.cells import UnreadableValue
from apps.municipalities.register.codes import TerritoryKind
from apps.municipalities.register.gvisys import RegisterFile, RegisterFileError, RegisterRow, read_register
from apps.municipalities.register.successions import read_successions
from tests.municipalities.register_files import (
    COLUMNS,
    gemeinde,
    small_register,
    upper,
    write_csv,
    write_workbook,
)


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def by_ars(register: RegisterFile) -> dict[tuple[str, str], RegisterRow]:
    return {(row.kind, row.ars): row for row in register.rows}


def test_the_official_register_is_read_completely(shared_data: Path) -> None:
    register = read_register(shared_data / "gv-isys-2021.csv")
    assert register.problems == []
    assert Counter(row.kind for row in register.rows) == {
        TerritoryKind.LAND: 16,
        TerritoryKind.GOVERNMENT_REGION: 29,
        TerritoryKind.REGION: 12,
        TerritoryKind.DISTRICT: 401,
        TerritoryKind.ASSOCIATION: 4606,
        TerritoryKind.MUNICIPALITY: 11004,
    }
    assert sum(row.type_code == "66" for row in register.rows) == 208
    flensburg = by_ars(register)[TerritoryKind.MUNICIPALITY, "010010000000"]
    assert flensburg.ags == "01001000"
    assert (flensburg.name, flensburg.type_code, flensburg.postcode) == ("Flensburg, Stadt", "61", "24937")
    assert (flensburg.population, flensburg.male, flensburg.female) == (90_164, 44_904, 45_260)
    assert flensburg.area == Decimal("53.02")
    assert (flensburg.longitude, flensburg.latitude) == (Decimal("9.437510"), Decimal("54.782520"))
    assert flensburg.urbanisation == "01"


def test_every_territory_below_a_land_has_a_parent(shared_data: Path) -> None:
    register = read_register(shared_data / "gv-isys-2021.csv")
    below = [row for row in register.rows if row.kind != TerritoryKind.LAND]
    assert all(row.ars in register.parents for row in below)
    assert register.parents["010515163003"] == "010515163"
    assert register.parents["010515163"] == "01051"
    assert register.parents["01051"] == "01"
    assert register.parents["08111"] == "0811"  # Baden-Württemberg has regions, and above them a government region
    assert register.parents["0811"] == "081"


def test_upper_levels_get_the_sums_of_their_municipalities(shared_data: Path) -> None:
    register = read_register(shared_data / "gv-isys-2021.csv")
    lands = [row.population or 0 for row in register.rows if row.kind == TerritoryKind.LAND]
    municipalities = [row.population or 0 for row in register.rows if row.kind == TerritoryKind.MUNICIPALITY]
    assert sum(lands) == sum(municipalities) == 83_166_711  # Destatis, 31 December 2019


def test_workbook_and_csv_give_the_same_territories(tmp_path: Path) -> None:
    from_csv = read_register(write_csv(tmp_path / "gv.csv", small_register()))
    from_workbook = read_register(write_workbook(tmp_path / "gv.xlsx", small_register()))
    assert from_csv.problems == from_workbook.problems == []
    assert from_csv.as_of is None
    assert f"{from_workbook.as_of}" == "2025-12-31"

    def facts(register: RegisterFile) -> list[object]:
        return [
            (
                row.kind,
                row.ars,
                row.ags,
                row.name,
                row.population,
                row.area,
                row.longitude,
                row.postcode,
                row.urbanisation,
            )
            for row in register.rows
        ]

    assert facts(from_csv) == facts(from_workbook)
    assert from_csv.parents == from_workbook.parents


def test_the_official_rows_survive_the_workbook(shared_data: Path, tmp_path: Path) -> None:
    import csv

    with (shared_data / "gv-isys-2021.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row[2] in ("02", "10")]
    register = read_register(write_workbook(tmp_path / "gv.xlsx", rows))
    assert register.problems == []
    assert len(register.rows) == len(rows)


def test_keys_stored_as_numbers_get_their_leading_zeros_back(tmp_path: Path) -> None:
    rows = [
        ["10", None, 1, *[None] * 4, "Schleswig-Holstein"],
        ["40", 43, 1, 0, 51, None, None, "Dithmarschen"],
    ]
    register = read_register(write_workbook(tmp_path / "gv.xlsx", rows))
    assert [row.ars for row in register.rows] == ["01", "01051"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({0: "70"}, "Unknown record type “70”."),
        ({1: "51"}, "Text code “51” does not exist for record type 60."),
        ({2: "9x"}, "“9x” in column land is no key of 2 digits."),
        ({6: ""}, "“” in column gemeinde is no key of 3 digits."),
        ({6: "0100"}, "“0100” in column gemeinde is no key of 3 digits."),
        ({7: "  "}, "The name is missing."),
        ({7: "x" * 161}, "The name is longer than 160 characters."),
        ({8: "viel"}, "“viel” is no number."),
        ({8: "1000000"}, "“1000000” km² is larger than Germany."),
        ({9: "-5"}, "“-5” is no whole number."),
        ({10: "4.5"}, "“4.5” is no whole number."),
        ({13: "D-99"}, "“D-99” is no postcode."),
        ({14: "54,2"}, "“54,2” degrees lie outside Germany."),
        ({18: "09"}, "Unknown degree of urbanisation “09”."),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, change: dict[int, str], message: str) -> None:
    row = gemeinde("980515001012", "Altdorf")
    for index, value in change.items():
        row[index] = value
    register = read_register(write_csv(tmp_path / "gv.csv", [*small_register(), row]))
    assert [(problem.line, problem.message) for problem in register.problems] == [(12, message)]


def test_a_key_that_does_not_belong_to_the_level_is_refused(tmp_path: Path) -> None:
    rows = [*small_register(), upper("10", "", "97004", "Land mit Kreis")]
    register = read_register(write_csv(tmp_path / "gv.csv", rows))
    assert [problem.line for problem in register.problems] == [12]


def test_all_bad_rows_are_named_not_only_the_first(tmp_path: Path) -> None:
    rows = small_register()
    rows[3][9], rows[6][8] = "many", "large"
    rows.append(list(rows[-1]))
    rows.append(gemeinde("970515001012", "Ohne Land"))
    rows.append(["60", "64", "98"])
    register = read_register(write_csv(tmp_path / "gv.csv", rows))
    assert [problem.line for problem in register.problems] == [5, 8, 12, 13, 14]
    assert "already been described in line 11" in register.problems[2].message
    assert "The Land 97 has no row" in register.problems[3].message
    assert "only 3 columns" in register.problems[4].message


def test_a_line_of_the_workbook_is_the_row_in_the_sheet(tmp_path: Path) -> None:
    rows = small_register()
    rows[0][7] = ""
    register = read_register(write_workbook(tmp_path / "gv.xlsx", rows))
    assert register.problems[0].line == 5


def test_what_is_no_register_is_refused_as_a_whole(tmp_path: Path) -> None:
    def refusal(content: bytes) -> str:
        path = tmp_path / "file"
        path.write_bytes(content)
        with pytest.raises(RegisterFileError) as refused:
            read_register(path)
        return str(refused.value)

    assert refusal(b"") == "The file is empty."
    assert refusal("satzart,gemeindename\n10,Köln".encode()).startswith("Columns are missing: textkennzeichen")
    assert refusal("satzart;gemeindename\n10;Köln".encode("latin-1")).startswith("The file is neither a workbook")
    assert refusal(b"PK\x03\x04 broken") == "The workbook is damaged."
    assert refusal((",".join(COLUMNS)).encode()) == "The file has no territories."
    assert refusal(f'{",".join(COLUMNS)}\n"10,a'.encode()).startswith("The file is no CSV")
    with pytest.raises(RegisterFileError, match="cannot be opened"):
        read_register(tmp_path / "missing.csv")


def test_a_workbook_without_the_table_is_refused(tmp_path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.save(tmp_path / "other.xlsx")
    with pytest.raises(RegisterFileError, match="No sheet"):
        read_register(tmp_path / "other.xlsx")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" 90 164", 90_164),
        ("  0", 0),
        ("90.164", 90_164),
        ("1\u202f234", 1234),
        ("", None),
        ("1 234 567", 1_234_567),
    ],
)
def test_counts_as_people_type_them(text: str, number: int | None) -> None:
    assert cells.parse_count(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (" 53.02", "53.02"),
        ("9,43751", "9.43751"),
        ("1 234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
    ],
)
def test_decimals_as_people_type_them(text: str, number: str) -> None:
    assert cells.parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.2.3", "12a", "-1", "1,2,3", "٣"])
def test_what_is_no_decimal_is_refused(text: str) -> None:
    with pytest.raises(UnreadableValue):
        cells.parse_decimal(text)


def test_successions_are_read_from_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "successors.csv"
    path.write_text(
        "ars;nachfolger_ars;datum\n98051010;98051004;01.01.2026\n980515001;980515002, 980515003;\nx;1;\n"
        "98051011;;\n98051012;98051004;gestern\n",
        encoding="utf-8-sig",
    )
    rows, problems = read_successions(path)
    assert [(row.line, row.predecessor, row.successor, str(row.day)) for row in rows] == [
        (2, "98051010", "98051004", "2026-01-01"),
        (3, "980515001", "980515002", "None"),
        (3, "980515001", "980515003", "None"),
    ]
    assert [(problem.line, problem.message) for problem in problems] == [
        (4, "“x” is no ARS or AGS."),
        (5, "The successor is missing."),
        (6, "“gestern” is no date."),
    ]


def test_successions_without_their_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "successors.csv"
    path.write_text("alt,neu\n1,2\n")
    with pytest.raises(RegisterFileError, match="ars, nachfolger_ars"):
        read_successions(path)
    with pytest.raises(RegisterFileError, match="cannot be opened"):
        read_successions(tmp_path / "missing.csv")
