"""Workbook → form → workbook → form: the same form."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pyxform.xls2xform import convert

from apps.instruments.definition import Form
from apps.instruments.export import workbook_of
from apps.instruments.models import InstrumentVersion
from apps.instruments.queries import load_form
from apps.instruments.xlsform import read_workbook
from tests.instruments.conftest import workbook
from tests.instruments.forms import choice, group, read, row
from tests.instruments.test_corpus import WORKS, named
from tests.instruments.test_library import ALL


def without_rows(form: Form) -> Form:
    """Empty and disabled rows are not exported, so later rows may move up."""
    sections = tuple(
        replace(
            section,
            row=0,
            groups=tuple(replace(group, row=0) for group in section.groups),
            items=tuple(replace(item, row=0) for item in section.items),
        )
        for section in form.sections
    )
    return replace(form, sections=sections)


def again(form: Form) -> Form:
    return read_workbook(workbook_of(form), "export.xlsx").form


@pytest.mark.parametrize("path", [*WORKS, *ALL], ids=named)
def test_an_exported_workbook_is_the_same_questionnaire(path: Path) -> None:
    form = read_workbook(path.read_bytes(), path.name).form
    assert convert(workbook_of(form), file_type=".xlsx").xform
    assert without_rows(again(form)) == without_rows(form)


def test_everything_a_level_question_carries_comes_back() -> None:
    form = read_workbook(workbook(), "probe.xlsx").form
    assert without_rows(again(form)) == without_rows(form)


def test_groups_keep_their_nesting_and_their_order() -> None:
    form = read(
        row("text", "before"),
        *group(
            "s",
            row("text", "a"),
            *group("inner", *group("deep", row("text", "b")), row("text", "c")),
            *group("other", row("text", "d")),
            row("text", "e"),
        ),
        row("text", "after"),
    ).form
    assert without_rows(again(form)) == without_rows(form)


def test_languages_keep_their_order() -> None:
    texts = {"label::Türkçe (tr)": "Soru", "label::English (en)": "Question"}
    form = read(
        row("text", "a"),
        row("select_one yn", "b", **texts),
        choices=[choice("yn", "x", **{"label::English (en)": "X", "label::Türkçe (tr)": "X"})],
    ).form
    assert [language.code for language in form.languages] == ["de", "tr", "en"]
    assert again(form).languages == form.languages


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    form = read(row("text", "a")).form
    asked = replace(form.items["a"], label={"de": "=1+1 ist was?\nBitte rechnen."})
    form = replace(form, sections=(replace(form.sections[0], items=(asked,)),))
    assert without_rows(again(form)) == without_rows(form)


@pytest.mark.django_db
def test_the_project_team_exports_a_version(
    client: Client, staff: object, settings: object, draft: InstrumentVersion
) -> None:
    settings.MFA_REQUIRED_ROLES = []  # type: ignore[attr-defined]
    client.force_login(staff)  # type: ignore[arg-type]
    response = client.get(reverse("instruments-export", args=[draft.pk]))
    assert "probe-1.xlsx" in response["Content-Disposition"]
    exported = read_workbook(response.content, "probe.xlsx").form
    assert without_rows(exported) == without_rows(load_form(draft))
