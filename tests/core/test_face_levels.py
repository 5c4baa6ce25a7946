"""One scale of colours, the same in style sheet and charts, readable by everybody."""

import re
from itertools import pairwise

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from apps.core.levels import LEVEL_COLOURS, LEVELS, SPECIAL_ANSWERS
from apps.core.templatetags.face import level_class, level_name, percent_of


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_style_sheet_and_charts_use_the_same_colours() -> None:
    css = (settings.BASE_DIR / "static/css/base.css").read_text()
    for level, colour in LEVEL_COLOURS.items():
        assert re.findall(rf"--app-level-{level}: (#\w+);", css) == [colour.fill]
        assert re.findall(rf"--app-level-{level}-text: (#\w+);", css) == [colour.text]


@pytest.mark.parametrize("level", LEVELS)
def test_the_number_is_readable_on_its_colour(level: int) -> None:
    assert contrast(LEVEL_COLOURS[level].fill, LEVEL_COLOURS[level].text) >= 4.5


def test_the_order_survives_without_hue() -> None:
    lightness = [luminance(LEVEL_COLOURS[level].fill) for level in sorted(LEVELS)]
    assert all(lower > higher * 1.25 for lower, higher in pairwise(lightness))


def test_levels_and_special_answers_have_names() -> None:
    with translation.override("en"):
        assert level_name(3) == "established"
        assert level_name("3") == "established"
        assert level_name("unknown") == "unknown"


def test_special_answers_have_no_colour_of_the_scale() -> None:
    assert {level_class(key) for key in SPECIAL_ANSWERS} == {"app-level--special"}
    assert level_class(0) == "app-level--0"


def test_the_badge_of_level_zero_is_no_missing_answer() -> None:
    with translation.override("en"):
        assert "not present" in render_to_string("components/level.html", {"level": 0})
        assert "not answered" in render_to_string("components/level.html", {"level": None})


def test_a_percentage_of_nothing_is_nothing() -> None:
    assert (percent_of(1, 0), percent_of(1, 3), percent_of(9, 3)) == (0, 33, 100)
