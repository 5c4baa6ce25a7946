"""The chain from need over recommendation, measure and training to the level of the next wave, in both directions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from lxml import etree

from apps.assessments.models import Assessment, Need
from apps.commitments import queries_chain
from apps.commitments.chain import Chain, Comparability, Result, WaveLevel, outcome
from apps.commitments.chain_chart import FunnelRow, LevelBar, Stage, funnel, thread
from apps.commitments.models import Adoption, AdoptionNeed, Measure, MeasureNeed
from apps.core import scope
from apps.core.keys import uuid7
from apps.municipalities.models import Municipality, Role
from apps.recommendations.models import MappingRule, RecommendationVersion
from tests.assessments import earlier, routine_factories
from tests.assessments import factories as assessments
from tests.assessments.test_pages import signed_in
from tests.commitments import factories
from tests.factories import MunicipalityFactory
from tests.municipalities.counting import at_most
from tests.recommendations.factories import version_in

pytestmark = pytest.mark.django_db

KEY = "kfa_bedarfserhebung"
ITEM = "d5_06"


def signed(municipality: Municipality, label: str, opens: date, **answers: str) -> Assessment:
    """A signed assessment in a wave by the same version of the questionnaire as the last."""
    with scope.enter(scope.programme()):
        before = Assessment.objects.select_related("wave__instrument_version").order_by("-created_at").first()
    fields: dict[str, Any] = {"opens_on": opens, "closes_on": opens + timedelta(days=60)}
    if before is not None:
        fields["instrument_version"] = before.wave.instrument_version
    wave = assessments.wave(label, **fields)
    return assessments.signed(municipality, wave, answers={**assessments.full_answers(["1"]), **answers})


def need(assessment: Assessment, item: str = ITEM) -> Need:
    with scope.enter(scope.municipality(assessment.municipality)):
        found: Need = Need.objects.select_related("item__version__instrument").get(
            assessment=assessment, item__name=item
        )
        return found


@pytest.fixture
def first(municipality: Municipality) -> Assessment:
    return signed(municipality, "T0", date(2026, 11, 1))


def rule(found: Need, version: RecommendationVersion | None = None, **fields: Any) -> MappingRule:
    with scope.enter(scope.programme()):
        return MappingRule.objects.create(
            instrument=found.item.version.instrument.key,
            item=found.item.name,
            threshold=2,
            recommendation=version.recommendation if version else None,
            **fields,
        )


def measure(municipality: Municipality, found: Need | None = None, **fields: Any) -> Measure:
    made = factories.measure(municipality, **fields)
    if found is not None:
        with scope.enter(scope.municipality(municipality)):
            MeasureNeed.objects.create(measure=made, need=found)
    return made


def adopted(municipality: Municipality, found: Need, version: RecommendationVersion) -> Adoption:
    made = factories.adoption(municipality, version)
    with scope.enter(scope.municipality(municipality)):
        AdoptionNeed.objects.create(adoption=made, need=found, because="weil Item 5.6 auf Stufe 1 steht, Ziel 3")
    return made


def chains(municipality: Municipality) -> list[Chain]:
    with scope.enter(scope.municipality(municipality)), translation.override("de"):
        return queries_chain.chains(municipality)


def chain_of(municipality: Municipality, found: Need) -> Chain:
    return next(chain for chain in chains(municipality) if chain.answers(found.pk))


def page(municipality: Municipality, query: str = "") -> str:
    client = signed_in(assessments.person(municipality, Role.COORDINATOR))
    response = client.get(reverse("chain-list", args=[municipality.slug]) + query)
    assert response.status_code == 200
    return response.content.decode()


def detail(municipality: Municipality, found: Need, query: str = "") -> str:
    client = signed_in(assessments.person(municipality, Role.COORDINATOR))
    response = client.get(reverse("chain-detail", args=[municipality.slug, found.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


# --- What hangs on a need -----


def test_a_need_leads_to_all_that_answers_it(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    version = version_in("standard", title="Bürgerbeschwerde mit Frist")
    rule(found, version, module="beschwerde-fuehren")
    made = adopted(municipality, found, version)
    own = measure(municipality, found, title="Frist festlegen")
    of_adoption = measure(municipality, adoption=made, title="Stelle benennen")
    chain = chain_of(municipality, found)
    (link,) = chain.recommendations
    assert (link.adoption, link.suggested, link.title) == (made, True, "Bürgerbeschwerde mit Frist")
    assert [entry.measure for entry in chain.measures] == [own, of_adoption]
    assert [entry.key for entry in chain.training] == ["beschwerde-fuehren"]
    assert [level.level for level in chain.levels] == [1]
    html = detail(municipality, found)
    for words in ("Bürgerbeschwerde mit Frist", "Frist festlegen", "Stelle benennen", "weil Item 5.6", "<svg"):
        assert words in html


def test_rules_suggest_only_where_they_fit(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    version = version_in("standard")
    rule(found, version, profiles=["basis"])
    assert chain_of(municipality, found).recommendations == ()
    rule(found, version, competence="housing")
    assert len(chain_of(municipality, found).recommendations) == 1


def test_a_recommendation_that_cannot_be_read_yet_is_named_by_its_number(
    municipality: Municipality, first: Assessment
) -> None:
    found = need(first)
    version = version_in("draft", title="Streng vertraulicher Titel")
    rule(found, version)
    (link,) = chain_of(municipality, found).recommendations
    assert (link.title, link.version_id) == ("", None)
    assert "Streng vertraulicher" not in page(municipality)


def test_every_need_of_a_wave_is_there_in_the_order_of_the_items(municipality: Municipality, first: Assessment) -> None:
    found = chains(municipality)
    with scope.enter(scope.municipality(municipality)):
        assert len(found) == Need.objects.filter(lapsed_at=None).count()
    assert [chain.dimension for chain in found] == sorted(chain.dimension or 0 for chain in found)
    numbers = [chain.number for chain in found if chain.dimension == 5]
    assert numbers == sorted(numbers)


def test_a_need_of_a_routine_is_a_chain_without_levels(municipality: Municipality) -> None:
    check = routine_factories.completed(municipality)
    with scope.enter(scope.municipality(municipality)):
        found = Need.objects.filter(routine_check=check)[0]
    measure(municipality, found, title="Formular kürzen", state="done")
    chain = chain_of(municipality, found)
    assert (chain.routine, chain.levels, chain.stands) == ("Antrag auf Bewohnerparkausweis", (), True)
    assert "Antrag auf Bewohnerparkausweis" in page(municipality)
    assert "Formular kürzen" in detail(municipality, found)


# --- The next wave -----


def test_the_next_waves_level_hangs_on_the_same_chain(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    measure(municipality, found, state="done")
    second = signed(municipality, "T1", date(2027, 11, 1), **{ITEM: "3"})
    chain = chain_of(municipality, found)
    assert [(level.wave, level.level) for level in chain.levels] == [("T0", 1), ("T1", 3)]
    assert not chain.stands
    (seen,) = chain.outcomes
    assert seen.result == Result.RAISED
    assert second.pk == chain.levels[-1].assessment_id
    html = page(municipality)
    with translation.override("de"):
        assert "T1" in html


def test_a_need_found_again_is_the_same_chain(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    second = signed(municipality, "T1", date(2027, 11, 1), **{ITEM: "2"})
    again = need(second)
    chain = chain_of(municipality, found)
    assert chain.answers(again.pk)
    assert chain.stands
    assert chain.key == found.pk
    assert chain.label in detail(municipality, again)


def test_what_is_solved_gets_no_suggestions_any_more(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    rule(found, version_in("standard"))
    assert chain_of(municipality, found).recommendations
    signed(municipality, "T1", date(2027, 11, 1), **{ITEM: "4"})
    assert chain_of(municipality, found).recommendations == ()


def test_what_was_followed_keeps_its_training_when_the_need_is_solved(
    municipality: Municipality, first: Assessment
) -> None:
    found = need(first)
    version = version_in("standard")
    rule(found, version, module="beschwerde-fuehren")
    adopted(municipality, found, version)
    signed(municipality, "T1", date(2027, 11, 1), **{ITEM: "4"})
    chain = chain_of(municipality, found)
    assert [link.key for link in chain.training] == ["beschwerde-fuehren"]
    assert chain.has_adoption


def test_items_are_tied_over_versions_of_the_questionnaire(municipality: Municipality) -> None:
    one = earlier_signed(municipality, "1", "T0", date(2026, 11, 1), earlier.BEFORE)
    earlier_signed(municipality, "2", "T1", date(2027, 11, 1), earlier.NOW)
    renamed = chain_of(municipality, need(one, "d5_03"))
    assert [level.answer for level in renamed.levels] == ["unknown", 2]
    reworded = chain_of(municipality, need(one, "d5_02"))
    assert [level.comparability for level in reworded.levels] == [Comparability.FIRST, Comparability.COMPARABLE]
    decided_new = chain_of(municipality, need(one, "d5_05"))
    assert [level.answer for level in decided_new.levels] == [2]


def earlier_signed(
    municipality: Municipality, number: str, label: str, opens: date, answers: Mapping[str, Any]
) -> Assessment:
    version = earlier.version(number)
    wave = assessments.wave(label, instrument_version=version, opens_on=opens, closes_on=opens + timedelta(days=60))
    extra = {"offers": "advice", "staff": "120"}
    return assessments.signed(municipality, wave, answers={**answers, **extra})


# --- Before and after, purely -----


def level(wave: str, signed_on: date, answer: int | str, tie: str = Comparability.SAME) -> WaveLevel:
    return WaveLevel(uuid7(), wave, signed_on, answer, tie)


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ((1, 3), Result.RAISED),
        ((3, 1), Result.LOWERED),
        ((2, 2), Result.SAME),
        (("unknown", 2), Result.NOT_COMPARABLE),
        ((2, "filtered"), Result.NOT_COMPARABLE),
        ((2,), Result.OPEN),
    ],
)
def test_what_two_waves_say(answers: tuple[int | str, ...], result: Result) -> None:
    levels = [level(f"T{n}", date(2026 + n, 1, 1), answer) for n, answer in enumerate(answers)]
    done = Measure(title="x", state="done", done_on=date(2026, 6, 1))
    assert outcome(levels, done).result == result


def test_the_wave_before_and_the_first_since_count() -> None:
    levels = [level(f"T{n}", date(2026 + n, 1, 1), n) for n in range(4)]
    seen = outcome(levels, Measure(title="x", state="done", done_on=date(2027, 6, 1)))
    assert (seen.before, seen.after) == (levels[1], levels[2])
    assert outcome(levels, Measure(title="x", state="done", done_on=date(2030, 6, 1))).result == Result.OPEN
    assert outcome([], Measure(title="x", state="done", done_on=date(2030, 6, 1))).before is None
    assert outcome(levels, Measure(title="x")).result == Result.OPEN


# --- Pages -----


def test_a_measure_is_read_backwards(municipality: Municipality, first: Assessment) -> None:
    found, other = need(first), need(first, "d1_01")
    made = measure(municipality, found, title="Frist festlegen")
    html = page(municipality, f"?measure={made.pk}")
    assert str(found.pk) in html
    assert str(other.pk) not in html
    assert "app-empty" in page(municipality, f"?measure={uuid4()}")


def test_a_recommendation_is_read_backwards(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    version = version_in("standard")
    rule(found, version)
    html = page(municipality, f"?recommendation={version.recommendation_id}")
    assert str(found.pk) in html
    assert str(need(first, "d1_01").pk) not in html


def test_a_wrong_address_finds_nothing(municipality: Municipality, first: Assessment) -> None:
    client = signed_in(assessments.person(municipality, Role.COORDINATOR))
    assert client.get(reverse("chain-list", args=[municipality.slug]) + "?measure=x").status_code == 404
    assert client.get(reverse("chain-detail", args=[municipality.slug, uuid4()])).status_code == 404
    other = MunicipalityFactory()
    stranger = signed_in(assessments.person(other, Role.COORDINATOR))
    assert stranger.get(reverse("chain-detail", args=[other.slug, need(first).pk])).status_code == 404


def test_filters_show_what_is_still_to_be_done(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    measure(municipality, found, state="done")
    assert str(found.pk) not in page(municipality, "?show=no_measure")
    only = page(municipality, "?show=done")
    assert str(found.pk) in only
    assert str(need(first, "d1_01").pk) not in only


def test_without_a_signed_wave_the_page_says_what_to_do(municipality: Municipality) -> None:
    assert "app-empty" in page(municipality)


def test_one_chain_is_read_in_both_directions(municipality: Municipality, first: Assessment) -> None:
    found = need(first)
    forwards, backwards = detail(municipality, found), detail(municipality, found, "?from=level")
    assert forwards.count("<svg") == backwards.count("<svg")
    assert forwards != backwards


def test_contributors_do_not_see_levels_of_all_sections(municipality: Municipality, first: Assessment) -> None:
    client = signed_in(assessments.person(municipality, Role.CONTRIBUTOR))
    assert client.get(reverse("chain-list", args=[municipality.slug])).status_code == 403


# --- Charts -----


def test_the_charts_are_valid_svg_with_title_and_description() -> None:
    stages = [
        Stage("Bedarf", ("5.6 Ein <langer> Satz & noch einer, der umbricht, weil er so lang ist",), True),
        Stage("Stufe", (), False, (LevelBar("T0", 0), LevelBar("T1", 3), LevelBar("T2: unbekannt", None))),
    ]
    for svg in (
        thread(stages, title="Kette", description="Alles"),
        funnel([FunnelRow("Bedarfe", 62), FunnelRow("mit Maßnahme", 0)], title="Balken", description="62, 0"),
        funnel([], title="Leer", description="nichts"),
    ):
        root = etree.fromstring(str(svg).encode())
        names = [etree.QName(child).localname for child in root]
        assert names[:2] == ["title", "desc"]
        assert root.get("role") == "img"
        assert "style=" not in svg


# --- Costs -----


def test_pages_take_as_many_queries_for_many_needs(municipality: Municipality, first: Assessment) -> None:
    version = version_in("standard")
    with scope.enter(scope.municipality(municipality)):
        rows = list(Need.objects.select_related("item__version__instrument").filter(lapsed_at=None)[:20])
    for found in rows:
        rule(found, version)
        measure(municipality, found, state="done")
    signed(municipality, "T1", date(2027, 11, 1))
    client = signed_in(assessments.person(municipality, Role.COORDINATOR))
    for address in (
        reverse("chain-list", args=[municipality.slug]),
        reverse("chain-detail", args=[municipality.slug, rows[0].pk]),
    ):
        client.get(address)
        began = timezone.now()
        with at_most(14):
            assert client.get(address).status_code == 200
        assert timezone.now() - began < timedelta(seconds=5)
