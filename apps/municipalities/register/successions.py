"""Successors of dissolved territories, from a CSV of its own."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from apps.municipalities.register.cells import UnreadableValue, is_key, parse_day, parse_keys, text_of
from apps.municipalities.register.gvisys import Problem, RegisterFileError


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """A dissolved territory, one of its successors (ARS or AGS each), the day (None: the register's date)."""

    line: int
    predecessor: str
    successor: str
    day: date | None


def read_successions(path: Path) -> tuple[list[SuccessionRow], list[Problem]]:
    """Read a CSV with the columns `ars`, `nachfolger_ars` and, optionally, `datum` (keys may be AGS as well).

    Raises RegisterFileError when the file or its columns cannot be read; bad rows are the second result.
    """
    successions: list[SuccessionRow] = []
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            heading = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if ";" in heading else ",", strict=True)
            if not {"ars", "nachfolger_ars"} <= set(reader.fieldnames or ()):
                raise RegisterFileError(_("Columns are missing: %(columns)s.") % {"columns": "ars, nachfolger_ars"})
            for cells in reader:
                try:
                    successions += _succession(reader.line_num, cells)
                except UnreadableValue as error:
                    problems.append(Problem(reader.line_num, str(error)))
    except OSError as error:
        raise RegisterFileError(_("The file cannot be opened: %(reason)s") % {"reason": error}) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RegisterFileError(_("The file is no CSV: %(reason)s") % {"reason": error}) from error
    return successions, problems


def _succession(line: int, cells: dict[str, str | None]) -> list[SuccessionRow]:
    predecessor = text_of(cells["ars"]).replace(" ", "")
    if not is_key(predecessor):
        raise UnreadableValue(_("“%(value)s” is no ARS or AGS.") % {"value": predecessor})
    successors = parse_keys(text_of(cells["nachfolger_ars"]))
    if not successors:
        raise UnreadableValue(_("The successor is missing."))
    day = parse_day(text_of(cells.get("datum")))
    return [SuccessionRow(line, predecessor, successor, day) for successor in successors]
