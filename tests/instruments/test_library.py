"""The workbooks that come with the product."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pyxform.xls2xform import xls2xform_convert

from apps.instruments.definition import LEVELS
from apps.instruments.xlsform import read_workbook

LIBRARY = Path(__file__).resolve().parents[2] / "apps" / "instruments" / "library"
WORKBOOKS = sorted(LIBRARY.glob("*.xlsx"))


def test_there_is_a_library() -> None:
    assert WORKBOOKS


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_pyxforms_own_conversion_takes_the_workbook(path: Path, tmp_path: Path) -> None:
    xls2xform_convert(str(path), str(tmp_path / "form.xml"), validate=False)
    assert (tmp_path / "form.xml").stat().st_size


def test_check_is_clean() -> None:
    out, err = StringIO(), StringIO()
    call_command("import_instrument", *map(str, WORKBOOKS), "--check", stdout=out, stderr=err)
    assert err.getvalue() == ""


def test_the_needs_assessment_has_its_ten_dimensions_and_62_items() -> None:
    path = LIBRARY / "bedarfserhebung.xlsx"
    form = read_workbook(path.read_bytes(), path.name).form
    counts = [sum(item.is_level for item in section.items) for section in form.sections if section.dimension]
    assert counts == [7, 5, 8, 6, 8, 8, 5, 6, 5, 4]
    for item in form.level_items:
        assert "standard" in item.profiles
        assert item.source
        for language in ("de", "en"):
            assert item.label.get(language), item.name
        assert not item.descriptors or all(item.descriptors[level].get("de") for level in LEVELS), item.name
