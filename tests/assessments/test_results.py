"""The result page: bars or radar, waves over each other, what has changed, and a dimension item by item."""

import re
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.assessments import pages_results, queries, queries_results
from apps.assessments.models import Assessment, ThenRating, Wave
from apps.assessments.pages_results import View, points_of
from apps.core import scope
from apps.instruments.actions import import_instrument, publish_version
from apps.instruments.xlsform import read_workbook
from apps.municipalities.models import Municipality, Role
from tests.assessments import factories
from tests.factories import member
from tests.municipalities.counting import at_most

pytestmark = pytest.mark.django_db

BASIS = Path(__file__).parents[2] / "apps/instruments/library/basis.xlsx"
ENGLISH = {"Accept-Language": "en"}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, assessment: Assessment, *args: Any) -> str:
    return reverse(f"assessments-{name}", args=[assessment.municipality.slug, assessment.pk, *args])


def levels(level: str) -> dict[str, Any]:
    return factories.full_answers([level])


def later(wave: Wave, label: str, days: int, **fields: Any) -> Wave:
    """A later wave by the same questionnaire."""
    return factories.wave(
        label, instrument_version=wave.instrument_version, opens_on=wave.opens_on + timedelta(days=days), **fields
    )


@pytest.fixture
def three_waves(municipality: Municipality) -> list[Assessment]:
    """Three assessments, all items at level 1, then 2, then 3; the last one is being worked on."""
    first = factories.wave("T0")
    waves = [first, later(first, "T1", 5), later(first, "T2", 10)]
    return [
        factories.signed(municipality, waves[0], answers=levels("1")),
        factories.signed(municipality, waves[1], answers=levels("2")),
        factories.answered(municipality, waves[2], answers=levels("3")),
    ]


@pytest.fixture
def coordinator(municipality: Municipality) -> Client:
    return signed_in(member(municipality))


def drawn(html: str) -> ElementTree.Element:
    """The one drawing on the page, read as XML."""
    (svg,) = re.findall(r'<svg class="app-chart.*?</desc>.*</svg>', html, re.S)
    return ElementTree.fromstring(svg)


def table(html: str, key: str) -> list[list[str]]:
    """The cells of a table as they read."""
    body = re.search(rf'<table[^>]*id="{key}".*?</table>', html, re.S)
    assert body is not None
    rows = re.findall(r"<tr.*?</tr>", body[0], re.S)
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in rows
    ]


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in svg.iter() if name in str(element.get("class", "")).split()]


def get(client: Client, address: str) -> str:
    response = client.get(address, headers=ENGLISH)
    assert response.status_code == 200
    return response.content.decode()


# --- The picture ----


def test_bars_show_this_wave_and_the_one_before(coordinator: Client, three_waves: list[Assessment]) -> None:
    html = get(coordinator, url("result", three_waves[2]))
    svg = drawn(html)
    assert len(of_class(svg, "app-chart__bar")) == 10
    assert len(of_class(svg, "app-chart__previous")) == 10
    assert of_class(svg, "app-chart__earlier") == []
    assert table(html, "profile-numbers")[0][-1] == "T1"


def test_all_waves_and_the_radar_are_links_that_keep_what_the_other_says(
    coordinator: Client, three_waves: list[Assessment]
) -> None:
    html = get(coordinator, url("result", three_waves[2]) + "?chart=radar")
    assert '<a href="?chart=radar&amp;waves=all">' in html
    html = get(coordinator, url("result", three_waves[2]) + "?chart=radar&waves=all")
    assert '<a href="?waves=all">' in html
    svg = drawn(html)
    assert len(of_class(svg, "app-chart__line")) == 3
    assert [text.text for text in of_class(svg, "app-chart__wave")] == ["T2", "T1", "T0"]
    assert table(html, "profile-numbers")[0][-2:] == ["T1", "T0"]
    assert table(html, "profile-numbers")[1][-2:] == ["50%", "25%"]


@pytest.mark.parametrize("query", ["", "?chart=radar", "?waves=all", "?chart=radar&waves=all", "?chart=pie&waves=9"])
def test_what_the_picture_says_in_words_is_what_the_table_says(
    coordinator: Client, three_waves: list[Assessment], query: str
) -> None:
    html = get(coordinator, url("result", three_waves[2]) + query)
    description = drawn(html).find("{http://www.w3.org/2000/svg}desc")
    assert description is not None
    said = str(description.text)
    heads, *rows = table(html, "profile-numbers")
    expected = []
    for label, value, _bounds, _coverage, _unknown, _evidence, *before in rows:
        waves = ", ".join(f"{wave} {share}" for wave, share in zip(heads[6:], before, strict=True))
        expected.append(f"{label}: {value}. Before: {waves}.")
    assert said == " ".join(expected)


def test_a_radar_with_fewer_than_three_results_says_why_there_are_bars(
    municipality: Municipality, coordinator: Client
) -> None:
    assessment = factories.started(municipality)
    factories.save(assessment, {"d1_01": "2", "d2_01": "2"})
    html = get(coordinator, url("result", assessment) + "?chart=radar")
    assert "at least three fields of action" in html
    assert of_class(drawn(html), "app-chart__line") == []
    factories.save(assessment, {"d3_01": "2"})
    html = get(coordinator, url("result", assessment) + "?chart=radar")
    assert "at least three fields of action" not in html
    assert len(of_class(drawn(html), "app-chart__point")) == 3


def test_one_wave_alone_offers_no_choice_of_waves(municipality: Municipality, coordinator: Client) -> None:
    html = get(coordinator, url("result", factories.answered(municipality)))
    assert "waves=all" not in html
    assert 'id="changes"' not in html


def test_the_address_says_what_is_seen() -> None:
    assert View().query == "?"
    assert View(radar=True, all_waves=True).query == "?chart=radar&waves=all"


# --- Waves before ----


def test_only_signed_results_of_the_same_questionnaire_and_profile_are_waves_before(
    municipality: Municipality,
) -> None:
    first = factories.wave("T0")
    signed = factories.signed(municipality, first)
    factories.signed(municipality, later(first, "T0", 1, profile="vertieft"))
    factories.signed(municipality, later(first, "T0", 2, topic="Wohnen"))
    factories.answered(municipality, later(first, "T1", 3))
    now = factories.started(municipality, later(first, "T2", 4))
    with scope.enter(scope.municipality(municipality)):
        fresh = queries.assessments().get(pk=now.pk)
        with at_most(1):
            found = queries_results.earlier_results(fresh)
    assert [earlier.assessment.pk for earlier in found] == [signed.pk]
    assert sorted(found[0].by_dimension) == list(range(1, 11))


def test_results_of_others_are_never_waves_before(municipality: Municipality, other_municipality: Municipality) -> None:
    first = factories.wave("T0")
    factories.signed(other_municipality, first)
    now = factories.started(municipality, later(first, "T1", 1))
    with scope.enter(scope.municipality(municipality)):
        assert queries_results.earlier_results(queries.assessments().get(pk=now.pk)) == []


# --- Changes ----


def test_the_change_is_shown_over_comparable_items(coordinator: Client, three_waves: list[Assessment]) -> None:
    html = get(coordinator, url("result", three_waves[2]))
    heads, *rows = table(html, "changes")
    assert heads[1:4] == ["Before", "Now", "Change in points"]
    assert len(rows) == 10
    assert all(row[1:4] == ["50%", "75%", "+25"] for row in rows)


def test_hindsight_stands_beside_it_where_it_was_asked(municipality: Municipality, coordinator: Client) -> None:
    first = factories.wave("T0")
    before = factories.signed(municipality, first, answers=levels("2"))
    now = factories.answered(municipality, later(first, "T1", 5, then_test=True), answers=levels("3"))
    heads = table(get(coordinator, url("result", now)), "changes")[0]
    assert "Before, in hindsight" not in heads
    with scope.enter(scope.municipality(municipality)):
        answers = queries.answers_of(queries.assessments().get(pk=before.pk))
        ThenRating.objects.create(
            assessment=now,
            item_id=queries.item_keys(first.instrument_version_id)["d10_01"],
            earlier=answers["d10_01"],
            level=1,
            rated_at=timezone.now(),
        )
    heads, *rows = table(get(coordinator, url("result", now)), "changes")
    place = heads.index("Before, in hindsight")
    assert [row[place] for row in rows] == ["–"] * 9 + ["25%"]


@pytest.mark.parametrize(
    ("difference", "said"),
    [(None, ""), (Fraction(0), "0"), (Fraction(1, 4), "+25"), (Fraction(-1, 8), "−12"), (Fraction(1, 1000), "0")],
)
def test_points_have_a_sign(difference: Fraction | None, said: str) -> None:
    assert points_of(difference) == said


# --- A dimension ----


def test_a_dimension_shows_its_items_with_level_target_need_and_evidence(
    municipality: Municipality, coordinator: Client
) -> None:
    assessment = factories.started(municipality)
    factories.save(assessment, {"d10_01": "1", "d10_02": "unknown", "d10_04": "not_competent"})
    factories.save(assessment, {"d10_03": "4"}, evidence="Dienstanweisung")
    html = get(coordinator, url("dimension", assessment, 10))
    heads, *rows = table(html, "items")
    assert heads == ["Item", "Level", "Target level", "Need", "Evidence"]
    assert [row[0].split()[0] for row in rows] == ["10.1", "10.2", "10.3", "10.4"]
    assert [row[3].split()[0] for row in rows] == ["yes", "yes", "no", "no"]
    assert [row[4] for row in rows] == ["no", "–", "yes", "–"]
    svg = drawn(html)
    assert len(of_class(svg, "app-chart__bar")) == 2
    assert [text.text for text in of_class(svg, "app-chart__none")] == ["unknown", "not within our competence"]
    assert url("need-priority", assessment, "d10_01") in html
    assert url("section", assessment, "d10") + "#item-d10_01" in html


def test_the_level_of_the_wave_before_stands_beside_it(coordinator: Client, three_waves: list[Assessment]) -> None:
    html = get(coordinator, url("dimension", three_waves[2], 1))
    heads, *rows = table(html, "items")
    place = heads.index("Wave before")
    assert all("Level 2" in row[place] for row in rows)
    assert len(of_class(drawn(html), "app-chart__previous")) == len(rows)


def test_items_that_nobody_has_answered_say_so(municipality: Municipality, coordinator: Client) -> None:
    html = get(coordinator, url("dimension", factories.started(municipality), 2))
    assert all("not answered" in row[1] for row in table(html, "items")[1:])


def test_dimensions_that_are_not_asked_are_not_found(municipality: Municipality, coordinator: Client) -> None:
    assessment = factories.started(municipality)
    assert coordinator.get(url("dimension", assessment, 11)).status_code == 404
    assert coordinator.get(url("dimension", assessment, 0)).status_code == 404


def test_whoever_may_not_set_priorities_gets_no_link_to_it(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    factories.save(assessment, {"d10_01": "1"})
    html = get(signed_in(member(municipality, Role.CONTRIBUTOR)), url("dimension", assessment, 10))
    assert url("need-priority", assessment, "d10_01") not in html


def test_employees_see_no_dimension(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    client = signed_in(member(municipality, Role.EMPLOYEE))
    assert client.get(url("dimension", assessment, 1)).status_code == 403


def test_the_profile_leads_to_each_dimension(coordinator: Client, three_waves: list[Assessment]) -> None:
    html = get(coordinator, url("result", three_waves[2]))
    assert all(url("dimension", three_waves[2], number) in html for number in range(1, 11))


def test_the_pages_take_a_bounded_number_of_queries(coordinator: Client, three_waves: list[Assessment]) -> None:
    last = three_waves[2]
    for address in (
        url("result", last),
        url("result", last) + "?chart=radar&waves=all",
        url("dimension", last, 1),
    ):
        get(coordinator, address)
        with at_most(12):
            get(coordinator, address)


# --- A questionnaire whose sections are no dimensions ----


@pytest.fixture
def basis(municipality: Municipality) -> Assessment:
    content = BASIS.read_bytes()
    with scope.enter(scope.programme()):
        reading = read_workbook(content, BASIS.name)
        version = publish_version(
            actor=None,
            version=import_instrument(actor=None, content=content, filename=BASIS.name, reading=reading),
        )
    return factories.started(municipality, factories.wave("T0", instrument_version=version, profile="basis"))


def panel_of(assessment: Assessment, section: str) -> pages_results.DimensionPanel | None:
    with scope.enter(scope.municipality(assessment.municipality)):
        reading = queries.read(queries.assessments().get(pk=assessment.pk))
    found = {part.name: part for part in reading.questionnaire.sections}[section]
    return pages_results.dimension_panel(reading, found, "de")


def test_a_section_of_several_dimensions_shows_its_needs_and_no_result(basis: Assessment) -> None:
    factories.save(basis, {"b2_01": "0", "b2_02": "unknown"})
    panel = panel_of(basis, "b2")
    assert panel is not None
    assert (panel.complete, panel.answered, panel.has_value) == (False, 2, False)
    factories.save(basis, {"b2_03": "4"})
    panel = panel_of(basis, "b2")
    assert panel is not None and panel.complete
    assert {line.item.name for line in panel.needs} == {"b2_01", "b2_02"}


def test_a_section_without_levels_has_no_panel(basis: Assessment) -> None:
    assert panel_of(basis, "profile") is None


def test_its_dimensions_have_pages_too(basis: Assessment, coordinator: Client) -> None:
    factories.save(basis, {"b6_03": "1"})
    html = get(coordinator, url("dimension", basis, 10))
    assert url("section", basis, "b6") + "#item-b6_03" in html
