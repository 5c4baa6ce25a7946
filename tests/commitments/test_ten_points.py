"""The report on the Ten-Point Plan: which item speaks of which point, drafting, editing, Word and PDF."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import page
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document

from apps.assessments.models import Assessment
from apps.audit.models import AuditEntry
from apps.commitments import queries_ten_points, reports, ten_point_documents
from apps.commitments.actions import ten_points as actions
from apps.commitments.chain import WaveLevel
from apps.commitments.models import AdoptionNeed, IndicatorValue, TenPointReport, TenPointSection
from apps.commitments.ten_points import LONGEST_TEXT, POINTS, ItemLine, Material, MeasureLine, draft, points_of
from apps.core import scope
from apps.core.keys import uuid7
from apps.core.report_declaration import ReportError
from apps.instruments.queries import load_compiled
from apps.municipalities.models import Municipality, Role
from apps.recommendations.actions.lifecycle import NotPossible
from tests.assessments import factories as assessments
from tests.assessments.test_pages import signed_in
from tests.commitments import factories
from tests.commitments.test_chain import measure, need, signed
from tests.factories import MunicipalityFactory
from tests.municipalities.counting import at_most
from tests.recommendations.factories import version_in

pytestmark = pytest.mark.django_db

FROM, TO = date(2026, 1, 1), date(2027, 12, 31)


@pytest.fixture
def first(municipality: Municipality) -> Assessment:
    return signed(municipality, "T0", date(2026, 11, 1))


def started(municipality: Municipality, period_from: date = FROM, period_to: date = TO) -> TenPointReport:
    with scope.enter(scope.municipality(municipality)):
        return actions.start_report(
            actor=assessments.person(municipality, Role.COORDINATOR), period_from=period_from, period_to=period_to
        )


def text_of(report: TenPointReport, municipality: Municipality, point: int) -> str:
    with scope.enter(scope.municipality(municipality)):
        return str(TenPointSection.objects.get(report=report, point=point).text)


def client_of(municipality: Municipality, role: str = Role.COORDINATOR) -> Client:
    return signed_in(assessments.person(municipality, role))


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"ten-points-{name}", args=[municipality.slug, *args])


# --- Which item speaks of which point -----


@pytest.mark.parametrize(
    ("source", "points"),
    [
        ("ECCAR Zehn-Punkte-Aktionsplan, P2; EFLG 2021, Leadership", {2}),
        ("GARE Racial Equity Toolkit; ECCAR Zehn-Punkte-Aktionsplan, P2 und P6", {2, 6}),
        ("AGG, § 12 Abs. 4; ECCAR Zehn-Punkte-Aktionsplan, P10", {10}),
        ("ECCAR Zehn-Punkte-Aktionsplan, P1, P4 und P9", {1, 4, 9}),
        ("ECCAR Zehn-Punkte-Aktionsplan, P12", set()),
        ("EFLG 2021, P3", set()),
        ("", set()),
    ],
)
def test_an_item_speaks_of_the_points_its_source_names(source: str, points: set[int]) -> None:
    assert points_of(source) == points


def test_the_standard_questionnaire_speaks_of_all_points_but_those_of_the_modules(first: Assessment) -> None:
    form = load_compiled(first.wave.instrument_version_id).form
    spoken = {point for item in form.level_items for point in points_of(item.source)}
    assert {1, 2, 3, 4, 5, 6, 10} <= spoken
    assert [point.number for point in POINTS] == list(range(1, 11))


# --- The draft, purely -----


def wave_level(wave: str, answer: int | str, year: int = 2026) -> WaveLevel:
    return WaveLevel(uuid7(), wave, date(year, 12, 1), answer)


def test_a_draft_names_levels_changes_and_measures() -> None:
    material = Material(
        [
            ItemLine("5.6", "Bürger*innen können anzeigen.", wave_level("T1", 3, 2027), wave_level("T0", 1)),
            ItemLine("5.7", "Wird ausgewertet.", wave_level("T1", "unknown", 2027), wave_level("T0", 2)),
        ],
        [
            MeasureLine(
                "M1 Frist", "erledigt", date(2027, 2, 1), "Hauptamt", "Tage bis zur Antwort", "Tage",
                Decimal("41"), Decimal("14"), Decimal("12.5"), date(2027, 3, 1),
            )
        ],
    )  # fmt: skip
    with translation.override("de"):
        text = draft(material)
    for words in ("T1", "5.6 Bürger*innen", "M1 Frist", "Hauptamt", "41 Tage", "12,5 Tage", "14 Tage"):
        assert words in text
    assert "\n- " in text


def test_a_draft_without_anything_says_so_and_a_long_one_is_cut() -> None:
    assert draft(Material())
    many = [ItemLine(f"6.{n}", "Wort " * 60, wave_level("T1", 1)) for n in range(120)]
    assert len(draft(Material(many))) < LONGEST_TEXT


# --- Drafting from the database -----


def test_a_report_is_drafted_from_answers_and_measures(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    done = measure(
        municipality, found, title="Frist festlegen", state="done", baseline=Decimal("41"), target=Decimal("14")
    )
    with scope.enter(scope.municipality(municipality)):
        IndicatorValue.objects.create(measure=done, measured_on=timezone.localdate(), value=Decimal("12"))
    measure(municipality, found, title="Noch gar nicht begonnen")
    report = started(municipality)
    text = text_of(report, municipality, 3)
    assert "5.6" in text
    assert "Frist festlegen" in text
    assert "Noch gar nicht" not in text
    assert "Frist festlegen" not in text_of(report, municipality, 5)
    assert text_of(report, municipality, 7)


def test_what_changed_between_waves_is_named(municipality: Municipality, first: Assessment) -> None:
    signed(municipality, "T1", date(2027, 11, 1), d5_06="3")
    text = text_of(started(municipality), municipality, 3)
    assert "T1" in text
    assert "T0" in text


def test_only_waves_signed_until_the_end_of_the_period_count(municipality: Municipality, first: Assessment) -> None:
    report = started(municipality, date(2023, 1, 1), date(2024, 12, 31))
    assert "5.6" not in text_of(report, municipality, 3)


def test_measures_of_an_adoption_count_for_the_points_of_its_needs_or_of_its_text(
    municipality: Municipality, first: Assessment
) -> None:
    version = version_in("standard")  # answers d5_03 and d5_04
    by_text = factories.adoption(municipality, version)
    measure(municipality, adoption=by_text, title="Nach dem Text", state="in_progress")
    by_need = factories.adoption(municipality, version_in("standard"))
    with scope.enter(scope.municipality(municipality)):
        AdoptionNeed.objects.create(adoption=by_need, need=need(first, "d9_02"), because="weil")
    measure(municipality, adoption=by_need, title="Nach dem Bedarf", state="in_progress")
    measure(municipality, title="Ohne alles", state="in_progress")
    with scope.enter(scope.municipality(municipality)):
        gathered = queries_ten_points.gathered(FROM, TO)
    names = {number: [line.name for line in found.measures] for number, found in gathered.points.items()}
    assert any("Nach dem Bedarf" in name for name in names[4])
    assert [line.name for line in gathered.unassigned if "Ohne alles" in line.name]
    form = load_compiled(first.wave.instrument_version_id).form
    for number in points_of(form.items["d5_03"].source) | points_of(form.items["d5_04"].source):
        assert any("Nach dem Text" in name for name in names[number])


def test_there_is_one_report_a_period(municipality: Municipality) -> None:
    started(municipality)
    with pytest.raises(NotPossible):
        started(municipality)
    with pytest.raises(NotPossible):
        started(municipality, TO, FROM)


# --- Editing and drafting anew -----


def test_a_point_is_edited_and_not_overwritten_unasked(municipality: Municipality, first: Assessment) -> None:
    report = started(municipality)
    client = client_of(municipality)
    edit = url("edit", municipality, report.pk, 3)
    assert client.get(edit).status_code == 200
    assert client.post(edit, {"text": "Unser eigener Text."}).status_code == 303
    assert client.post(edit, {"text": "x" * 10_001}).status_code == 422
    anew = url("draft-anew", municipality, report.pk)
    assert client.get(anew).status_code == 200
    assert client.post(anew).status_code == 303
    assert text_of(report, municipality, 3) == "Unser eigener Text."
    assert client.post(anew, {"overwrite": ["7"]}).status_code == 422
    assert client.post(anew, {"overwrite": ["3"]}).status_code == 303
    assert "5.6" in text_of(report, municipality, 3)
    with scope.enter(scope.municipality(municipality)):
        verbs = [entry.verb for entry in AuditEntry.objects.filter(verb__startswith="ten_points.")]
        texts = [str(entry.data) for entry in AuditEntry.objects.filter(verb__startswith="ten_points.")]
    assert sorted(set(verbs)) == ["ten_points.drafted", "ten_points.drafted_anew", "ten_points.edited"]
    assert not any("eigener" in text for text in texts)


def test_drafting_anew_takes_in_what_is_new(municipality: Municipality, first: Assessment) -> None:
    report = started(municipality)
    measure(municipality, need(first), title="Neu dazugekommen", state="done")
    assert "Neu dazugekommen" not in text_of(report, municipality, 3)
    client_of(municipality).post(url("draft-anew", municipality, report.pk))
    assert "Neu dazugekommen" in text_of(report, municipality, 3)


def test_a_report_is_deleted_after_a_question(municipality: Municipality) -> None:
    report = started(municipality)
    client = client_of(municipality)
    assert client.get(url("delete", municipality, report.pk)).status_code == 200
    assert client.post(url("delete", municipality, report.pk)).status_code == 303
    assert client.get(url("detail", municipality, report.pk)).status_code == 404


# --- Pages -----


def test_the_period_is_chosen_on_a_page(municipality: Municipality) -> None:
    client = client_of(municipality)
    assert client.get(url("new", municipality)).status_code == 200
    wrong = client.post(url("new", municipality), {"period_from": "2027-01-01", "period_to": "2026-01-01"})
    assert wrong.status_code == 422
    right = {"period_from": "2026-01-01", "period_to": "2027-12-31"}
    assert client.post(url("new", municipality), right).status_code == 303
    assert client.post(url("new", municipality), right).status_code == 422


def test_the_list_tells_those_who_are_no_members_that_they_owe_nothing(municipality: Municipality) -> None:
    other = MunicipalityFactory(eccar_member=True)
    here = client_of(municipality).get(url("list", municipality)).content.decode()
    there = client_of(other).get(url("list", other)).content.decode()
    assert here.count("app-alert") == there.count("app-alert") + 1
    assert "app-empty" in here


def test_leadership_and_staff_read_and_only_the_coordination_writes(municipality: Municipality) -> None:
    report = started(municipality)
    signatory = client_of(municipality, Role.SIGNATORY)
    assert signatory.get(url("detail", municipality, report.pk)).status_code == 200
    assert signatory.get(url("edit", municipality, report.pk, 1)).status_code == 403
    assert client_of(municipality, Role.CONTRIBUTOR).get(url("list", municipality)).status_code == 403
    other = MunicipalityFactory()
    assert client_of(other).get(url("detail", other, report.pk)).status_code == 404
    assert client_of(municipality).get(url("edit", municipality, report.pk, 11)).status_code == 404


# --- Word and PDF -----


def test_the_report_is_an_editable_word_file(municipality: Municipality, first: Assessment) -> None:
    report = started(municipality)
    response = client_of(municipality).post(url("word", municipality, report.pk))
    assert response.status_code == 200
    document = Document(io.BytesIO(response.content))
    headings = [row.text for row in document.paragraphs if row.style is not None and row.style.name == "Heading 1"]
    assert len(headings) == 10
    assert any("5.6" in row.text for row in document.paragraphs)
    with scope.enter(scope.municipality(municipality)):
        assert AuditEntry.objects.filter(verb="ten_points.downloaded").count() == 1


def test_the_report_is_an_accessible_pdf(municipality: Municipality, first: Assessment) -> None:
    report = started(municipality)
    with scope.enter(scope.municipality(municipality)):
        data = reports.read(report.pk)
        with pytest.raises(ReportError):
            reports.read(uuid4())
    built = reports.render(data, lambda percent: None)
    assert page.is_pdf_compliant_bytes(built.content, profile="ua1")
    assert built.pages > 2
    with scope.enter(scope.municipality(municipality)):
        assert reports.filename(TenPointReport.objects.select_related("municipality").get()).endswith(".pdf")


def test_the_pdf_is_ordered_on_the_page(municipality: Municipality) -> None:
    report = started(municipality)
    html = client_of(municipality).get(url("detail", municipality, report.pk)).content.decode()
    assert 'value="ten-points"' in html
    assert ten_point_documents.filename(report, "docx").endswith("2026-2027.docx")


# --- Costs -----


def test_pages_take_few_queries(municipality: Municipality, first: Assessment) -> None:
    for number in range(5):
        measure(municipality, need(first), title=f"Maßnahme {number}", state="done")
    report = started(municipality)
    started(municipality, FROM - timedelta(days=800), FROM - timedelta(days=1))
    client = client_of(municipality)
    for address in (url("list", municipality), url("detail", municipality, report.pk)):
        client.get(address)
        with at_most(8):
            assert client.get(address).status_code == 200
    with at_most(8):
        assert client.get(url("draft-anew", municipality, report.pk)).status_code == 200
    with at_most(18):
        assert client.post(url("draft-anew", municipality, report.pk)).status_code == 303
