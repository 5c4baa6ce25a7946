"""Small questionnaires for the tests, written as rows and turned into workbooks."""

import csv
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from apps.instruments.definition import LEVEL_CHOICES
from apps.instruments.workbook import InvalidWorkbook
from apps.instruments.xlsform import Reading, read_workbook

Row = Mapping[str, object]
SETTINGS: Row = {"form_id": "probe", "version": "1", "form_title": "Probe", "default_language": "Deutsch (de)"}
LEVELS = [{"list_name": "level", "name": name, "label::Deutsch (de)": name.replace("_", " ")} for name in LEVEL_CHOICES]


def group(name: str, *rows: Row, label: str = "Abschnitt", **columns: object) -> list[Row]:
    """A group around rows."""
    return [
        {"type": "begin_group", "name": name, "label::Deutsch (de)": label, **columns},
        *rows,
        {"type": "end_group"},
    ]


def row(type_: str, name: str, label: str = "Frage", **columns: object) -> Row:
    """A row of the survey sheet; without a label for calculations."""
    text = {} if type_ == "calculate" else {"label::Deutsch (de)": label}
    return {"type": type_, "name": name, **text, **columns}


def choice(list_name: str, name: str, label: str = "", **columns: object) -> Row:
    return {"list_name": list_name, "name": name, "label::Deutsch (de)": label or name, **columns}


def level(name: str = "d5_03", dimension: object = 5, **columns: object) -> Row:
    return row("select_one level", name, dimension=dimension, **columns)


def sheets(survey: Sequence[Row], choices: Sequence[Row] = (), settings: Row | None = None) -> dict[str, list[Row]]:
    return {"survey": list(survey), "choices": list(choices), "settings": [{**SETTINGS, **(settings or {})}]}


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def as_xlsx(book: Mapping[str, Sequence[Row]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        columns = _columns(rows)
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def as_csv(book: Mapping[str, Sequence[Row]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for name, rows in book.items():
        columns = _columns(rows)
        writer.writerow([name, ""])
        writer.writerow(["", *columns])
        writer.writerows(["", *(row.get(column, "") for column in columns)] for row in rows)
    return target.getvalue().encode()


def as_md(book: Mapping[str, Sequence[Row]]) -> bytes:
    lines: list[str] = []
    for name, rows in book.items():
        if not rows:
            continue
        columns = _columns(rows)
        lines += [f"| {name} |", "| | " + " | ".join(columns) + " |"]
        lines += [
            "| | " + " | ".join(str(row.get(column, "")).replace("|", "\\|") for column in columns) + " |"
            for row in rows
        ]
    return "\n".join(lines).encode()


def read(*survey: Row, choices: Sequence[Row] = (), settings: Row | None = None) -> Reading:
    """Read a questionnaire from its rows (as XLSX, so that empty cells and rows are real)."""
    return read_workbook(as_xlsx(sheets(survey, choices, settings)), "probe.xlsx")


def refusal(*survey: Row, choices: Sequence[Row] = (), settings: Row | None = None) -> list[tuple[str, int, str]]:
    """Sheet, row and message of every problem of a questionnaire; empty when it is accepted."""
    try:
        read(*survey, choices=choices, settings=settings)
    except InvalidWorkbook as refused:
        return [(problem.sheet, problem.row, problem.message) for problem in refused.problems]
    return []
