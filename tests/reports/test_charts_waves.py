"""Waves drawn over each other, the radar, and a bar per item."""

import re
from itertools import pairwise
from math import hypot
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.reports.charts import (
    SCALE,
    LevelRow,
    ProfileRow,
    level_bars,
    profile_bars,
    spoken_levels,
    spoken_profile,
)
from apps.reports.radar import CENTRE, RADIUS, is_possible, position, profile_radar, runs

SVG = "{http://www.w3.org/2000/svg}"
WAVES = ("T2", "T1", "T0")
ROWS = [
    ProfileRow("1 Leitbild & <Steuerung>", 0.5, 0.25, 0.75, 0.9, 0.4, 0.1),
    ProfileRow("2 Daten", None, None, None, 0.0, 0.2, None),
    ProfileRow("3 Personal", 1.0, 1.0, 1.0, 1.0, None, 0.3),
    ProfileRow("4 Netzwerk", 0.0, 0.0, 0.0, 1.0, 0.6, 0.6),
]
VALUES = st.one_of(st.none(), st.floats(min_value=-0.5, max_value=1.5, allow_nan=False))


def drawn(waves: tuple[str, ...] = WAVES, rows: list[ProfileRow] = ROWS) -> ElementTree.Element:
    axes = [row.label.partition(" ")[0] for row in rows]
    with translation.override("de"):
        svg = profile_radar(rows, axes=axes, waves=waves, title="Profil", description="Beschreibung", id="r")
    return ElementTree.fromstring(svg)


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in svg.iter() if name in str(element.get("class", "")).split()]


def corners(line: ElementTree.Element) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in str(line.get("points")).split()]
    return [(float(x), float(y)) for x, y in pairs]


# --- Radar ----


def test_a_radar_is_an_image_with_a_name_and_a_description() -> None:
    svg = drawn()
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == svg.find(f"{SVG}title").get("id")  # type: ignore[union-attr]
    assert svg.get("aria-describedby") == svg.find(f"{SVG}desc").get("id")  # type: ignore[union-attr]


def test_the_first_axis_points_up_and_the_others_follow_clockwise() -> None:
    assert position(0, 4, 1) == pytest.approx((CENTRE, CENTRE - RADIUS))
    assert position(1, 4, 0.5) == pytest.approx((CENTRE + RADIUS / 2, CENTRE))
    assert position(2, 4, 1) == pytest.approx((CENTRE, CENTRE + RADIUS))


def test_a_field_without_a_value_is_a_gap_and_not_the_centre() -> None:
    svg = drawn(("T2",))
    (line,) = of_class(svg, "app-chart__line--this")
    # 3 Personal (down), 4 Netzwerk (level 0: the centre), 1 Leitbild (half way up); 2 Daten is missing.
    assert corners(line) == pytest.approx([(CENTRE, CENTRE + RADIUS), (CENTRE, CENTRE), (CENTRE, CENTRE - RADIUS / 2)])
    assert len(of_class(svg, "app-chart__point")) == 3


def test_a_value_between_two_gaps_is_a_point_without_a_line() -> None:
    rows = [ProfileRow(str(n), 0.5 if n == 1 else None) for n in range(1, 5)]
    svg = drawn(("T0",), rows)
    assert of_class(svg, "app-chart__line") == []
    assert len(of_class(svg, "app-chart__point")) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 1, 1], [[0, 1, 2, 0]]),
        ([None, 1, 1], [[1, 2]]),
        ([1, None, 1], [[2, 0]]),
        ([1, None, 1, None], [[2], [0]]),
        ([None, None], []),
        ([], []),
    ],
)
def test_runs_go_around_the_circle(values: list[float | None], expected: list[list[int]]) -> None:
    assert runs(values) == expected


def test_three_waves_differ_in_dashes_and_marks_not_only_in_colour() -> None:
    svg = drawn()
    looks = set()
    for name in ("this", "previous", "earlier"):
        lines = of_class(svg, f"app-chart__line--{name}")
        assert lines
        looks.add(lines[0].get("stroke-dasharray"))
    assert len(looks) == 3
    marks = {element.get("d") or element.tag for element in of_class(svg, "app-chart__point")}
    assert len(marks) == 3
    assert [text.text for text in of_class(svg, "app-chart__wave")] == list(WAVES)


def test_this_wave_lies_on_top() -> None:
    order = [str(line.get("class")) for line in of_class(drawn(), "app-chart__line")]
    assert order[0].endswith("--earlier") and order[-1].endswith("--this")


def test_only_the_waves_asked_for_are_drawn_and_one_needs_no_legend() -> None:
    assert of_class(drawn(("T2", "T1")), "app-chart__line--earlier") == []
    alone = drawn(("T2",))
    assert of_class(alone, "app-chart__line--previous") == []
    assert of_class(alone, "app-chart__wave") == []


def test_a_shape_needs_three_values_of_this_wave() -> None:
    assert is_possible(ROWS)
    assert not is_possible(ROWS[:3])


def test_labels_and_rows_must_match() -> None:
    with pytest.raises(ValueError, match="1 labels for 4 axes"):
        profile_radar(ROWS, axes=["1"], waves=WAVES, title="", description="")


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=3, max_size=12))
def test_every_point_lies_inside_the_circle(values: list[tuple[float | None, float | None, float | None]]) -> None:
    rows = [ProfileRow(str(n), now, previous=before, earlier=long) for n, (now, before, long) in enumerate(values)]
    svg = drawn(WAVES, rows)
    points = [point for line in of_class(svg, "app-chart__line") for point in corners(line)]
    for mark in of_class(svg, "app-chart__point"):
        if mark.get("cx"):
            points.append((float(str(mark.get("cx"))), float(str(mark.get("cy")))))
        else:
            x, y = re.findall(r"-?[\d.]+", str(mark.get("transform")))
            points.append((float(x), float(y)))
    assert all(hypot(x - CENTRE, y - CENTRE) <= RADIUS + 0.02 for x, y in points)
    marked = len(of_class(svg, "app-chart__point"))
    assert marked == sum(value is not None for row in values for value in row)


@given(st.lists(VALUES, max_size=12))
def test_a_line_never_leads_over_a_gap(values: list[float | None]) -> None:
    found = runs(values)
    size = len(values)
    assert {place for run in found for place in run} == {n for n, value in enumerate(values) if value is not None}
    for run in found:
        assert all((before + 1) % size == after for before, after in pairwise(run))


@pytest.mark.parametrize("svg", [drawn(), drawn(("T0",))])
def test_it_needs_no_inline_style_and_no_script(svg: ElementTree.Element) -> None:
    for element in svg.iter():
        assert element.get("style") is None
        assert element.tag not in {f"{SVG}style", f"{SVG}script"}


# --- Bars of several waves ----


def test_bars_mark_the_two_waves_before_and_name_them() -> None:
    with translation.override("de"):
        svg = ElementTree.fromstring(profile_bars(ROWS, title="Profil", description="", waves=WAVES))
    assert len(of_class(svg, "app-chart__previous")) == 3
    assert len(of_class(svg, "app-chart__earlier")) == 3
    assert [text.text for text in of_class(svg, "app-chart__wave")] == list(WAVES)
    lowest = max(float(str(text.get("y"))) for text in of_class(svg, "app-chart__wave"))
    assert lowest < float(str(svg.get("height")))


def test_one_wave_has_no_legend() -> None:
    svg = ElementTree.fromstring(profile_bars(ROWS, title="Profil", description="", waves=("T2",)))
    assert of_class(svg, "app-chart__wave") == []


def test_the_words_name_every_wave_that_is_drawn() -> None:
    with translation.override("en"):
        words = spoken_profile(ROWS[:2], WAVES)
    assert words == (
        "1 Leitbild & <Steuerung>: 50% (between 25% and 75%). Before: T1 40%, T0 10%. "
        "2 Daten: no result. Before: T1 20%, T0 no result."
    )


# --- A bar per item ----

LEVELS = [
    LevelRow("1.1", 2, 3, 1),
    LevelRow("1.2", 0, 3),
    LevelRow("1.3", None, 2, 4, "unknown"),
]


def test_an_item_has_a_bar_up_to_its_level_and_a_line_at_its_target() -> None:
    svg = ElementTree.fromstring(level_bars(LEVELS, title="Items", description=""))
    widths = [float(str(bar.get("width")).removesuffix("%")) / SCALE for bar in of_class(svg, "app-chart__bar")]
    assert widths == pytest.approx([50, 1.5], abs=0.01)
    targets = [float(str(line.get("x1")).removesuffix("%")) / SCALE for line in of_class(svg, "app-chart__target")]
    assert targets == pytest.approx([75, 75, 50])
    assert [text.text for text in of_class(svg, "app-chart__none")] == ["unknown"]
    assert len(of_class(svg, "app-chart__previous")) == 2


def test_levels_can_be_said_in_words() -> None:
    with translation.override("en"):
        words = spoken_levels(LEVELS)
    assert words == (
        "1.1: level 2, target level 3. Before: level 1. 1.2: level 0, target level 3. "
        "1.3: unknown, target level 2. Before: level 4."
    )
