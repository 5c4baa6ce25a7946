"""Reading recommendations: who may, what is shown, how texts are compared."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import ProgrammeRole, User
from apps.core import scope
from apps.municipalities.models import Municipality
from apps.recommendations.actions.editions import open_next
from apps.recommendations.actions.lifecycle import advance, start_version
from apps.recommendations.models import BenchWord, Edition, RecommendationVersion, Round
from apps.reviews.models import MinoritySigner, MinorityStatement, Review
from tests.factories import UserFactory, member
from tests.municipalities.counting import at_most
from tests.recommendations.factories import panel_member, version_in, write

pytestmark = pytest.mark.django_db


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return " ".join(response.content.decode().split())


@pytest.fixture
def staff() -> User:
    return UserFactory(staff=True)


@pytest.fixture
def coordinator(client: Client, municipality: Municipality) -> Client:
    client.force_login(member(municipality))
    return client


def read_url(municipality: Municipality, version: RecommendationVersion) -> str:
    return f"/k/{municipality.slug}/recommendations/{version.pk}/"


class TestInAMunicipality:
    def test_a_draft_is_read_only_where_it_was_shared(self, coordinator: Client, municipality: Municipality) -> None:
        version = version_in("idea")
        assert coordinator.get(read_url(municipality, version)).status_code == 404
        RecommendationVersion.objects.filter(pk=version.pk).update(shared_as_draft_at=timezone.now())
        assert "Beschwerden werden an vielen Stellen angenommen." in text(coordinator, read_url(municipality, version))

    def test_a_draft_says_that_nobody_has_taken_part_yet(self, coordinator: Client, municipality: Municipality) -> None:
        version = version_in("idea")
        RecommendationVersion.objects.filter(pk=version.pk).update(shared_as_draft_at=timezone.now())
        assert "Entwurf, vor Beteiligung" in text(coordinator, read_url(municipality, version))
        assert "Entwurf, vor Beteiligung" not in text(coordinator, read_url(municipality, version_in("pilot_ready")))

    def test_employees_do_not_read_drafts(self, client: Client, municipality: Municipality) -> None:
        client.force_login(member(municipality, "employee"))
        assert client.get(read_url(municipality, version_in("pilot_ready"))).status_code == 403


class TestInPublic:
    def test_only_standards_are_in_the_catalogue(self, client: Client) -> None:
        version_in("piloting", title="Noch nicht fertig")
        version_in("standard", title="Bürgerbeschwerde mit Frist")
        page = text(client, "/recommendations/")
        assert "Bürgerbeschwerde mit Frist" in page
        assert "Noch nicht fertig" not in page

    def test_an_empty_catalogue_says_why(self, client: Client) -> None:
        assert "noch keine" in text(client, "/recommendations/").lower()

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("words=Beschwerde", True),  # German stems: “Beschwerden” in the text
            ("words=Schwimmbad", False),
            ("dimension=5", True),
            ("dimension=3", False),
            ("dimension=99", True),  # no such field of action: as if nothing was asked
        ],
    )
    def test_it_is_searched_by_words_and_field(self, client: Client, query: str, is_found: bool) -> None:
        version_in("standard", title="Antworten mit Frist")
        assert ("Antworten mit Frist" in text(client, f"/recommendations/?{query}")) is is_found

    def test_what_is_not_published_is_not_there(self, client: Client) -> None:
        version = version_in("panel_final")
        assert client.get(f"/recommendations/{version.recommendation.number}/").status_code == 404
        assert client.get(f"/recommendations/{version.recommendation.number}/versions/").status_code == 404

    def test_of_a_withdrawn_standard_the_history_stays_without_text_and_reason(
        self, client: Client, staff: User
    ) -> None:
        version = version_in("standard", title="Antworten mit Frist")
        with scope.enter(scope.programme()):
            advance(actor=staff, version_id=version.pk, transition="withdraw", reason="Ein Urteil steht ihr entgegen.")
        number = version.recommendation.number
        assert "Antworten mit Frist" not in text(client, "/recommendations/")
        for url in (
            f"/recommendations/{number}/",
            f"/recommendations/{number}/1/",
            f"/recommendations/{number}/versions/",
        ):
            response = client.get(url)
            page = response.content.decode()
            assert response.context["withdrawn"] == version
            assert "Antworten mit Frist" in page
            assert "Wir tragen das mit." in page
            assert "Beschwerden werden an vielen Stellen angenommen." not in page
            assert "Urteil" not in page
            assert f'href="/recommendations/{number}/1/"' not in page
        assert client.get(f"/recommendations/{number}/compare/1/1/").status_code == 404

    def test_beside_the_standard_an_earlier_withdrawn_version_is_named_only(self, client: Client, staff: User) -> None:
        version = version_in("standard")
        with scope.enter(scope.programme()):
            advance(actor=staff, version_id=version.pk, transition="withdraw", reason="Ein Urteil steht ihr entgegen.")
            newer = start_version(actor=staff, recommendation_id=version.recommendation_id)
            RecommendationVersion.objects.filter(pk=newer.pk).update(published_at=timezone.now())
        number = version.recommendation.number
        response = client.get(f"/recommendations/{number}/versions/")
        assert response.context["withdrawn"] is None
        assert [(row["is_withdrawn"], row["before"]) for row in response.context["rows"]] == [
            (False, None),
            (True, None),
        ]
        assert client.get(f"/recommendations/{number}/2/").status_code == 200
        assert client.get(f"/recommendations/{number}/3/").status_code == 404

    def test_authors_are_named_by_their_own_choice_only(self, client: Client) -> None:
        version = version_in("standard")
        first = ProgrammeRole.objects.filter(writes__recommendation=version.recommendation).first()
        assert first is not None
        url = f"/recommendations/{version.recommendation.number}/"
        page = text(client, url)
        assert first.function in page
        assert first.user.last_name not in page
        ProgrammeRole.objects.filter(pk=first.pk).update(is_named=True)
        assert first.user.last_name in text(client, url)

    def test_dissent_is_published_by_name_or_function_as_its_signers_choose(self, client: Client) -> None:
        version = version_in("standard")
        review = Review.objects.get(subject_id=version.pk, stage="final")
        statement = MinorityStatement.objects.create(review=review, text="Die Frist ist zu lang.")
        named, silent = panel_member(), panel_member(function="Beratung")
        MinoritySigner.objects.create(statement=statement, member=named, by_name=True)
        MinoritySigner.objects.create(statement=statement, member=silent)
        page = text(client, f"/recommendations/{version.recommendation.number}/versions/")
        assert "Die Frist ist zu lang." in page
        assert named.user.last_name in page
        assert silent.user.last_name not in page

    def test_what_the_benches_said_stands_there(self, client: Client) -> None:
        version = version_in("standard")
        assert BenchWord.objects.filter(round__version=version).count() == 3
        assert "Wir tragen das mit." in text(client, f"/recommendations/{version.recommendation.number}/")

    def test_how_to_cite_it(self, client: Client) -> None:
        version = version_in("standard")
        RecommendationVersion.objects.filter(pk=version.pk).update(doi="10.5281/zenodo.123")
        page = text(client, f"/recommendations/{version.recommendation.number}/")
        assert f"{version.recommendation.code}, Version 1" in page
        assert "https://doi.org/10.5281/zenodo.123" in page
        assert "CC BY 4.0" in page

    def test_pages_take_few_queries(self, client: Client) -> None:
        versions = [version_in("standard", title=f"Titel {number}") for number in range(3)]
        with at_most(8):
            client.get("/recommendations/?words=Beschwerde")
        with at_most(10):
            client.get(f"/recommendations/{versions[0].recommendation.number}/")
        with at_most(10):
            client.get(f"/recommendations/{versions[0].recommendation.number}/versions/")


class TestComparing:
    def test_the_second_version_is_compared_word_by_word(self, client: Client, staff: User) -> None:
        version = version_in("standard")
        with scope.enter(scope.programme()):
            newer = start_version(actor=staff, recommendation_id=version.recommendation_id)
            edition = newer.editions.get()
            first = edition.blocks.filter(section="goal").get()
            first.text = "Jede Beschwerde hat eine Frist von vier Wochen und eine Antwort."
            first.save(update_fields=["text"])
            RecommendationVersion.objects.filter(pk=newer.pk).update(published_at=timezone.now())
        page = text(client, f"/recommendations/{version.recommendation.number}/compare/1/2/")
        assert "hinzugefügt" in page
        assert "von vier Wochen" in page
        assert "<ins>" in page
        assert "<del>" not in page

    def test_texts_of_one_version_are_compared_in_the_workshop(self, client: Client, staff: User) -> None:
        version = version_in("round_answered")
        edition = version.editions.get(frozen_at=None)
        edition.title = "Neuer Titel"
        edition.save(update_fields=["title"])
        write(edition, {"side_effects": ["Mehr Arbeit für die Stelle."]})
        client.force_login(staff)
        page = text(client, f"/workshop/recommendations/{version.pk}/compare/")
        assert "Neuer Titel" in page.replace("</span>", "")
        assert "Mehr Arbeit für die Stelle." in page
        assert client.get(f"/workshop/recommendations/{version.pk}/compare/?old=9").status_code == 404
        same = text(client, f"/workshop/recommendations/{version.pk}/compare/?old=2&new=2")
        assert "Nichts unterscheidet sich." in same

    def test_an_earlier_text_stays_readable(self, client: Client, staff: User) -> None:
        version = version_in("round_answered")
        assert Round.objects.get(version=version).edition.number == 1
        assert Edition.objects.filter(version=version).count() == 2
        assert open_next(version).number == 2
        client.force_login(staff)
        assert "Text 1" in text(client, f"/workshop/recommendations/{version.pk}/read/?edition=1")
