"""Documents for council and leadership: Word and Excel files from an assessment."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from apps.accounts.models import User
from apps.assessments import queries, queries_report
from apps.assessments.actions.answers import Entry
from apps.assessments.documents import facts
from apps.assessments.documents.decision_paper import decision_paper
from apps.assessments.documents.memo import memo
from apps.assessments.documents.targets import target_descriptions
from apps.assessments.documents.workbook import escaped, workbook
from apps.assessments.models import Assessment
from apps.assessments.report_data import ReportData
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.assessments.report_sample import DIMENSIONS, NOTE, sample
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most

DOCUMENTS = ("memo", "decision-paper", "workbook")
TARGET = "Die Stelle ist dauerhaft besetzt und in allen Ämtern bekannt."
CHANGED = datetime(2026, 11, 3, 9, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


def targets(data: ReportData) -> dict[str, str]:
    return {item.name: TARGET for section in data.sections for item in section.items}


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def words(content: bytes) -> str:
    """All text of the document's body."""
    return "\n".join(opened(content).element.body.itertext(qn("w:t")))


def paragraphs(content: bytes, style: str) -> list[str]:
    return [paragraph.text for paragraph in opened(content).paragraphs if paragraph.style.name == style]


# --- The memo ----


def test_the_memo_has_the_parts_of_a_vermerk() -> None:
    content = memo(sample())
    assert paragraphs(content, "Title") == ["Vermerk"]
    assert paragraphs(content, "Heading 1") == [
        "1. Anlass",
        "2. Ergebnis",
        "3. Vorrangige Bedarfe",
        "4. Vorschlag",
        "5. Verfügung",
    ]
    assert len(paragraphs(content, "List Bullet")) == 5
    assert "Unterzeichnet am 20.11.2026 von Dr. Alex Beispiel, Bürgermeister*in." in opened(content).paragraphs[7].text


def test_long_wordings_are_cut_in_the_memo_to_keep_it_on_a_page() -> None:
    data = sample()
    long = replace(data, needs=tuple(replace(need, label="Sehr lange Frage " * 30) for need in data.needs))
    assert all(len(line) < 230 for line in paragraphs(memo(long), "List Bullet"))


def test_a_paper_on_unsigned_answers_says_so() -> None:
    for make in (memo, lambda data: decision_paper(data, {})):
        assert "noch nicht unterzeichnet" in words(make(sample(signed=False)))
        assert "noch nicht unterzeichnet" not in words(make(sample()))


# --- The decision paper ----


def test_the_decision_paper_has_the_parts_a_council_expects() -> None:
    data = sample()
    content = decision_paper(data, targets(data))
    assert paragraphs(content, "Heading 1") == [
        "1. Beschlussvorschlag",
        "2. Sachverhalt",
        "3. Ergebnis in Zahlen",
        "4. Vorrangige Bedarfe",
        "5. Maßnahmenvorschläge",
        "6. Finanzielle Auswirkungen",
        "7. Rechtsgrundlagen",
        "8. Beteiligung",
        "9. Anlagen",
    ]
    text = words(content)
    for label, _items in DIMENSIONS:
        assert label in text
    assert "Personalrat" in text and "Gleichstellungsbeauftragte" in text
    assert f"Reifegrad 3: {TARGET}" in text
    assert f"Zuerst klären, wie der Stand ist. Reifegrad 3: {TARGET}" in text


def test_legal_bases_of_the_named_needs_stand_with_their_date() -> None:
    data = sample()
    named = {need.number for need in data.needs[:10]}
    table = next(t for t in opened(decision_paper(data, {})).tables if t.cell(0, 0).text == "Rechtsgrundlage")
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Rechtsgrundlage", "Stand", "Frage"]
    assert rows[1][:2] == ["§ 13 AGG (Beschwerderecht)", "01.03.2026"]
    assert set(rows[1][2].split(", ")) <= named


def test_what_the_platform_does_not_know_is_a_marked_placeholder() -> None:
    data = sample()
    document = opened(decision_paper(data, targets(data)))
    runs = [run for paragraph in document.element.body.iter(qn("w:p")) for run in paragraph.iter(qn("w:r"))]
    style = document.styles["Bitte ergänzen"].style_id
    marked = [
        "".join(run.itertext(qn("w:t")))
        for run in runs
        if (s := run.find(f".//{qn('w:rStyle')}")) is not None and s.get(qn("w:val")) == style
    ]
    assert "[bitte ergänzen: Betrag in Euro]" in marked
    assert all(text.startswith("[bitte ergänzen: ") and text.endswith("]") for text in marked)
    assert "".join(document.element.body.itertext(qn("w:t"))).count("[bitte ergänzen") == len(marked) > 25


def test_without_needs_the_decision_asks_for_no_measures() -> None:
    data = replace(sample(), needs=())
    content = decision_paper(data, {})
    assert "wird beauftragt" not in words(content)
    assert "Keine Frage liegt unter ihrem Zielwert" in words(content)
    assert "Keine Frage liegt unter ihrem Zielwert" in words(memo(data))


def test_an_assessment_without_any_level_can_be_put_on_paper() -> None:
    data = sample()
    nothing = replace(
        data,
        profile=tuple(
            replace(row, value=None, lower=None, upper=None, coverage=None, previous=None) for row in data.profile
        ),
    )
    content = decision_paper(nothing, {})
    assert "kein Ergebnis" in words(content)
    assert not list(opened(content).element.body.iter("{*}docPr"))
    assert "kein Ergebnis" in words(memo(nothing))


def test_the_profile_is_a_chart_of_words_own_with_its_data_and_a_text_alternative() -> None:
    data = sample()
    content = decision_paper(data, {})
    (drawing,) = opened(content).element.body.iter("{*}docPr")
    assert "Fortbildung und Kompetenz: 72" in drawing.get("descr")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        chart = etree.fromstring(archive.read("word/charts/chart1.xml"))
        book = load_workbook(io.BytesIO(archive.read("word/embeddings/chart1.xlsx")))
    rows = book["Profil"].iter_rows(values_only=True)
    (values,) = (element for element in chart.iter("{*}val") if len(element))
    assert [float(value.text or "") for value in values.iter("{*}v")] == [row.value for row in data.profile]
    assert next(rows)[:2] == ("Handlungsfeld", "Ergebnis")
    assert next(rows)[:2] == ("1 Leitbild, Steuerung, Ressourcen", 0.09)


def test_the_elements_of_the_chart_stand_in_the_order_of_the_schema() -> None:
    """Word refuses a file in which they do not. ECMA-376 part 1, 21.2.2: CT_ChartSpace, CT_BarSer, CT_CatAx, …"""
    with zipfile.ZipFile(io.BytesIO(decision_paper(sample(), {}))) as archive:
        chart = etree.fromstring(archive.read("word/charts/chart1.xml"))
    orders = {
        "chartSpace": "roundedCorners chart spPr txPr externalData",
        "chart": "autoTitleDeleted plotArea plotVisOnly dispBlanksAs",
        "plotArea": "layout barChart catAx valAx",
        "barChart": "barDir grouping varyColors ser gapWidth axId axId",
        "ser": "idx order tx spPr invertIfNegative errBars cat val",
        "errBars": "errBarType errValType noEndCap plus minus",
        "scaling": "orientation max min",
        "catAx": "axId scaling delete axPos numFmt majorTickMark minorTickMark tickLblPos crossAx crosses auto lblAlgn"
        " lblOffset noMultiLvlLbl",
        "valAx": "axId scaling delete axPos majorGridlines numFmt majorTickMark minorTickMark tickLblPos crossAx"
        " crosses crossBetween majorUnit",
    }
    for name, order in orders.items():
        for element in chart.iter(f"{{*}}{name}"):
            found = [etree.QName(child).localname for child in element]
            assert found == [tag for tag in order.split() if tag in found], name


# --- Word files everybody can read ----


def both() -> list[bytes]:
    data = sample()
    return [memo(data), decision_paper(data, targets(data))]


def test_papers_name_title_and_language() -> None:
    for content, kind in zip(both(), ("Vermerk", "Beschlussvorlage"), strict=True):
        document = opened(content)
        properties = document.core_properties
        assert properties.title.startswith(f"{kind}: Ergebnis der Bedarfserhebung")
        assert (properties.language, properties.author) == ("de-DE", "Musterstadt an der Łaba")
        languages = {found.get(qn("w:val")) for found in document.styles.element.iter(qn("w:lang"))}
        assert languages == {"de-DE"}


def test_every_table_has_a_header_row_that_repeats_and_a_text_alternative() -> None:
    for content in both():
        tables = opened(content).tables
        assert tables
        for table in tables:
            (properties,) = table.rows[0]._tr.iter(qn("w:trPr"))
            assert properties.find(qn("w:tblHeader")) is not None
            assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
            assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"


def test_every_part_of_the_file_is_well_formed() -> None:
    for content in both():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(archive.read(name))


def test_one_field_of_action_without_a_result_leaves_a_gap_in_the_chart() -> None:
    data = sample()
    first = replace(data.profile[0], value=None, lower=None, upper=None, coverage=None)
    content = decision_paper(replace(data, profile=(first, *data.profile[1:])), {})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        chart = etree.fromstring(archive.read("word/charts/chart1.xml"))
    (values,) = (element for element in chart.iter("{*}val") if len(element))
    assert [point.get("idx") for point in values.iter("{*}pt")] == [str(place) for place in range(1, 10)]


def test_characters_that_xml_forbids_and_markup_are_no_obstacle() -> None:
    data = sample(name="Muster\x0b<w:p>stadt & Söhne\x1f", note="\x00\x08=1+1\ufffe")
    assert "Muster<w:p>stadt & Söhne" in words(memo(data))
    assert "Muster<w:p>stadt & Söhne" in words(decision_paper(data, {}))
    assert load_workbook(io.BytesIO(workbook(data, {})))


# --- The workbook ----


def sheet(content: bytes, name: str) -> Worksheet:
    return load_workbook(io.BytesIO(content))[name]


def test_the_workbook_holds_answers_details_results_and_needs() -> None:
    book = load_workbook(io.BytesIO(workbook(sample(), {})))
    assert book.sheetnames == ["Antworten", "Weitere Angaben", "Ergebnisse", "Bedarfe", "Über diese Datei"]
    for name in book.sheetnames:
        assert book[name].freeze_panes == "A2"
    assert book["Antworten"].max_row == 63
    assert [cell.value for cell in book["Antworten"][1]][:8] == [
        "Nr.",
        "Handlungsfeld",
        "Frage",
        "Reifegrad",
        "Name des Reifegrads",
        "Besondere Antwort",
        "Erledigt durch",
        "Zielwert",
    ]
    details = {row[1].value: row[2].value for row in book["Weitere Angaben"].iter_rows(min_row=2)}
    assert details["Wie viele Beschäftigte hat die Verwaltung?"] == "1.240"
    assert str(details["Was sich die Verwaltung wünscht"]).startswith("Mehr Zeit")


def test_numbers_are_numbers_and_dates_are_dates() -> None:
    content = workbook(sample(), {"i1_1": CHANGED})
    first = sheet(content, "Antworten")[2]
    assert (first[0].value, first[3].value, first[3].data_type) == ("1.1", 1, "n")
    assert first[12].value == datetime(2026, 11, 3, 10, 15)  # in Berlin
    result = sheet(content, "Ergebnisse")[2]
    assert (result[2].value, result[2].number_format) == (0.09, "0 %")
    assert sheet(content, "Bedarfe")[2][0].value == 1


def test_special_answers_keep_who_does_it() -> None:
    rows = [[cell.value for cell in row] for row in sheet(workbook(sample(), {}), "Antworten").iter_rows(min_row=2)]
    done = next(row for row in rows if row[6])
    assert (done[3], done[6]) == (None, "Landkreis Beispiel")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_nothing_that_people_wrote_becomes_a_formula(start: str) -> None:
    note = f"{start}HYPERLINK('https://x.example')"
    answers = sheet(workbook(sample(note=note), {}), "Antworten")
    notes = [cell for cell in answers["K"][1:] if cell.value]
    assert notes
    for cell in notes:
        assert (cell.data_type, str(cell.value)[:1]) == ("s", "'")


def test_a_note_that_reads_like_an_error_stays_a_text() -> None:
    answers = sheet(workbook(sample(note="#N/A"), {}), "Antworten")
    assert {cell.data_type for cell in answers["K"][1:] if cell.value} == {"s"}


def test_a_cell_holds_no_more_than_excel_allows() -> None:
    assert len(escaped("=" * 40_000)) == 32_767
    assert escaped("2 + 2 = 4") == "2 + 2 = 4"


# --- Over the web ----


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    answers = dict(factories.full_answers())
    answers["d1_01"] = Entry("d1_01", ("0",), note=NOTE)
    return factories.signed(municipality, answers=answers)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(assessment: Assessment, document: str, slug: str = "") -> str:
    return f"/k/{slug or assessment.municipality.slug}/assessments/{assessment.pk}/{document}/"


@pytest.mark.django_db
@pytest.mark.parametrize("document", DOCUMENTS)
def test_coordinator_signatory_and_project_team_download(
    assessment: Assessment, municipality: Municipality, staff: User, document: str
) -> None:
    coordinator, signatory = (factories.person(municipality, role) for role in (Role.COORDINATOR, Role.SIGNATORY))
    for user in (coordinator, signatory, staff):
        response = signed_in(user).post(address(assessment, document))
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith('attachment; filename="')
        assert response["Cache-Control"] == "no-store, private"
        zipfile.ZipFile(io.BytesIO(response.content)).testzip()


@pytest.mark.django_db
@pytest.mark.parametrize("document", DOCUMENTS)
def test_nobody_else_does(
    assessment: Assessment, municipality: Municipality, other_municipality: Municipality, document: str
) -> None:
    for role in (Role.CONTRIBUTOR, Role.EMPLOYEE):
        assert signed_in(member(municipality, role)).post(address(assessment, document)).status_code == 403
    assert signed_in(UserFactory()).post(address(assessment, document)).status_code == 404
    elsewhere = signed_in(member(other_municipality))
    assert elsewhere.post(address(assessment, document, other_municipality.slug)).status_code == 404
    coordinator = signed_in(factories.person(municipality, Role.COORDINATOR))
    assert coordinator.get(address(assessment, document)).status_code == 405


@pytest.mark.django_db
def test_the_section_of_the_result_page_shows_buttons_to_those_who_may(
    assessment: Assessment, municipality: Municipality, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.municipality = municipality  # type: ignore[attr-defined]  # as the middleware does
    for roles, shown in (({Role.COORDINATOR}, True), ({Role.SIGNATORY}, True), ({Role.CONTRIBUTOR}, False)):
        request.roles = frozenset(roles)  # type: ignore[attr-defined]
        html = render_to_string("assessments/documents/_downloads.html", {"assessment": assessment}, request)
        for document in DOCUMENTS:
            assert (f'action="{address(assessment, document)}"' in html) is shown
        assert ('value="assessment-short"' in html) is shown


@pytest.mark.django_db
def test_before_the_start_there_is_nothing_to_put_on_paper(municipality: Municipality) -> None:
    invited = factories.invited(municipality)
    assert signed_in(member(municipality)).post(address(invited, "memo")).status_code == 403


@pytest.mark.django_db
def test_each_download_is_on_record(assessment: Assessment, municipality: Municipality) -> None:
    coordinator = factories.person(municipality, Role.COORDINATOR)
    for document in DOCUMENTS:
        signed_in(coordinator).post(address(assessment, document))
    with scope.enter(scope.municipality(municipality)):
        entries = AuditEntry.objects.filter(verb="assessment.document_downloaded", target_id=str(assessment.pk))
        assert sorted(entry.data["document"] for entry in entries) == ["decision_paper", "memo", "workbook"]
        assert all(entry.actor == coordinator and len(entry.data["sha256"]) == 64 for entry in entries)


@pytest.mark.django_db
@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_download_keeps_to_its_queries(assessment: Assessment, municipality: Municipality, document: str) -> None:
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    client.post(address(assessment, document))  # fills the cache of questionnaires
    with at_most(13):
        client.post(address(assessment, document))


@pytest.mark.django_db
def test_papers_are_german_whatever_the_language_of_the_pages(
    assessment: Assessment, municipality: Municipality
) -> None:
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    english = {"Accept-Language": "en"}
    response = client.post(address(assessment, "decision-paper"), headers=english)
    assert "Beschlussvorschlag" in words(response.content)
    assert "beschlussvorlage" in response["Content-Disposition"]


@pytest.mark.django_db
def test_the_real_questionnaire_describes_what_is_aimed_at(assessment: Assessment, municipality: Municipality) -> None:
    with scope.enter(scope.municipality(municipality)):
        fresh = queries.assessments().get(pk=assessment.pk)
        data = queries_report.report_data(fresh.pk, language="de")
        described = target_descriptions(queries.questionnaire_of(fresh).form, "de")
    strongest = data.needs[0]
    assert described[strongest.item] in words(decision_paper(data, described))
    assert all(described.values())


@pytest.mark.django_db
def test_the_workbook_says_when_each_answer_was_given(assessment: Assessment, municipality: Municipality) -> None:
    client = signed_in(factories.person(municipality, Role.COORDINATOR))
    answers = sheet(client.post(address(assessment, "workbook")).content, "Antworten")
    first = answers[2]
    assert (first[0].value, first[3].value) == ("1.1", 0)
    assert first[10].value == NOTE
    assert isinstance(first[12].value, datetime)


def test_papers_name_first_what_the_municipality_calls_urgent_and_last_what_is_not_now() -> None:
    data = sample()
    first, *between, last = data.needs
    ranked = replace(data, needs=(replace(first, urgency=4), *between, replace(last, urgency=0)))
    named = [need.item for need in facts.pressing(ranked, len(data.needs))]
    assert named == [last.item, *(need.item for need in between), first.item]
    assert [need.item for need in facts.pressing(data, 3)] == [need.item for need in data.needs[:3]]
