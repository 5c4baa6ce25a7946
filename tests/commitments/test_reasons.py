"""Reasons against recommendations, summed up for the authors."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.commitments import reasons
from apps.commitments.models import ReasonDigest
from apps.commitments.reasons import THRESHOLD, Reasons
from apps.commitments.states import AdoptionState
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.recommendations.models import RecommendationVersion
from tests.assessments.test_pages import signed_in
from tests.commitments import factories
from tests.factories import MunicipalityFactory, UserFactory
from tests.municipalities.counting import at_most
from tests.recommendations.factories import bench_member, version_in

pytestmark = pytest.mark.django_db
State = AdoptionState


@pytest.fixture
def version() -> RecommendationVersion:
    return version_in("standard")


def against(
    version: RecommendationVersion,
    *,
    state: str = State.NOT_ADOPTED,
    kind: str = "no_staff",
    text: str = "Kein Personal.",
) -> Municipality:
    municipality = MunicipalityFactory()
    factories.adoption(municipality, version, state=state, reason_kind=kind, reason=text)
    return municipality


def found() -> list[Reasons]:
    with scope.enter(scope.programme()):
        return reasons.by_recommendation()


def test_reasons_are_counted_by_kind(version: RecommendationVersion) -> None:
    against(version)
    against(version, state=State.LAPSED)
    against(version, kind="no_money")
    factories.adoption(MunicipalityFactory(), version)
    (row,) = found()
    assert (row.not_adopted, row.lapsed, row.kept, row.against) == (2, 1, 0, 3)
    assert [count for _kind, count in row.kinds] == [2, 1]


def test_texts_are_shown_only_from_three_municipalities_on(version: RecommendationVersion) -> None:
    for number in range(THRESHOLD - 1):
        against(version, text=f"Grund {number}")
    (row,) = found()
    assert row.texts == [] and not row.shows_texts
    against(version, text="Grund drei")
    (row,) = found()
    assert [words for _kind, words in row.texts] == ["Grund 0", "Grund 1", "Grund drei"]


def test_no_text_names_its_municipality(version: RecommendationVersion) -> None:
    municipalities = [against(version) for _number in range(THRESHOLD - 1)]
    last = MunicipalityFactory(name="Neustadt (Musterland)")
    factories.adoption(
        last, version, state=State.NOT_ADOPTED, reason_kind="other", reason="In NEUSTADT (Musterland) fehlt das Geld."
    )
    (row,) = found()
    words = " ".join(text for _kind, text in row.texts)
    assert "fehlt das Geld" in words and "neustadt" not in words.lower()
    assert not any(municipality.name in words for municipality in municipalities)


def test_staying_with_an_earlier_version_is_a_reason_too(version: RecommendationVersion) -> None:
    municipality = MunicipalityFactory()
    row = factories.adoption(municipality, version)
    newer = factories.next_standard(version)
    with scope.enter(scope.municipality(municipality)):
        row.kept_despite, row.kept_because = newer, "Der Beschluss gilt noch."
        row.save()
    (summed,) = found()
    assert (summed.kept, summed.against, len(summed.kinds)) == (1, 1, 1)


def test_the_page_is_for_the_project_team_and_counts_its_queries(version: RecommendationVersion) -> None:
    client = signed_in(UserFactory(staff=True))
    page = reverse("commitments-reasons")
    assert "app-empty" in client.get(page).content.decode()
    for _number in range(THRESHOLD):
        against(version, text="<script>alert(1)</script>")
    against(version_in("standard"), text="Allein")
    with at_most(8):
        words = client.get(page).content.decode()
    assert "&lt;script&gt;" in words and "<script>alert" not in words and "Allein" not in words


def test_the_excel_file_holds_the_same_and_no_formula(version: RecommendationVersion) -> None:
    for _number in range(THRESHOLD):
        against(version, text="=1+1")
    staff = UserFactory(staff=True)
    response = signed_in(staff).post(reverse("commitments-reasons-workbook"))
    assert response.status_code == 200 and response["Cache-Control"] == "no-store, private"
    numbers, texts = load_workbook(io.BytesIO(response.content)).worksheets
    assert numbers.cell(2, 1).value == version.recommendation.code and numbers.cell(2, 4).value == 3
    assert texts.cell(2, 4).value == "'=1+1"
    with scope.enter(scope.programme()):
        assert AuditEntry.objects.filter(verb="adoption.reasons_exported", actor=staff).count() == 1


def test_the_authors_read_what_was_passed_on_and_nothing_before(client: Client, version: RecommendationVersion) -> None:
    named = against(version, text="In Musterhausen gibt es keine Stelle dafür.")
    against(version)
    author = bench_member("science")
    client.force_login(author.user)
    url = reverse("commitments-reasons-digest", args=[version.recommendation_id])
    pass_on = reverse("commitments-reasons-pass-on", args=[version.recommendation_id])
    staff = signed_in(UserFactory(staff=True))
    assert staff.post(pass_on).status_code == 303
    assert not ReasonDigest.objects.exists(), "two municipalities could be guessed"
    assert "noch keine Gründe" in client.get(url).content.decode()
    against(version, kind="no_money", text=f"{named.name} hat kein Geld.")
    assert staff.post(pass_on).status_code == 303
    page = client.get(url).content.decode()
    assert "In Musterhausen gibt es keine Stelle dafür." in page
    assert "hat kein Geld." in page
    assert "3 Kommunen" in page
    assert [count for _kind, count in ReasonDigest.objects.get().kinds] == [2, 1]


def test_the_database_keeps_what_could_be_guessed_out(version: RecommendationVersion) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReasonDigest.objects.create(
            recommendation=version.recommendation, municipalities=2, passed_on_by=UserFactory(staff=True)
        )
