"""Workbooks under corpus/: pyxform's verdict is ours, or there is a reason; and no row is lost without a word.

works        pyxform takes them, and so does this platform: imported, rendered, answered
unsupported  pyxform takes them; here they are refused, each reason with sheet and row
broken       pyxform rejects them, and so does this platform
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

from apps.core.keys import uuid7
from apps.instruments import definition
from apps.instruments.actions import import_instrument
from apps.instruments.definition import Form, Item
from apps.instruments.queries import load_compiled, load_form
from apps.instruments.questions import parse_values, question
from apps.instruments.workbook import InvalidWorkbook
from apps.instruments.xlsform import read_workbook

CORPUS = Path(__file__).parent / "corpus"
WORKS, UNSUPPORTED, BROKEN = (sorted((CORPUS / kind).glob("*.md")) for kind in ("works", "unsupported", "broken"))


def named(path: Path) -> str:
    return path.stem


def survey_rows(path: Path) -> dict[int, tuple[str, str]]:
    """Row → type and name of every row that means something."""
    rows = get_xlsform(path.read_bytes(), file_type=".md").survey
    return {
        number: (row["type"], row.get("name") or f"note_{number}")
        for number, row in enumerate(rows, start=2)
        if row.get("type") and not row["type"].startswith("end") and row.get("disabled") != "yes"
    }


def names_of(form: Form) -> set[str]:
    groups = {group.name for section in form.sections for group in section.groups}
    return {section.name for section in form.sections} | groups | set(form.items)


def refusal(path: Path) -> InvalidWorkbook:
    with translation.override("en"), pytest.raises(InvalidWorkbook) as refused:
        read_workbook(path.read_bytes(), path.name)
    return refused.value


def test_the_corpus_is_large_enough() -> None:
    assert len(WORKS) + len(UNSUPPORTED) + len(BROKEN) >= 40


@pytest.mark.parametrize("path", WORKS, ids=named)
def test_what_works_loses_no_row(path: Path) -> None:
    assert convert(path.read_bytes(), file_type=".md").xform
    form = read_workbook(path.read_bytes(), path.name).form
    for number, (kind, name) in survey_rows(path).items():
        assert name in names_of(form), f"row {number}: {kind}"


@pytest.mark.parametrize("path", UNSUPPORTED, ids=named)
def test_what_is_not_supported_says_so_with_its_row(path: Path) -> None:
    assert convert(path.read_bytes(), file_type=".md").xform
    refused = refusal(path)
    for problem in refused.problems:
        assert problem.sheet == "survey" and problem.row >= 2 and problem.message, problem


@pytest.mark.parametrize("path", BROKEN, ids=named)
def test_what_pyxform_rejects_is_rejected(path: Path) -> None:
    with pytest.raises(PyXFormError):
        convert(path.read_bytes(), file_type=".md")
    assert all(problem.message for problem in refusal(path).problems)


def answer_to(item: Item, form: Form) -> list[str]:
    """Something that a person might answer."""
    if item.is_select:
        return [form.choices(item)[0].name]
    if item.scale is not None:
        return [item.scale.values()[1]]
    if item.is_upload:
        return []  # on a page of its own
    return [
        {
            definition.INTEGER: "4",
            definition.DECIMAL: "3,5",
            definition.DATE: f"{date(2026, 11, 22):%d.%m.%Y}",
            definition.TIME: "14:30",
            definition.DATE_TIME: "22.11.2026 14:30",
            definition.ACKNOWLEDGE: definition.ACKNOWLEDGED,
        }.get(item.kind, "etwas")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("path", WORKS, ids=named)
def test_what_works_is_stored_rendered_and_answered(path: Path) -> None:
    version = import_instrument(actor=None, content=path.read_bytes(), filename=path.name)
    form = load_form(version)
    assert form == read_workbook(path.read_bytes(), path.name).form
    compiled = load_compiled(version)
    asked = [item for item in form.items.values() if item.takes_answer]
    parsed = {item.name: parse_values(item, answer_to(item, form)) for item in asked}
    assert {name: answer.error for name, answer in parsed.items() if answer.error} == {}
    files = {item.name: str(uuid7()) for item in asked if item.is_upload}
    answers: dict[str, Any] = {**{name: answer.value for name, answer in parsed.items()}, **files}
    state = compiled.evaluate(answers, language="de")
    assert state.invalid == ()
    for preview in (True, False):
        for item in form.items.values():
            shown = question(compiled, item, state, language="de", all_choices=preview)
            upload = {"name": "Bild.png", "url": "#file", "choose_url": "#choose"} if item.is_upload else None
            context = {"question": shown, "preview": preview, "upload": upload}
            page = render_to_string("instruments/item.html", context)
            assert (f'name="answer-{item.name}"' in page) == (item.takes_answer and not item.is_upload)
            assert ("Bild.png" in page) == item.is_upload
