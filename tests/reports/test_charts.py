"""The chart of a profile."""

from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from apps.reports.charts import NARROW, SCALE, ProfileRow, profile_bars, spoken_profile

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    ProfileRow("Leitbild & <Steuerung>", 0.5, 0.25, 0.75, 0.9, 0.4),
    ProfileRow("Sprache", None, None, None, 0.0),
    ProfileRow("Fortbildung", 1.0, 1.0, 1.0, 1.0),
]


def drawn(rows: list[ProfileRow] = ROWS) -> ElementTree.Element:
    with translation.override("de"):
        return ElementTree.fromstring(profile_bars(rows, title="Profil", description="Beschreibung", id="p"))


def by_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in svg.iter() if element.get("class") == f"app-chart__{name}"]


def percent(element: ElementTree.Element, name: str) -> float:
    """A position on the scale 0–100."""
    return float(str(element.get(name)).removesuffix("%")) / SCALE


def test_it_is_an_image_with_a_name_and_a_description() -> None:
    svg = drawn()
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == svg.find(f"{SVG}title").get("id")  # type: ignore[union-attr]
    assert svg.get("aria-describedby") == svg.find(f"{SVG}desc").get("id")  # type: ignore[union-attr]


def test_a_bar_is_as_long_as_its_value_and_no_value_draws_no_bar() -> None:
    assert [percent(bar, "width") for bar in by_class(drawn(), "bar")] == pytest.approx([50, 100])
    assert [text.text for text in by_class(drawn(), "none")] == ["kein Ergebnis"]


def test_bounds_are_drawn_only_where_something_is_unknown() -> None:
    lines = by_class(drawn(), "bounds")
    assert len(lines) == 3
    assert [percent(lines[0], "x1"), percent(lines[0], "x2")] == pytest.approx([25, 75])


def test_the_wave_before_is_a_diamond() -> None:
    assert len(by_class(drawn(), "previous")) == 1


def test_labels_are_text_and_wrap() -> None:
    assert by_class(drawn(), "label")[0].text == "Leitbild & <Steuerung>"
    long = by_class(drawn([ProfileRow("Wort " * 20, 0.5)]), "label")
    assert len(long) > 1
    assert all(len(line.text or "") <= NARROW for line in long)


def test_it_needs_no_inline_style_and_no_script() -> None:
    for element in drawn().iter():
        assert element.get("style") is None
        assert element.tag not in {f"{SVG}style", f"{SVG}script"}
        assert not any(name.startswith("on") for name in element.attrib)


def test_it_can_be_said_in_words() -> None:
    with translation.override("de"):
        words = spoken_profile(ROWS).replace("\xa0", " ")
    assert words == "Leitbild & <Steuerung>: 50 % (zwischen 25 % und 75 %). Sprache: kein Ergebnis. Fortbildung: 100 %."


@pytest.mark.parametrize(("language", "half"), [("de", "50\xa0%"), ("en", "50%")])
def test_the_table_has_the_numbers_as_people_write_them(language: str, half: str) -> None:
    with translation.override(language):
        html = render_to_string("reports/profile_table.html", {"rows": ROWS})
        with_previous = render_to_string("reports/profile_table.html", {"rows": ROWS, "previous": "T0"})
    assert half in html
    assert "&lt;Steuerung&gt;" in html
    assert html.count('scope="col"') == 4
    assert with_previous.count('scope="col"') == 5
