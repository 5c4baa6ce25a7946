"""Reading an uploaded sheet: its values in bounds, and a sentence for whatever cannot be read."""

import io
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook

from apps.files.workbooks import UnreadableWorkbook, first_sheet
from tests.files import samples


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


def workbook(*rows: list[Any]) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.create_sheet("Anderes").append(["nicht gelesen"])
    book.save(buffer)
    return buffer.getvalue()


def test_the_values_of_the_first_sheet_are_read_as_far_as_asked() -> None:
    content = workbook(["No.", "Title"], [1, "Frist"], [2, None])
    assert first_sheet(content, rows=9, columns=3) == [["No.", "Title", None], [1, "Frist", None], [2, None, None]]
    assert first_sheet(content, rows=2, columns=1) == [["No."], [1]]


def test_a_formula_is_not_calculated() -> None:
    assert first_sheet(workbook(["=1+1"]), rows=1, columns=1) == [[None]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 not an archive", id="damaged"),
        pytest.param(samples.excel()[:-200], id="cut off"),
        pytest.param(samples.word(), id="another document"),
        pytest.param(samples.with_members(samples.excel(), {"xl/workbook.xml": "<workbook"}), id="broken XML"),
        pytest.param(samples.with_members(samples.excel(), {"xl/worksheets/sheet1.xml": "<a><b"}), id="broken sheet"),
        pytest.param(samples.with_members(samples.excel(), {"[Content_Types].xml": "<a><b/></a>"}), id="other XML"),
    ],
)
def test_what_is_no_whole_workbook_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(UnreadableWorkbook, match="save it anew as XLSX"):
        first_sheet(content, rows=1, columns=1)


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_a_part_with_a_document_type_is_refused_wherever_it_stands(coding: str) -> None:
    harm = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(coding)
    with pytest.raises(UnreadableWorkbook, match="entities"):
        first_sheet(samples.with_members(samples.excel(), {"xl/extra.bin": harm}), rows=1, columns=1)
