"""The short report: two pages, accessible."""

import io
from dataclasses import replace

import page
import pytest
from django.utils import translation
from pypdf import PdfReader

from apps.assessments import reports
from apps.assessments.report_data import ReportData
from apps.core import report_declaration
from apps.core.report_declaration import BuiltReport
from tests.assessments.report_sample import DIMENSIONS, sample

LONGEST = 246
"""Letters of the longest item of the project's questionnaire."""


def made(data: ReportData, language: str = "de") -> BuiltReport:
    with translation.override(language):
        return reports.render_short(data, lambda percent: None)


def words(built: BuiltReport) -> str:
    pages = [part.extract_text() for part in PdfReader(io.BytesIO(built.content)).pages]
    return " ".join(" ".join(pages).replace("\u2010\n", "").replace("-\n", "").split())


@pytest.fixture(scope="module")
def built() -> BuiltReport:
    return made(sample())


def test_it_conforms_to_pdf_ua_1(built: BuiltReport) -> None:
    report = page.validate_pdf_bytes(built.content, profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_it_has_two_pages_however_long_the_wordings_are(built: BuiltReport) -> None:
    data = sample(signed=False, name="Verbandsgemeinde Musterstadt-Oberbeispielhausen an der Kleinen Łaba")
    wording = ("Verwaltungsvorschriften " * 12)[:LONGEST]
    long = replace(data, needs=tuple(replace(need, label=wording) for need in data.needs))
    assert (built.pages, made(long).pages) == (2, 2)


def test_it_says_result_needs_and_method(built: BuiltReport) -> None:
    text = words(built)
    for label, _items in DIMENSIONS:
        assert label in text
    for heading in ("Profil", "Vorrangige Bedarfe", "Zahlen", "Methode", "Seite 2 von 2"):
        assert heading in text
    assert "Unterzeichnet am 20.11.2026 von Dr. Alex Beispiel." in text
    assert "Gefördert vom Bundesministerium" in text


def test_a_draft_says_so() -> None:
    reader = PdfReader(io.BytesIO(made(sample(signed=False)).content))
    assert "Entwurf – noch nicht unterzeichnet" in reader.pages[0].extract_text()
    assert "(Entwurf)" in str(reader.metadata and reader.metadata.title)


def test_without_needs_it_says_so() -> None:
    assert "Keine Frage liegt unter ihrem Zielwert" in words(made(replace(sample(), needs=())))


def test_it_speaks_english_too() -> None:
    assert "Strongest needs" in words(made(sample(), "en"))


def test_it_is_declared_beside_the_full_report() -> None:
    assert report_declaration.get("assessment-short").subject_model_label == "assessments.Assessment"
