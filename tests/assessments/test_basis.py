"""Basis and the modules on their whole way: questionnaires whose sections are not the ten dimensions."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from apps.assessments import queries, queries_report
from apps.assessments.actions.waves import open_wave
from apps.assessments.documents.decision_paper import decision_paper
from apps.assessments.documents.memo import memo
from apps.assessments.documents.workbook import workbook
from apps.assessments.models import Assessment, Wave
from apps.assessments.needs_table import queries as table_queries
from apps.assessments.needs_table.filters import Filters
from apps.assessments.needs_table.workbook import workbook as needs_workbook
from apps.assessments.pages_results import dimension_panel
from apps.assessments.questionnaire import Questionnaire
from apps.assessments.report_data import ReportData
from apps.assessments.reports import render, render_short
from apps.core import scope
from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.definition import DIMENSION_NAMES, Form
from apps.instruments.models import InstrumentVersion
from apps.instruments.queries import load_compiled
from apps.municipalities.models import Municipality
from tests.assessments import factories

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONTEXT = {
    "reference_date": ("2026-10-01",),
    "municipality_kind": ("municipality",),
    "size_class": ("mun_1",),
    "employees": ("12",),
    "staff_council": ("no",),
}


def published(name: str) -> InstrumentVersion:
    path = factories.LIBRARY.with_name(f"{name}.xlsx")
    with scope.enter(scope.programme()):
        version = import_instrument(actor=None, content=path.read_bytes(), filename=path.name)
        return publish_version(actor=None, version=version)


def basis_wave(label: str = "T0", **fields: Any) -> Wave:
    return factories.wave(label, instrument_version=published("basis"), profile="basis", **fields)


def module_wave(name: str, label: str = "T0", **fields: Any) -> Wave:
    """An open wave of its own beside the Standard: same label and profile, with the module's topic."""
    days = {"opens_on": date(2026, 11, 1), "closes_on": date(2027, 1, 31), **fields}
    version = published(f"modul_{name}")
    with scope.enter(scope.programme()):
        wave = Wave.objects.create(
            label=label, instrument_version=version, profile="standard", topic=name.title(), **days
        )
        return open_wave(actor=None, wave=wave)


def form_of(wave: Wave) -> Form:
    with scope.enter(scope.programme()):
        return load_compiled(wave.instrument_version_id).form


def answers(wave: Wave, level: str = "1", **given: str) -> dict[str, Any]:
    """Every item at `level`, but for those given; context where the questionnaire asks for it."""
    form = form_of(wave)
    context = {name: value for name, value in CONTEXT.items() if name in form.items}
    return {**context, **{item.name: level for item in form.level_items}, **given}


def report_of(assessment: Assessment, language: str = "de") -> ReportData:
    with scope.enter(scope.municipality(assessment.municipality)):
        return queries_report.report_data(assessment.pk, language=language)


def as_coordinator(municipality: Municipality) -> Client:
    client = Client()
    client.force_login(factories.person(municipality, "coordinator"), backend=BACKEND)
    return client


def silent(_percent: int) -> None:
    """Nobody watches."""


# --- Basis --------------------------------------------------------------------------------------------------------


def test_a_small_administration_goes_from_the_invitation_to_the_signed_result(municipality: Municipality) -> None:
    wave = basis_wave()
    assessment = factories.signed(municipality, wave, answers=answers(wave, "1", b1_01="3", b5_02="unknown"))
    data = report_of(assessment)
    assert data.signature is not None
    assert [section.label for section in data.sections] == [
        "Rahmendaten",
        "Auftrag und Zuständigkeit",
        "Personal und Miteinander",
        "Beschwerde und Schutz",
        "Service, Sprache und Entscheidungen",
        "Wissen und Fortbildung",
        "Mitreden, Beratung und Geld",
    ]
    assert sum(len(section.items) for section in data.sections) == 23


def test_its_profile_has_the_names_of_the_ten_dimensions(municipality: Municipality) -> None:
    wave = basis_wave()
    assessment = factories.signed(municipality, wave, answers=answers(wave))
    for language in ("de", "en"):
        labels = {row.dimension: row.label for row in report_of(assessment, language).profile}
        assert labels == {dimension: names[language] for dimension, names in DIMENSION_NAMES.items()}


def test_every_need_has_a_number_to_cite_a_rule_a_first_step_and_a_measure(municipality: Municipality) -> None:
    wave = basis_wave()
    assessment = factories.signed(municipality, wave, answers=answers(wave, "1", b1_01="3", b5_02="unknown"))
    data = report_of(assessment)
    with scope.enter(scope.municipality(municipality)):
        reading = queries.read(assessment, language="de")
    needs = {need.number: need for need in data.needs}
    assert len(needs) == 22 and "B1.1" not in needs
    assert needs["B5.2"].special == "unknown"
    assert needs["B3.1"].level == 1 and needs["B3.1"].target == 3
    assert all(need.rule for need in data.needs)
    for need in data.needs:
        item = reading.questionnaire.form.items[need.item]
        assert item.first_step["de"] and item.measure["de"]


def test_a_group_shows_what_was_found_as_soon_as_its_own_items_are_answered(municipality: Municipality) -> None:
    assessment = factories.started(municipality, basis_wave())
    group = {f"b3_0{number}": level for number, level in zip(range(1, 6), ("4", "4", "0", "0", "unknown"), strict=True)}
    factories.save(assessment, group)
    with scope.enter(scope.municipality(municipality)):
        reading = queries.read(assessment)
        sections = {section.name: section for section in reading.questionnaire.sections}
        panels = {name: dimension_panel(reading, section, "de") for name, section in sections.items()}
    assert panels["profile"] is None
    found, other = panels["b3"], panels["b1"]
    assert found is not None and found.complete and not found.has_value
    assert [line.item.name for line in found.needs] == ["b3_03", "b3_04", "b3_05"]
    assert all(line.first_step and line.measure and line.rule for line in found.needs)
    assert other is not None and not other.complete


def test_wishes_and_obstacles_of_a_group_stand_in_its_report_and_in_the_needs_table(municipality: Municipality) -> None:
    wave = basis_wave()
    given = answers(wave, b2_wishes="Mehr Zeit", b6_obstacles="Kein Geld")
    assessment = factories.signed(municipality, wave, answers=given)
    sections = {section.name: section for section in report_of(assessment).sections}
    assert (sections["b2"].wishes, sections["b6"].obstacles) == ("Mehr Zeit", "Kein Geld")
    filters = Filters(stage="all")
    with scope.enter(scope.programme()):
        assessments = table_queries.assessments_in(wave, filters)
        found = table_queries.words(wave, assessments, filters, "de")
        of_ten = table_queries.words(wave, assessments, Filters(stage="all", dimension="10"), "de")
    assert [(of.label, of.entries[0].wishes or of.entries[0].obstacles) for of in found] == [
        ("Personal und Miteinander", "Mehr Zeit"),
        ("Mitreden, Beratung und Geld", "Kein Geld"),
    ]
    assert [of.key for of in of_ten] == ["b6"]


def test_the_needs_table_names_the_fields_of_action_behind_the_groups(municipality: Municipality) -> None:
    wave = basis_wave()
    factories.signed(municipality, wave, answers=answers(wave))
    filters = Filters(stage="all", dimension="2")
    with scope.enter(scope.programme()):
        subjects = table_queries.subjects(wave, "de")
        rows = table_queries.table(wave, table_queries.assessments_in(wave, filters), filters, "de").rows
        below, known = table_queries.basis_of(wave, "d10")
    assert subjects["d2"] == "2 Daten, Monitoring, Wirkung"
    assert subjects["b3_05"].startswith("B3.5 ")
    assert [row.item.name for row in rows] == ["b3_05"]
    assert (below, known) == (2, 2)


def test_report_papers_and_workbook_are_made_of_it(municipality: Municipality) -> None:
    wave = basis_wave()
    data = report_of(factories.signed(municipality, wave, answers=answers(wave)))
    assert_documents(data, number="B1.1", label="Leitbild, Steuerung, Ressourcen")


def test_its_pages_name_the_groups_and_number_the_items(municipality: Municipality) -> None:
    wave = basis_wave()
    assessment = factories.answered(municipality, wave, answers=answers(wave))
    client = as_coordinator(municipality)
    where = {"slug": municipality.slug, "assessment_id": assessment.pk}
    page = client.get(reverse("assessments-section", kwargs={**where, "name": "b4"})).content.decode()
    assert "Service, Sprache und Entscheidungen" in page and "B4.5" in page
    result = client.get(reverse("assessments-result", kwargs=where)).content.decode()
    assert "10 Vergabe, Zuwendungen, Beteiligungen" in result and "B6.4" in result


def test_the_next_wave_stands_beside_the_last_one_of_basis_only(municipality: Municipality) -> None:
    first = basis_wave(opens_on=date(2024, 1, 8), closes_on=date(2027, 1, 31))
    factories.signed(municipality, first, answers=answers(first, "1"))
    standard = factories.wave("T1")
    second = basis_wave("T1")
    assert all(row.previous is None for row in report_of(factories.started(municipality, standard)).profile)
    again = report_of(factories.answered(municipality, second, answers=answers(second, "2")))
    assert {row.previous for row in again.profile} == {0.25}


# --- Modules ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "label", "number"),
    [
        ("wohnen", "Wohnen und Unterbringung", "W1"),
        ("bildung", "Bildung und Schule", "S1"),
        ("kultur", "Kultur und Erinnerung", "K1"),
    ],
)
def test_a_module_is_answered_signed_and_reported(
    municipality: Municipality, name: str, label: str, number: str
) -> None:
    wave = module_wave(name)
    given = answers(wave, "1", **{f"{name}_wishes": "Ein Muster"})
    data = report_of(factories.signed(municipality, wave, answers=given))
    assert data.signature is not None
    assert [(row.dimension, row.label, row.value) for row in data.profile] == [(6, label, 0.25)]
    assert {need.number for need in data.needs} == {f"{number[0]}{place}" for place in range(1, 7)}
    assert data.sections[0].wishes == "Ein Muster"
    assert_documents(data, number=number, label=label)


def test_a_module_appears_right_in_the_needs_table(municipality: Municipality) -> None:
    wave = module_wave("wohnen")
    factories.signed(
        municipality, wave, answers=answers(wave, wohnen_wishes="Ein Muster", wohnen_obstacles="Der Markt")
    )
    filters = Filters(stage="all")
    with scope.enter(scope.programme()):
        assessments = table_queries.assessments_in(wave, filters)
        found = table_queries.words(wave, assessments, filters, "de")
        table = table_queries.table(wave, assessments, filters, "de")
        subjects = table_queries.subjects(wave, "de")
        content = needs_workbook(
            wave=wave,
            table=table,
            words=found,
            decisions=[],
            participation=table_queries.participation(assessments, filters),
            choices=[],
            names=queries.item_names(wave.instrument_version_id),
            subjects=subjects,
            now=timezone.now(),
        )
    assert [(of.label, of.entries[0].wishes, of.entries[0].obstacles) for of in found] == [
        ("6 Wohnen und Unterbringung", "Ein Muster", "Der Markt")
    ]
    assert subjects["d6"] == "6 Wohnen und Unterbringung" and subjects["w_01"].startswith("W1 ")
    cells = {str(cell) for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values for cell in row}
    assert {"W1", "6 Wohnen und Unterbringung", "Ein Muster"} <= cells


def test_the_words_page_shows_what_was_wished_for_in_a_module(municipality: Municipality, staff: Any) -> None:
    wave = module_wave("kultur")
    factories.signed(municipality, wave, answers=answers(wave, kultur_wishes="Ein Muster"))
    client = Client()
    client.force_login(staff, backend=BACKEND)
    page = client.get(reverse("needs-words"), {"wave": str(wave.pk), "stage": "all"}).content.decode()
    assert 'id="words-kultur"' in page and "6 Kultur und Erinnerung" in page and "Ein Muster" in page


def test_a_module_is_not_compared_with_the_standard_nor_with_another_module(municipality: Municipality) -> None:
    earlier = {"opens_on": date(2024, 1, 8), "closes_on": date(2027, 1, 31)}
    standard = factories.wave("T0", **earlier)
    factories.signed(municipality, standard)
    housing = module_wave("wohnen", **earlier)
    factories.signed(municipality, housing, answers=answers(housing, "1"))
    culture = module_wave("kultur", "T1")
    assert [row.previous for row in report_of(factories.started(municipality, culture)).profile] == [None]
    again = module_wave("wohnen", "T1")
    assert [row.previous for row in report_of(factories.started(municipality, again)).profile] == [0.25]


def test_a_municipality_without_the_competence_is_asked_nothing_in_a_module(municipality: Municipality) -> None:
    wave = module_wave("wohnen")
    with scope.enter(scope.programme()):
        compiled = load_compiled(wave.instrument_version_id)
    asked = Questionnaire(compiled, wave.profile, frozenset({"schools"}))
    (score,) = asked.read({}).scores
    assert (score.counted, score.value) == (0, None)


# --- What is made of a report -------------------------------------------------------------------------------------


def assert_documents(data: ReportData, *, number: str, label: str) -> None:
    """PDF, short PDF, memo, decision paper and workbook are made, and name an item and a field of action."""
    makers: tuple[Callable[..., Any], ...] = (render, render_short)
    for make in makers:
        built = make(data, silent)
        assert built.content.startswith(b"%PDF-") and built.pages >= 1
    papers: Mapping[str, bytes] = {"memo": memo(data), "decision": decision_paper(data, {})}
    for paper in papers.values():
        document = Document(io.BytesIO(paper))
        cells = [cell.text for found in document.tables for row in found.rows for cell in row.cells]
        text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        assert label in text and number[0] in text
    book = load_workbook(io.BytesIO(workbook(data, {})))
    cells = [str(cell) for sheet in book for row in sheet.values for cell in row]
    assert number in cells and any(label in cell for cell in cells)
