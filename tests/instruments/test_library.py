"""The workbooks that come with the product."""

import re
from collections import Counter
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyxform.xls2xform import xls2xform_convert

from apps.instruments.definition import COMPETENCES, DIMENSION_NAMES, LEVELS, Form, Item
from apps.instruments.management.commands.describe_library import LIBRARY, WORKBOOKS
from apps.instruments.xlsform import read_workbook

ALL = sorted(LIBRARY.glob("*.xlsx"))
PAGE = Path(__file__).resolve().parents[2] / "docs" / "instrument.md"
LONGEST_DESCRIPTOR, SHORTEST_DESCRIPTOR = 200, 30
"""Characters: a descriptor is one sentence that can be held against what is there, not a paragraph."""

TOPICS = {
    "responsible office": ["d1_03"],
    "hours": ["d1_03", "d1_03_fte"],
    "budget": ["d1_05"],
    "access to leadership": ["d1_04"],
    "shared definition": ["d1_02"],
    "§ 13 office independent": ["d5_01"],
    "§ 13 office announced": ["d5_02"],
    "protection from reprisal": ["d5_04"],
    "protection from third parties": ["d5_05"],
    "citizens' complaints with a deadline": ["d5_06", "d5_06_days"],
    "yearly analysis of complaints": ["d5_07"],
    "discretion: Ausländerbehörde": ["d6_01"],
    "discretion: Soziales": ["d6_02"],
    "review of refusals and durations": ["d6_03"],
    "appointments": ["d6_04"],
    "online forms": ["d6_05"],
    "names": ["d6_06"],
    "paid interpreting": ["d7_01"],
    "Ordnungsdienst controls": ["d6_07"],
    "job requirements": ["d3_01"],
    "structured selection": ["d3_03"],
    "appraisal and promotion": ["d3_07"],
    "security and accommodation contracts": ["d10_02"],
    "automated decisions": ["d6_08"],
}
"""What must not be missing, and the items of the Standard that ask about it."""

WORDS = {
    "d1_02": ("Schwarze Menschen", "antimuslimischen", "Antisemitismus", "Antiziganismus"),
    "d1_03": ("Stelle", "Arbeitszeit"),
    "d1_04": ("Verwaltungsleitung",),
    "d1_05": ("Haushaltsmittel",),
    "d3_01": ("Anforderungen", "Stellenprofilen"),
    "d3_03": ("strukturiert",),
    "d3_07": ("Beurteilungen", "Beförderungen"),
    "d5_01": ("§ 13 AGG", "unabhängig"),
    "d5_02": ("bekannt gemacht",),
    "d5_04": ("Nachteilen geschützt",),
    "d5_05": ("durch Dritte",),
    "d5_06": ("Frist",),
    "d5_07": ("jährlich",),
    "d6_01": ("Ermessensentscheidungen der Ausländerbehörde",),
    "d6_02": ("Ermessensentscheidungen bei Sozialleistungen",),
    "d6_03": ("Ablehnungen", "Bearbeitungsdauern"),
    "d6_04": ("Termine",),
    "d6_05": ("Online-Dienste",),
    "d6_06": ("Namen",),
    "d6_07": ("Kontrollen durch den Ordnungsdienst",),
    "d6_08": ("Automatisierte",),
    "d7_01": ("Sprachmittlung", "Kosten"),
    "d10_02": ("Sicherheitsdienste", "Unterkünfte"),
}
"""Words of the items behind the topics, so that a name cannot come to stand for something else unnoticed."""


@cache
def form(name: str) -> Form:
    path = LIBRARY / name
    return read_workbook(path.read_bytes(), path.name).form


def level_items() -> list[Item]:
    return [item for name in WORKBOOKS for item in form(name).level_items]


def test_every_workbook_is_described() -> None:
    assert {path.name for path in ALL} == set(WORKBOOKS)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_pyxforms_own_conversion_takes_the_workbook(path: Path, tmp_path: Path) -> None:
    xls2xform_convert(str(path), str(tmp_path / "form.xml"), validate=False)
    assert (tmp_path / "form.xml").stat().st_size


def test_check_is_clean() -> None:
    out, err = StringIO(), StringIO()
    call_command("import_instrument", *map(str, ALL), "--check", stdout=out, stderr=err)
    assert err.getvalue() == ""


def test_the_needs_assessment_has_its_ten_dimensions_and_62_items() -> None:
    standard = form("bedarfserhebung.xlsx")
    counts = [sum(item.is_level for item in section.items) for section in standard.sections if section.dimension]
    assert counts == [7, 5, 8, 6, 8, 8, 5, 6, 5, 4]
    assert all({"standard", "vertieft"} <= set(item.profiles) for item in standard.level_items)
    assert sum("schnellcheck" in item.profiles for item in standard.level_items) == 12


def test_the_names_of_the_dimensions_are_those_of_the_standard() -> None:
    sections = form("bedarfserhebung.xlsx").sections
    assert {section.dimension: dict(section.label) for section in sections if section.dimension} == DIMENSION_NAMES


def test_basis_has_about_20_items_in_six_groups_with_descriptors_and_targets_of_its_own() -> None:
    basis, standard = form("basis.xlsx"), form("bedarfserhebung.xlsx")
    groups = [section for section in basis.sections if any(item.is_level for item in section.items)]
    assert len(groups) == 6
    assert 18 <= len(basis.level_items) <= 24
    assert {item.dimension for item in basis.level_items} == set(DIMENSION_NAMES)
    assert all(item.profiles == ("basis",) for item in basis.level_items)
    followed = [(item, standard.items[item.predecessor]) for item in basis.level_items if item.predecessor]
    assert len(followed) >= 20
    assert sum(item.target_level < old.target_level for item, old in followed) >= len(followed) * 2 // 3
    assert all(item.target_level <= old.target_level for item, old in followed)


@pytest.mark.parametrize(("name", "competence"), [("wohnen", "housing"), ("bildung", "schools"), ("kultur", "culture")])
def test_a_module_is_asked_by_competence(name: str, competence: str) -> None:
    module = form(f"modul_{name}.xlsx")
    assert competence in COMPETENCES
    assert {item.competence for item in module.level_items} == {competence}
    assert {item.dimension for item in module.level_items} == {6}


def test_every_level_of_every_item_is_described_in_a_sentence_that_is_used_once() -> None:
    texts = [(item.name, level, item.descriptors[level]["de"]) for item in level_items() for level in LEVELS]
    wrong = [
        (name, level, len(text))
        for name, level, text in texts
        if not SHORTEST_DESCRIPTOR <= len(text) <= LONGEST_DESCRIPTOR or not text[0].isupper() or text[-1] != "."
    ]
    assert wrong == []
    plain = Counter(re.sub(r"\W+", " ", text).casefold().strip() for _name, _level, text in texts)
    assert [text for text, count in plain.items() if count > 1] == []


def test_no_question_is_asked_twice_in_the_same_words() -> None:
    labels = Counter(item.label["de"] for item in level_items())
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_item_has_all_that_a_practitioner_needs(name: str) -> None:
    for item in form(name).level_items:
        for language in ("de", "en"):
            assert item.label.get(language), item.name
            assert item.evidence.get(language), item.name
            assert item.guidance.get(language), item.name
        assert "Beispiel" in item.guidance["de"] and "xample" in item.guidance["en"], item.name
        assert item.first_step.get("de") and item.measure.get("de"), item.name
        assert "Zuständig:" in item.measure["de"] and "Kennzahl:" in item.measure["de"], item.name
        assert item.source and item.profiles and item.dimension, item.name
        assert item.number, item.name


def test_every_legal_basis_says_of_which_day_it_is_and_when_it_is_looked_at_again() -> None:
    items = [item for name in WORKBOOKS for item in form(name).items.values() if item.legal_basis]
    assert items
    for item in items:
        assert item.legal_basis_date is not None and item.legal_basis_review is not None, item.name
        assert item.legal_basis_review > item.legal_basis_date, item.name


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_section_is_explained_in_plain_language(name: str) -> None:
    for section in form(name).sections:
        for language in ("de", "en"):
            hint = section.hint.get(language, "")
            assert 40 <= len(hint) <= 300, section.name
            assert all(len(sentence.split()) <= 30 for sentence in re.split(r"[.!?–]\s", hint)), section.name


@pytest.mark.parametrize("name", [name for name in WORKBOOKS if name != "routinencheck.xlsx"])
def test_every_section_with_levels_asks_for_wishes_and_obstacles(name: str) -> None:
    items = form(name).items
    for section in form(name).sections:
        if any(item.is_level for item in section.items):
            assert f"{section.name}_wishes" in items and f"{section.name}_obstacles" in items, section.name


@pytest.mark.parametrize("topic", TOPICS)
def test_no_topic_is_missing(topic: str) -> None:
    items = form("bedarfserhebung.xlsx").items
    for name in TOPICS[topic]:
        assert name in items
        for word in WORDS.get(name, ()):
            assert word in items[name].label["de"], name


def test_numbers_are_unique_within_a_questionnaire() -> None:
    for name in WORKBOOKS:
        numbers = [item.number for item in form(name).items.values() if item.number]
        assert len(numbers) == len(set(numbers)), name


def test_the_page_of_documentation_lists_every_item_with_its_sources() -> None:
    page = PAGE.read_text()
    for item in level_items():
        line = next(line for line in page.splitlines() if f"| {item.name} |" in line)
        assert item.source.replace("*", "\\*") in line, item.name
    call_command("describe_library", str(PAGE), "--check")


def test_a_page_that_is_not_up_to_date_is_told_apart_and_brought_up_to_date(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text().replace("ECCAR Zehn-Punkte-Aktionsplan, P2", "nothing"))
    with pytest.raises(CommandError, match="not up to date"):
        call_command("describe_library", str(page), "--check")
    call_command("describe_library", str(page))
    assert page.read_text() == PAGE.read_text()
    page.write_text("no mark")
    with pytest.raises(CommandError, match="no line"):
        call_command("describe_library", str(page))
