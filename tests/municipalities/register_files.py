"""Small register files as the statistical offices publish them: CSV and workbook, written row by row."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

COLUMNS = [
    "satzart", "textkennzeichen", "land", "rb", "kreis", "vb", "gemeinde", "gemeindename", "flaeche",
    "bevoelkerung", "maennlich", "weiblich", "jekm2", "postleitzahl", "laengengrad", "breitengrad",
    "schluessel", "bezeichnung", "verstaedterungschluessel", "verstaedterungbezeichnung",
]  # fmt: skip

Row = list[Any]


def upper(record_type: str, type_code: str, key: str, name: str) -> Row:
    """A row of a Land (key of two digits) down to an association (nine digits)."""
    parts = [key[:2], key[2:3], key[3:5], key[5:9], ""]
    return [record_type, type_code, *parts, name, *[""] * 12]


def gemeinde(
    ars: str,
    name: str,
    *,
    type_code: str = "64",
    population: str = " 1 234",
    male: str = "  600",
    female: str = "  634",
    area: str = " 10.50",
    postcode: str = "99001",
    longitude: str = "9,5",
    latitude: str = "50,25",
) -> Row:
    """A row of a municipality."""
    parts = [ars[:2], ars[2:3], ars[3:5], ars[5:9], ars[9:]]
    figures = [area, population, male, female, "  117", postcode, longitude, latitude]
    return ["60", type_code, *parts, name, *figures, "A01", "Musterregion", "03", "gering besiedelt"]


def small_register() -> list[Row]:
    """A Land with an independent city, a Landkreis, an Amt of two municipalities and a town outside."""
    return [
        upper("10", "", "98", "Musterland"),
        upper("40", "41", "98001", "Königsbrück, Stadt"),
        upper("50", "50", "980010000", "Königsbrück, Stadt"),
        gemeinde("980010000000", "Königsbrück, Stadt", type_code="61", population=" 120 500", male=" 60 000",
                 female=" 60 500"),
        upper("40", "44", "98051", "Mustertal"),
        upper("50", "50", "980510004", "Großweiler, Stadt"),
        gemeinde("980510004004", "Großweiler, Stadt", type_code="63", population=" 22 000", male=" 11 000",
                 female=" 11 000"),
        upper("50", "51", "980515001", "Amt Niederau"),
        gemeinde("980515001010", "Neudorf", population="  900", male="  450", female="  450"),
        gemeinde("980515001011", "Neustadt (Tal), Stadt", type_code="63", population=" 3 100", male=" 1 500",
                 female=" 1 600"),
    ]  # fmt: skip


def write_csv(path: Path, rows: Iterable[Sequence[Any]], *, columns: Sequence[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def write_workbook(path: Path, rows: Iterable[Sequence[Any]], *, as_of: str = "31.12.2025") -> Path:
    """The official layout: a cover sheet, several heading rows, numbers as numbers, footnotes at the end."""
    workbook = Workbook()
    cover = workbook.active
    assert cover is not None
    cover.title = "Deckblatt"
    cover.append(["Gemeindeverzeichnis-Informationssystem GV-ISys"])
    cover.append([None, f"Gebietsstand: {as_of} (4. Quartal)"])
    sheet = workbook.create_sheet("Onlineprodukt_Gemeinden")
    sheet.append(["Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl"])
    sheet.append([])
    sheet.append(
        [
            "Satz-art",
            "Text-kenn-zeichen",
            "Amtlicher Regionalschlüssel (ARS)",
            None,
            None,
            None,
            None,
            "Gemeindename",
            "Fläche km²",
            "Bevölkerung",
            None,
            None,
            None,
            "Post-leitzahl",
            "Geografische Mittelpunktkoordinaten",
            None,
            "Reisegebiete",
            None,
            "Grad der Verstädterung",
        ]
    )
    sheet.append([None, None, "Land", "RB", "Kreis", "VB", "Gem", None, None, "insgesamt", "männlich", "weiblich",
                  "je km²", None, "Längengrad", "Breitengrad", "Schlüssel", "Bezeichnung", "Schlüssel",
                  "Bezeichnung"])  # fmt: skip
    for row in rows:
        sheet.append([_as_a_spreadsheet_has_it(index, cell) for index, cell in enumerate(row)])
    sheet.append([])
    sheet.append(["1) Anmerkung: Bevölkerung auf Grundlage des Zensus."])
    workbook.save(path)
    return path


def _as_a_spreadsheet_has_it(index: int, cell: Any) -> Any:
    if cell == "":
        return None
    if index in (9, 10, 11, 12, 13):
        return int(str(cell).replace(" ", ""))
    if index in (8, 14, 15):
        return float(str(cell).replace(",", "."))
    return cell
