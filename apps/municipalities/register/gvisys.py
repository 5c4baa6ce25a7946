"""Reading the municipality register GV-ISys of the statistical offices, as CSV and as the official workbook.

The rows come as people typed them: thousands parted by blanks, decimal points and decimal commas, stray
spaces, heading rows and footnotes. What cannot be read becomes a Problem with its line; nothing is guessed.
"""

import csv
import hashlib
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apps.municipalities.register.cells import (
    UnreadableValue,
    parse_area,
    parse_count,
    parse_degrees,
    parse_keys,
    parse_postcode,
    parse_urbanisation,
    text_of,
)
from apps.municipalities.register.codes import (
    ARS_LENGTH,
    KIND_OF_RECORD_TYPE,
    TYPE_CODES_OF_KIND,
    TerritoryKind,
)
from apps.municipalities.register.search import normalise

# Headings reduced to letters, as they stand in the CSV and in the workbook → column of the register.
# "Schlüssel" and "Bezeichnung" stand twice in the workbook, first for the travel region, then for the
# urbanisation.
_HEADINGS: dict[str, tuple[str, ...]] = {
    "satzart": ("record_type",),
    "textkennzeichen": ("type_code",),
    "land": ("land",),
    "rb": ("rb",),
    "kreis": ("kreis",),
    "vb": ("vb",),
    "gem": ("gemeinde",),
    "gemeinde": ("gemeinde",),
    "gemeindename": ("name",),
    "flaeche": ("area",),
    "flaechekm": ("area",),
    "flaecheinkm": ("area",),
    "bevoelkerung": ("population",),
    "insgesamt": ("population",),
    "maennlich": ("male",),
    "weiblich": ("female",),
    "jekm": ("density",),
    "postleitzahl": ("postcode",),
    "laengengrad": ("longitude",),
    "breitengrad": ("latitude",),
    "schluessel": ("travel_region", "urbanisation"),
    "bezeichnung": ("travel_region_name", "urbanisation_name"),
    "verstaedterungschluessel": ("urbanisation",),
    "verstaedterungbezeichnung": ("urbanisation_name",),
    "nachfolgerars": ("successors",),
}
_REQUIRED = (
    "record_type", "type_code", "land", "rb", "kreis", "vb", "gemeinde", "name",
    "area", "population", "male", "female", "postcode", "longitude", "latitude", "urbanisation",
)  # fmt: skip
_KEY_PARTS = (("land", 2), ("rb", 1), ("kreis", 2), ("vb", 4), ("gemeinde", 3))
# The parts of the key that a row of each kind fills. A region takes the first digit of its districts.
_PARTS_OF_KIND = {
    TerritoryKind.LAND: 1,
    TerritoryKind.GOVERNMENT_REGION: 2,
    TerritoryKind.REGION: 3,
    TerritoryKind.DISTRICT: 3,
    TerritoryKind.ASSOCIATION: 4,
    TerritoryKind.MUNICIPALITY: 5,
}
_HEADING_ROWS = 15
# "Gebietsstand: 31.12.2021" on the cover sheet; "… und Postleitzahl am 31.12.2021" above the table.
_DATES_OF_STATE = (
    re.compile(r"Gebietsstand\D{0,40}?(\d{1,2})\.(\d{1,2})\.(\d{4})"),
    re.compile(r"Postleitzahl am (\d{1,2})\.(\d{1,2})\.(\d{4})"),
)


class RegisterFileError(Exception):
    """The file as a whole cannot be read as a register; the message says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken over: its line in the file (from 1) and what is wrong."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One territory as the file describes it.

    ars has the length of its kind; ags is set for municipalities. population, male and female are persons,
    area is km², longitude and latitude degrees (WGS 84) of the centre; None where the file says nothing.
    successors are the ARS of the territories a dissolved territory went to; empty for one that exists.
    """

    line: int
    kind: TerritoryKind
    ars: str
    ags: str | None
    name: str
    type_code: str
    population: int | None = None
    male: int | None = None
    female: int | None = None
    area: Decimal | None = None
    postcode: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    urbanisation: str = ""
    successors: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[TerritoryKind, str]:
        """What identifies the territory over time: the AGS of a municipality (its association, and with it
        the ARS, may change), the ARS of everything else.
        """
        return self.kind, self.ags or self.ars

    @property
    def land(self) -> str:
        """Two digits of the Land."""
        return self.ars[:2]


@dataclass(frozen=True)
class RegisterFile:
    """A register read to its end: territories that exist, territories said to be dissolved, problems."""

    rows: Sequence[RegisterRow]
    dissolved: Sequence[RegisterRow]
    problems: Sequence[Problem]
    as_of: date | None
    sha256: str
    parents: dict[str, str] = field(default_factory=dict)  # ARS → ARS of the next level that the file has

    @property
    def lands(self) -> frozenset[str]:
        """The Länder that the file describes."""
        return frozenset(row.ars for row in self.rows if row.kind == TerritoryKind.LAND)


def read_register(path: Path) -> RegisterFile:
    """Read a register file completely and check its rows against each other.

    Population and area of the upper levels, which the file leaves empty, are the sums of their
    municipalities. Raises RegisterFileError when the file is no register at all; bad rows are in `problems`.
    """
    stream = RegisterStream(path)
    rows: list[RegisterRow] = []
    dissolved: list[RegisterRow] = []
    problems: list[Problem] = []
    first_line: dict[tuple[TerritoryKind, str], int] = {}
    for row in stream:
        if isinstance(row, Problem):
            problems.append(row)
        elif row.key in first_line:
            problems.append(
                Problem(row.line, _("%(key)s has already been described in line %(line)s.")
                        % {"key": row.key[1], "line": first_line[row.key]})
            )  # fmt: skip
        else:
            first_line[row.key] = row.line
            (dissolved if row.successors else rows).append(row)
    parents = _parents(rows)
    problems += [
        Problem(row.line, _("The Land %(land)s has no row of its own.") % {"land": row.land})
        for row in rows
        if row.kind != TerritoryKind.LAND and row.ars not in parents
    ]
    if not rows and not problems:
        raise RegisterFileError(_("The file has no territories."))
    return RegisterFile(
        rows=_with_sums(rows, parents),
        dissolved=dissolved,
        problems=sorted(problems, key=lambda problem: problem.line),
        as_of=stream.as_of,
        sha256=_sha256(path),
        parents=parents,
    )


class RegisterStream:
    """The rows of a register file one by one: a RegisterRow, or a Problem in its place.

    `as_of` is the date of the territorial state where the file's headings tell it, after the first row was
    taken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.as_of: date | None = None

    def __iter__(self) -> Iterator[RegisterRow | Problem]:
        """Raises RegisterFileError when the file is neither CSV nor workbook, or lacks columns."""
        try:
            with self.path.open("rb") as file:
                is_workbook = file.read(4) == b"PK\x03\x04"
            lines = self._workbook_lines() if is_workbook else self._csv_lines()
            columns: dict[str, int] | None = None
            for line, cells in lines:
                if columns is None:
                    columns = _columns([cells])
                    _require(columns)
                elif any(text_of(cell) for cell in cells):
                    yield _row_or_problem(line, cells, columns)
        except OSError as error:
            raise RegisterFileError(_("The file cannot be opened: %(reason)s") % {"reason": error}) from error
        except UnicodeDecodeError as error:
            raise RegisterFileError(_("The file is neither a workbook nor CSV in UTF-8.")) from error
        except csv.Error as error:
            raise RegisterFileError(_("The file is no CSV: %(reason)s") % {"reason": error}) from error
        except (zipfile.BadZipFile, ParseError) as error:
            raise RegisterFileError(_("The workbook is damaged.")) from error
        if columns is None:
            raise RegisterFileError(_("The file is empty."))

    def _csv_lines(self) -> Iterator[tuple[int, Sequence[Any]]]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            heading = file.readline()
            file.seek(0)
            delimiter = ";" if heading.count(";") > heading.count(",") else ","
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for cells in reader:
                yield reader.line_num, cells

    def _workbook_lines(self) -> Iterator[tuple[int, Sequence[Any]]]:
        try:
            workbook = load_workbook(self.path, read_only=True, data_only=True)
        except (InvalidFileException, KeyError) as error:  # a ZIP archive that holds something else
            raise RegisterFileError(_("The workbook is damaged.")) from error
        try:
            for sheet in workbook.worksheets:
                heading = list(islice(sheet.iter_rows(values_only=True), _HEADING_ROWS))
                self.as_of = self.as_of or _date_of_state(heading)
                data_from = next((i for i, cells in enumerate(heading) if _begins_data(cells)), len(heading))
                labels = _merged_labels(heading[:data_from])
                if "record_type" not in _columns([labels]):
                    continue
                yield data_from, labels
                for line, cells in enumerate(sheet.iter_rows(min_row=data_from + 1, values_only=True), data_from + 1):
                    if sum(bool(text_of(cell)) for cell in cells) > 1:  # a single cell is a footnote
                        yield line, [*cells, *("",) * (len(labels) - len(cells))]
                return
        finally:
            workbook.close()
        raise RegisterFileError(_("No sheet of the workbook has the heading “Satzart”."))


# --- Headings -----------------------------------------------------------------------------------------------


def _begins_data(cells: Sequence[Any]) -> bool:
    return bool(cells) and text_of(cells[0]) in KIND_OF_RECORD_TYPE


def _merged_labels(heading: Sequence[Sequence[Any]]) -> list[str]:
    """One label per column: the lowest cell of the heading rows that names a column of the register."""
    width = max((len(cells) for cells in heading), default=0)
    labels = [""] * width
    for cells in heading:
        for index, cell in enumerate(cells):
            if _letters(cell) in _HEADINGS:
                labels[index] = text_of(cell)
    return labels


def _columns(heading: Sequence[Sequence[Any]]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for cells in heading:
        for index, cell in enumerate(cells):
            for name in _HEADINGS.get(_letters(cell), ()):
                if name not in columns:
                    columns[name] = index
                    break
    return columns


def _require(columns: dict[str, int]) -> None:
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        headings = {name: heading for heading, names in reversed(_HEADINGS.items()) for name in names}
        raise RegisterFileError(
            _("Columns are missing: %(columns)s.") % {"columns": ", ".join(headings[name] for name in missing)}
        )


def _letters(cell: Any) -> str:
    return re.sub(r"[^a-z]", "", normalise(text_of(cell)))


def _date_of_state(heading: Sequence[Sequence[Any]]) -> date | None:
    text = " ".join(text_of(cell) for cells in heading for cell in cells)
    for pattern in _DATES_OF_STATE:
        if found := pattern.search(text):
            day, month, year = (int(part) for part in found.groups())
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


# --- Rows ------------------------------------------------------------------------------------------


def _row_or_problem(line: int, cells: Sequence[Any], columns: dict[str, int]) -> RegisterRow | Problem:
    if len(cells) <= max(columns[name] for name in _REQUIRED):
        return Problem(line, _("The row has only %(count)s columns.") % {"count": len(cells)})
    try:
        return _row(line, {name: text_of(cells[index]) for name, index in columns.items() if index < len(cells)})
    except UnreadableValue as error:
        return Problem(line, str(error))


def _row(line: int, cell: dict[str, str]) -> RegisterRow:
    kind = KIND_OF_RECORD_TYPE.get(cell["record_type"])
    if kind is None:
        raise UnreadableValue(_("Unknown record type “%(value)s”.") % {"value": cell["record_type"]})
    if cell["type_code"] not in TYPE_CODES_OF_KIND[kind]:
        raise UnreadableValue(
            _("Text code “%(value)s” does not exist for record type %(type)s.")
            % {"value": cell["type_code"], "type": cell["record_type"]}
        )
    if not cell["name"]:
        raise UnreadableValue(_("The name is missing."))
    if len(cell["name"]) > 160:
        raise UnreadableValue(_("The name is longer than 160 characters."))
    ars = _ars(kind, cell)
    return RegisterRow(
        line=line,
        kind=kind,
        ars=ars,
        ags=ars[:5] + ars[9:] if kind == TerritoryKind.MUNICIPALITY else None,
        name=cell["name"],
        type_code=cell["type_code"],
        population=parse_count(cell["population"]),
        male=parse_count(cell["male"]),
        female=parse_count(cell["female"]),
        area=parse_area(cell["area"]),
        postcode=parse_postcode(cell["postcode"]),
        longitude=parse_degrees(cell["longitude"], low=5, high=16),
        latitude=parse_degrees(cell["latitude"], low=47, high=56),
        urbanisation=parse_urbanisation(cell["urbanisation"]),
        successors=parse_keys(cell.get("successors", "")),
    )


def _ars(kind: TerritoryKind, cell: dict[str, str]) -> str:
    """The parts of the key put together; a workbook may hold them as numbers without their leading zeros."""
    parts = []
    filled = _PARTS_OF_KIND[kind]
    for index, (name, length) in enumerate(_KEY_PARTS):
        if kind == TerritoryKind.REGION and name == "kreis":
            length = 1
        value = cell[name]
        if index >= filled:
            if value:
                raise UnreadableValue(
                    _("“%(value)s” in column %(column)s does not belong to this record type.")
                    % {"value": value, "column": name}
                )
            continue
        if not (value.isascii() and value.isdigit() and len(value) <= length):
            raise UnreadableValue(
                _("“%(value)s” in column %(column)s is no key of %(length)s digits.")
                % {"value": value, "column": name, "length": length}
            )
        parts.append(value.zfill(length))
    return "".join(parts)


# --- Rows together ------------------------------------------------------------------------------------------


def _parents(rows: Sequence[RegisterRow]) -> dict[str, str]:
    """ARS → ARS of the nearest level above that the file has. Rows whose Land is missing are left out."""
    known = {row.ars for row in rows}
    parents = {}
    for row in rows:
        above = [length for length in sorted(ARS_LENGTH.values(), reverse=True) if length < len(row.ars)]
        for length in above:
            if row.ars[:length] in known:
                parents[row.ars] = row.ars[:length]
                break
    return parents


def _with_sums(rows: Sequence[RegisterRow], parents: dict[str, str]) -> list[RegisterRow]:
    """Rows with population, male, female and area of the upper levels summed up from their municipalities."""
    people: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    area: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.kind != TerritoryKind.MUNICIPALITY:
            continue
        above = parents.get(row.ars)
        while above is not None:
            for index, count in enumerate((row.population, row.male, row.female)):
                people[above][index] += count or 0
            area[above] += row.area or 0
            above = parents.get(above)
    return [
        replace(row, population=people[row.ars][0], male=people[row.ars][1], female=people[row.ars][2],
                area=area[row.ars])
        if row.ars in people and row.population is None
        else row
        for row in rows
    ]  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
