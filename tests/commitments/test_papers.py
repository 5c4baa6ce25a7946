"""Word papers on adopting a recommendation, and the measures plan."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn

from apps.assessments.documents.text import CLOSES, OPENS
from apps.audit.models import AuditEntry
from apps.commitments.documents.data import LegalBasis, PaperData, PlannedMeasure
from apps.commitments.documents.decision_paper import decision_paper
from apps.commitments.documents.memo import memo
from apps.commitments.documents.plan import PlanPart, measures_plan
from apps.commitments.models import Adoption
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.recommendations.models import Edition
from tests.commitments import factories
from tests.commitments.test_adoption import client_of, url
from tests.factories import UserFactory, org_unit
from tests.municipalities.counting import at_most
from tests.recommendations.factories import recommendation

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


def planned(number: int, **fields: Any) -> PlannedMeasure:
    values: dict[str, Any] = {
        "title": "Frist in die Dienstanweisung für Beschwerden aufnehmen",
        "unit": "Hauptamt",
        "person": "Kim Beispiel",
        "deputy": "Toni Muster",
        "starts_on": date(2027, 1, 1),
        "due_on": date(2027, 6, 30),
        "budget": Decimal("1250.50"),
        "budget_note": "Produkt 11.1",
        "indicator": "Tage bis zur Antwort",
        "baseline": Decimal("42.000"),
        "target": Decimal("14.5"),
        "unit_of_value": "Tage",
        "state": "geplant",
        **fields,
    }
    return PlannedMeasure(number=number, **values)


def sample(**fields: Any) -> PaperData:
    values: dict[str, Any] = {
        "municipality_name": "Musterstadt",
        "generated_at": NOW,
        "code": "KfA-HE 7",
        "version": 1,
        "title": "Bürgerbeschwerde mit Frist",
        "summary": "Jede Beschwerde bekommt eine Frist, eine Antwort und eine jährliche Auswertung. " * 4,
        "is_standard": True,
        "is_adoptable_draft": False,
        "sections": {
            "problem": ["Niemand weiß, wie lange es dauert."],
            "goal": ["Jede Beschwerde hat eine Frist."],
            "steps": ["Stelle benennen.", "Frist beschließen."],
            "law": ["Art. 3 GG bindet jede Behörde."],
            "side_effects": ["Die Zahl der Beschwerden steigt zunächst."],
        },
        "target_level": 3,
        "effort": "mittel",
        "effort_note": "Etwa zehn Arbeitstage.",
        "indicator": {"name": "Anteil fristgerecht beantworteter Beschwerden", "definition": "Zähler durch Nenner."},
        "legal_bases": [
            LegalBasis("Art. 3 Abs. 3 GG", "Niemand darf benachteiligt werden.", date(2026, 11, 1), None, ""),
            LegalBasis("§ 41 GO NRW", "Der Rat entscheidet.", None, None, "NW"),
        ],
        "sources": ["ECCAR, Zehn-Punkte-Aktionsplan, 2004"],
        "needs": [f"weil Item 5.{n} auf Stufe 1 steht, Ziel 3" for n in range(1, 7)],
        "measures": [planned(n) for n in range(1, 8)],
        "proposed": [],
        **fields,
    }
    return PaperData(**values)


def words(content: bytes) -> str:
    """All text of the document's body."""
    return "\n".join(Document(io.BytesIO(content)).element.body.itertext(qn("w:t")))


def pages(content: bytes, folder: Path) -> int:
    """How many pages LibreOffice sets; skips the test where there is none."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not there.")
    (folder / "paper.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "paper.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    from pypdf import PdfReader

    return len(PdfReader(folder / "paper.pdf").pages)


def test_the_decision_paper_has_what_a_council_needs() -> None:
    text = words(decision_paper(sample()))
    assert "KfA-HE 7" in text and "Bürgerbeschwerde mit Frist" in text
    assert "8.753,50 €" in text  # the sum, seven times 1.250,50
    assert "01.11.2026" in text and "§ 41 GO NRW (NW)" in text
    assert "Tage bis zur Antwort" in text and "14,5 Tage" in text and "42 Tage" in text
    assert "30.06.2027" in text and "Hauptamt, Kim Beispiel" in text
    assert "weil Item 5.6 auf Stufe 1 steht, Ziel 3" in text
    headings = [
        p.text for p in Document(io.BytesIO(decision_paper(sample()))).paragraphs if p.style.name == "Heading 1"
    ]
    assert [heading.split(".")[0] for heading in headings] == [str(number) for number in range(1, 11)]
    assert OPENS not in text and CLOSES not in text


def test_what_is_not_known_is_a_marked_place() -> None:
    empty = sample(measures=[], needs=[], indicator={}, legal_bases=[], summary="", proposed=["Stelle benennen"])
    document = Document(io.BytesIO(decision_paper(empty)))
    marked = [run.text for p in document.paragraphs for run in p.runs if run.style.name == "Bitte ergänzen"]
    assert len(marked) > 8
    assert "Stelle benennen" in words(decision_paper(empty))
    assert "€" not in words(decision_paper(empty))


def test_a_measure_without_a_budget_is_named_and_one_given_up_costs_nothing() -> None:
    data = sample(measures=[planned(1), planned(2, budget=None), planned(3, is_dropped=True)])
    assert data.total == Decimal("1250.50")
    assert "M2" in words(decision_paper(data))


@pytest.mark.parametrize(
    ("fields", "marked"),
    [({}, 0), ({"is_standard": False}, 1), ({"is_standard": False, "is_adoptable_draft": True}, 1)],
)
def test_nobody_takes_a_draft_for_a_standard(fields: dict[str, Any], marked: int) -> None:
    for make in (memo, decision_paper):
        document = Document(io.BytesIO(make(sample(**fields))))
        assert sum(p.style.name == "Entwurf" for p in document.paragraphs) == marked


def test_the_memo_fits_on_one_page(tmp_path: Path) -> None:
    content = memo(sample(is_standard=False))
    assert "KfA-HE 7" in words(content) and "M5" in words(content) and "M6" not in words(content)
    assert pages(content, tmp_path) == 1


def test_the_memo_fits_on_one_page_even_with_long_names(tmp_path: Path) -> None:
    long = {"title": "Beschwerdeverfahren " * 8, "unit": "Amt für Ordnung und Zusammenleben " * 4}
    data = sample(
        title="Bürgerbeschwerde mit Frist " * 5,
        summary="Jede Beschwerde bekommt eine Frist. " * 16,
        needs=["weil Item 5.3 auf Stufe 1 steht, Ziel 3 " * 5] * 9,
        measures=[planned(number, **long) for number in range(1, 30)],
        is_standard=False,
    )
    assert pages(memo(data), tmp_path) == 1


def test_the_decision_paper_can_be_opened(tmp_path: Path) -> None:
    assert pages(decision_paper(sample()), tmp_path) >= 3


def test_the_plan_is_by_recommendation() -> None:
    parts = [
        PlanPart("KfA-HE 7, Version 1: Bürgerbeschwerde mit Frist", "Vorlage 2026/117, 20.11.2026", [planned(1)]),
        PlanPart("", "", [planned(2, is_overdue=True, unit="", person="", due_on=None, indicator="", deputy="")]),
    ]
    content = measures_plan("Musterstadt", NOW, parts)
    document = Document(io.BytesIO(content))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert len(headings) == 2 and len(document.tables) == 2
    assert "Toni Muster" in words(content) and "2.501,00 €" in words(content)
    assert words(measures_plan("Musterstadt", NOW, []))


# --- Of the platform ----


@pytest.fixture
def adopted(municipality: Municipality) -> Adoption:
    from tests.recommendations.factories import version_in

    return factories.adoption(municipality, version_in("standard"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["memo", "decision-paper"])
def test_a_paper_is_made_from_the_adoption(municipality: Municipality, adopted: Adoption, name: str) -> None:
    unit = org_unit(municipality)
    for number in range(5):
        factories.measure(
            municipality,
            adoption=adopted,
            org_unit=unit,
            responsible=UserFactory(),
            budget=100,
            title=f"Nummer {number}",
        )
    client = client_of(municipality, Role.CONTRIBUTOR)
    with at_most(14):
        response = client.post(url(f"adoption-{name}", municipality, adopted.pk))
    assert response.status_code == 200 and response["Cache-Control"] == "no-store, private"
    assert municipality.slug in response["Content-Disposition"]
    text = words(response.content)
    assert "Nummer 4" in text and "500,00 €" in text and "Ordnungsamt" in text
    with scope.enter(scope.municipality(municipality)):
        entry = AuditEntry.objects.get(verb="adoption.document_made")
    assert entry.data["document"] == name.replace("-", "_") and len(entry.data["sha256"]) == 64


@pytest.mark.django_db
def test_the_plan_is_made_in_constant_queries(municipality: Municipality, adopted: Adoption, client: Client) -> None:
    client = client_of(municipality)
    assert client.post(url("measures-plan", municipality)).status_code == 200
    for row in (adopted, None):
        for _number in range(4):
            factories.measure(municipality, adoption=row, responsible=UserFactory())
    with at_most(10):
        response = client.post(url("measures-plan", municipality))
    assert "Vorlage 2026/117" in words(response.content) and "M8" in words(response.content)


@pytest.mark.django_db
def test_fields_of_the_text_that_are_missing_or_broken_break_no_paper(municipality: Municipality) -> None:
    version = recommendation()
    Edition.objects.filter(version=version).update(
        legal_bases=[{"norm": "§ 1", "as_of": "gestern"}, {"norm": "§ 2", "as_of": "2026-11-01"}],
        sources=[{"title": "Quelle"}],
        measures=[{"title": "Vorschlag"}, {}],
        indicator={"name": "Kennzahl"},
    )
    row = factories.adoption(municipality, version, state="considered")
    response = client_of(municipality).post(url("adoption-decision-paper", municipality, row.pk))
    text = words(response.content)
    assert "Vorschlag" in text and "Quelle" in text and "01.11.2026" in text and "gestern" not in text
