"""The report on an assessment as a document."""

import io
import time
from datetime import date

import page
import pytest
from django.utils import translation
from pypdf import PdfReader

from apps.assessments import reports
from apps.assessments.report_data import ReportData
from apps.core.report_declaration import BuiltReport
from tests.assessments.report_sample import DIMENSIONS, NOTE, sample


def made(data: ReportData, language: str = "de") -> BuiltReport:
    with translation.override(language):
        return reports.render(data, lambda percent: None)


@pytest.fixture(scope="module")
def built() -> BuiltReport:
    return made(sample())


@pytest.fixture(scope="module")
def text(built: BuiltReport) -> str:
    return words(built)


def words(built: BuiltReport) -> str:
    """The document's text, words that were hyphenated put together again."""
    pages = [part.extract_text() for part in PdfReader(io.BytesIO(built.content)).pages]
    return " ".join(" ".join(pages).replace("\u2010\n", "").replace("-\n", "").split())


def test_a_full_report_conforms_to_pdf_ua_1(built: BuiltReport) -> None:
    report = page.validate_pdf_bytes(built.content, profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_the_profile_is_a_vector_graphic_with_a_text_alternative(built: BuiltReport) -> None:
    reader = PdfReader(io.BytesIO(built.content))
    assert [image.name for part in reader.pages for image in part.images] == []
    figures = list(structure(reader.trailer["/Root"]["/StructTreeRoot"], "/Figure"))
    assert len(figures) == 1
    assert "Fortbildung und Kompetenz: 72" in figures[0]["/Alt"]


def structure(node: object, kind: str) -> "list[dict[str, str]]":
    """All structure elements of a kind below `node`."""
    from pypdf.generic import ArrayObject, DictionaryObject

    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, ArrayObject):
        return [found for child in node for found in structure(child, kind)]
    if not isinstance(node, DictionaryObject):
        return []
    own = [node] if node.get("/S") == kind else []
    return own + structure(node.get("/K"), kind)  # type: ignore[return-value]


def test_every_part_is_there(text: str) -> None:
    for heading in ("Zusammenfassung", "Profil", "Bedarfe", "Methode", "Rechtsgrundlagen", "Impressum"):
        assert heading in text
    for label, _items in DIMENSIONS:
        assert label in text
    assert "Musterstadt an der Łaba" in text
    assert "Dr. Alex Beispiel" in text
    assert text.count("Gefördert vom Bundesministerium") > 5


def test_notes_answers_and_special_answers_are_shown(text: str) -> None:
    assert " ".join(NOTE.split())[:60] in text
    assert "Landkreis Beispiel" in text
    assert "unbekannt" in text
    assert "§ 13 AGG (Beschwerderecht) (Stand 01.03.2026)" in text


def test_an_unsigned_report_says_that_it_is_a_draft(text: str) -> None:
    assert "noch nicht unterzeichnet" not in text
    draft = PdfReader(io.BytesIO(made(sample(signed=False)).content)).pages
    assert "Entwurf – noch nicht unterzeichnet" in draft[0].extract_text()
    assert "Erste Erhebung (T0) · Entwurf" in draft[2].extract_text()


def test_the_report_speaks_english_too() -> None:
    reader = PdfReader(io.BytesIO(made(sample(), "en").content))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Summary" in reader.pages[2].extract_text()


def test_what_people_wrote_cannot_become_markup() -> None:
    note = '<img src="file:///etc/passwd"> & <script>alert(1)</script>'
    reader = PdfReader(io.BytesIO(made(sample(note=note)).content))
    assert "<script>alert(1)</script>" in "".join(part.extract_text() for part in reader.pages[6:8])


def test_each_legal_basis_stands_once_with_its_items() -> None:
    (basis,) = reports.legal_bases(sample())
    assert basis.as_of == date(2026, 3, 1)
    assert basis.numbers.startswith("1.4, 2.1")


def test_a_warm_worker_needs_at_most_a_fifth_of_a_second_a_page(built: BuiltReport) -> None:
    data = sample()
    seconds = []
    for _round in range(2):
        begun = time.process_time()
        pages = made(data).pages
        seconds.append((time.process_time() - begun) / pages)
    assert min(seconds) <= 0.2
