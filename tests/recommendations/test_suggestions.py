"""What a municipality is suggested: from its own needs, with reasons, in the versions that it may read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.recommendations import queries_suggestions
from apps.recommendations.models import RecommendationVersion
from apps.recommendations.pages_suggestions import because, cards
from apps.recommendations.queries_suggestions import Suggested
from tests.assessments import factories as assessments
from tests.assessments import routine_factories
from tests.factories import MunicipalityFactory, UserFactory, member
from tests.municipalities.counting import at_most
from tests.recommendations.factories import recommendation, version_in
from tests.recommendations.rule_factories import needs, questionnaire, stored

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(municipality: Municipality, role: str = Role.COORDINATOR) -> Client:
    client = Client()
    client.force_login(member(municipality, role), backend=BACKEND)
    return client


def share(version: RecommendationVersion) -> RecommendationVersion:
    """Share a draft with municipalities as what it is."""
    version.shared_as_draft_at = timezone.now()
    version.save(update_fields=["shared_as_draft_at"])
    return version


def read(municipality: Municipality, language: str = "de") -> list[Suggested]:
    with scope.enter(scope.municipality(municipality)):
        return queries_suggestions.suggestions(municipality, language)


def page(municipality: Municipality, client: Client | None = None) -> Any:
    return (client or signed_in(municipality)).get(reverse("recommendations-suggestions", args=[municipality.slug]))


def test_a_suggestion_says_which_item_it_answers(municipality: Municipality, staff: Any) -> None:
    version = share(recommendation("Bürgerbeschwerde mit Frist"))
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff, module="beschwerde-fuehren")
    (found,) = read(municipality)
    assert found.current is not None
    assert (found.current.version_id, found.current.is_draft) == (version.pk, True)
    content = page(municipality).content.decode()
    for words in (
        "KfA-HE 1 Bürgerbeschwerde mit Frist",
        "5.3",
        "Frage d5_03",
        "Beschwerde führen, vom ersten Gespräch",
    ):
        assert words in content
    assert reverse("recommendations-read-municipality", args=[municipality.slug, version.pk]) in content


def test_the_sentence_names_number_level_and_target(municipality: Municipality, staff: Any) -> None:
    share(recommendation())
    needs(municipality, questionnaire({"d5_03": 3, "d2_01": 3}), {"d5_03": 1, "d2_01": None})
    stored(staff)
    stored(staff, "d2_01", on_unknown=True)
    (found,) = read(municipality)
    with translation.override("en"):
        sentences = [because(reason.need) for reason in found.reasons]
    assert sentences == [
        "because item 5.3 stands at level 1, target 3", "because nothing is known about item 2.1, target 3"
    ]  # fmt: skip


def test_a_finding_of_a_routine_check_is_a_reason_too(municipality: Municipality, staff: Any) -> None:
    share(recommendation())
    check = routine_factories.completed(municipality)
    with scope.enter(scope.municipality(municipality)):
        open_need = queries_suggestions.open_needs()[0]
    assert open_need.routine_check_id == check.pk
    with scope.enter(scope.programme()):
        stored(staff, open_need.item, instrument=open_need.instrument, threshold=0)
    (found,) = read(municipality)
    with translation.override("en"):
        assert "routine check" in because(found.reasons[0].need)
    assert page(municipality).status_code == 200


@pytest.mark.parametrize(
    ("state", "shared", "is_draft"),
    [("standard", False, False), ("pilot_ready", False, False), ("draft", True, True), ("draft", False, None)],
)
def test_which_version_is_read(
    municipality: Municipality, staff: Any, state: str, shared: bool, is_draft: bool | None
) -> None:
    version = version_in(state, staff=staff)
    if shared:
        share(version)
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff)
    (found,) = read(municipality)
    assert (found.current.is_draft if found.current else None) is is_draft
    response = page(municipality)
    assert response.status_code == 200
    (card,) = response.context["cards"]
    assert bool(found.current) is (is_draft is not None)
    assert card.badge


def test_a_withdrawn_recommendation_is_not_read(municipality: Municipality, staff: Any) -> None:
    share(version_in("withdrawn", staff=staff))
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff)
    assert read(municipality)[0].current is None


def test_what_comes_first_is_named_and_stands_first(municipality: Municipality, staff: Any) -> None:
    share(recommendation("Bürgerbeschwerde mit Frist"))
    share(recommendation("Mandat, Stelle, Budget"))
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff, prerequisite=2)
    first, second = cards(read(municipality))
    assert first.suggested.suggestion.only_comes_before
    assert second.first == ("KfA-HE 2 Mandat, Stelle, Budget",)
    assert "KfA-HE 1" in first.reasons[0].sentence


def test_a_rule_for_another_profile_or_a_competence_not_held_suggests_nothing(staff: Any) -> None:
    municipality = MunicipalityFactory(
        competences=["housing"], competences_confirmed_at=timezone.now(), competences_confirmed_by=UserFactory()
    )
    recommendation()
    needs(municipality, questionnaire({"d5_03": 3, "d5_04": 3, "d5_05": 3}), {"d5_03": 1, "d5_04": 1, "d5_05": 1})
    stored(staff, "d5_03", profiles=("basis",))
    stored(staff, "d5_04", competence="schools")
    stored(staff, "d5_05", competence="housing")
    (found,) = read(municipality)
    assert [reason.need.item for reason in found.reasons] == ["d5_05"]
    response = page(municipality)
    assert [line.partition(" ")[0] for line in response.context["unanswered"]] == ["5.3", "5.4"]


def test_another_municipality_is_suggested_nothing_from_these_needs(
    municipality: Municipality, other_municipality: Municipality, staff: Any
) -> None:
    recommendation()
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff)
    assert read(other_municipality) == []
    assert page(other_municipality).context["cards"] == []


def test_without_needs_the_page_says_where_they_come_from(municipality: Municipality) -> None:
    response = page(municipality)
    assert reverse("assessments-list", args=[municipality.slug]) in response.content.decode()


def test_needs_without_any_rule_are_named(municipality: Municipality) -> None:
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    response = page(municipality)
    assert response.context["unanswered"] == ["5.3 Frage d5_03"]


def test_only_the_coordination_is_offered_to_consider_it(municipality: Municipality, staff: Any) -> None:
    version = version_in("pilot_ready", staff=staff)
    needs(municipality, questionnaire({"d5_03": 3}), {"d5_03": 1})
    stored(staff)
    link = f"/k/{municipality.slug}/adoptions/new/{version.pk}/"
    assert link in page(municipality).content.decode()
    assert link not in page(municipality, signed_in(municipality, Role.SIGNATORY)).content.decode()


def test_sixty_two_needs_take_no_more_queries_than_one(municipality: Municipality, staff: Any) -> None:
    signed = assessments.signed(municipality, answers={**assessments.full_answers(["0"])})
    with scope.enter(scope.municipality(municipality)):
        found = queries_suggestions.open_needs()
    assert len(found) == 62
    instrument = signed.wave.instrument_version.instrument.key
    for _number in range(3):
        share(recommendation())
    for place, need in enumerate(found):
        stored(staff, need.item, instrument=instrument, threshold=0, recommendation=place % 3 + 1)
    with scope.enter(scope.municipality(municipality)), at_most(6):
        answered = queries_suggestions.suggestions(municipality, "de")
    assert sum(len(each.reasons) for each in answered) == 62
    client = signed_in(municipality)
    page(municipality, client)
    with at_most(10):
        assert page(municipality, client).status_code == 200
