"""What a file may be before anything is read from it."""

import io
import zipfile
from pathlib import Path

import pytest
from django.utils import translation

from apps.instruments.workbook import InvalidWorkbook
from apps.instruments.xlsform import read_workbook
from tests.instruments.forms import as_csv, as_md, as_xlsx, group, row, sheets

XLS = Path(__file__).parent / "workbooks" / "probe.xls"
BOOK = sheets(group("s", row("integer", "a", "Wie viele?")))


def refused(content: bytes, filename: str) -> str:
    with translation.override("en"), pytest.raises(InvalidWorkbook) as error:
        read_workbook(content, filename)
    return str(error.value)


def archive(**members: bytes | str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


def with_member(name: str, content: bytes | str) -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(as_xlsx(BOOK))), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for member in source.infolist():
            if member.filename != name:
                file.writestr(member, source.read(member))
        file.writestr(name, content)
    return target.getvalue()


def test_all_four_formats_give_the_same_form() -> None:
    files = {"a.xlsx": as_xlsx(BOOK), "a.csv": as_csv(BOOK), "a.md": as_md(BOOK), "a.XLS": XLS.read_bytes()}
    forms = [read_workbook(content, name).form for name, content in files.items()]
    assert all(form == forms[0] for form in forms)
    assert list(forms[0].items) == ["a"]


@pytest.mark.parametrize("name", ["a.pdf", "a.xlsm", "a", "a.xlsx.exe"])
def test_other_suffixes_are_refused(name: str) -> None:
    assert ".xlsx .xls .csv .md" in refused(as_xlsx(BOOK), name)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.xlsx", "empty"),
        (b"x" * (10 * 1024 * 1024 + 1), "a.csv", "10 MB"),
        (b"not a zip", "a.xlsx", "not an Excel workbook"),
        (b"PK\x03\x04 cut off", "a.xlsx", "cannot be read"),
        (as_xlsx(BOOK)[:-50], "a.xlsx", "cannot be read"),
        (as_xlsx(BOOK), "a.xls", "97-2003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", ""),
        ("Größe".encode("latin-1"), "a.csv", "UTF-8"),
        (archive(foo_xml="<a/>"), "a.xlsx", ""),
        (b"just text", "a.md", ""),
        (b"\x00\x01,,,,,,,", "a.csv", ""),
    ],
    # Not the content itself: a ZIP archive holds the time, and two workers would collect different tests.
    ids=[
        "empty", "too large", "no archive", "cut off early", "cut off late", "xlsx as xls", "broken xls", "latin-1",
        "another archive", "no table", "binary as csv",
    ],
)  # fmt: skip
def test_damaged_and_disguised_files_are_refused(content: bytes, name: str, reason: str) -> None:
    assert reason in refused(content, name)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "unpacked" in refused(archive(xl__sheet_xml=b"0" * 30_000_000), "a.xlsx")


def test_too_many_members_are_refused() -> None:
    assert "1000 parts" in refused(archive(**{f"m{i}": "" for i in range(1001)}), "a.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_external_entities_are_refused(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    assert "entities" in refused(with_member("xl/sharedStrings.xml", bomb.encode(encoding)), "a.xlsx")


def test_macros_are_refused() -> None:
    assert "macros" in refused(with_member("xl/vbaProject.bin", b"x"), "a.xlsx")


def test_too_many_rows_are_refused() -> None:
    rows = [row("note", f"n{number}", "x") for number in range(3001)]
    assert "3000 rows" in refused(as_md(sheets(group("s", *rows))), "a.md")


def test_a_file_protected_by_a_password_is_refused() -> None:
    content = bytearray(as_xlsx(BOOK))
    content[content.index(b"PK\x01\x02") + 8] |= 0x1
    assert "password" in refused(bytes(content), "a.xlsx")
