"""The drawing of the plan over time, and that of an indicator's values: well-formed, in bounds, said in words too."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from apps.commitments.models import IndicatorValue, Measure
from apps.commitments.timeline import Span, is_drawn, span_of, timeline, value_chart
from apps.municipalities.models import Municipality
from tests.commitments import factories
from tests.commitments.test_measures import signed_in, url
from tests.factories import member

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 20)


def plan(**fields: Any) -> Measure:
    return Measure(**{"number": 3, "title": "Frist beschließen", **fields})


def drawn(*measures: Measure) -> ElementTree.Element:
    return ElementTree.fromstring(timeline(measures, DAY, title="Plan", description="Siehe Tabelle."))


def test_the_span_holds_every_day_and_today() -> None:
    span = span_of([plan(starts_on=date(2026, 12, 5), due_on=date(2027, 2, 28))], DAY)
    assert (span.first, span.last) == (date(2026, 11, 1), date(2027, 3, 1))
    assert span.place(span.first) == 0
    assert span.place(span.last) == 100
    assert 0 < span.place(DAY) < 100


def test_a_span_of_a_day_divides_by_nothing() -> None:
    assert Span(DAY, DAY).place(DAY) == 0


def test_a_bar_leads_from_beginning_to_deadline() -> None:
    (bar,) = drawn(plan(starts_on=date(2026, 11, 1), due_on=date(2026, 12, 1))).iter(f"{SVG}rect")
    assert bar.get("x") == "0.0%"
    assert bar.get("width") == "50.0%" or float(str(bar.get("width")).rstrip("%")) > 45


def test_what_has_a_single_day_is_a_diamond_and_an_open_end_is_dashed() -> None:
    root = drawn(plan(due_on=date(2026, 12, 1)), plan(starts_on=date(2026, 11, 5)))
    assert len(list(root.iter(f"{SVG}path"))) == 1
    (bar,) = root.iter(f"{SVG}rect")
    assert bar.get("stroke-dasharray")


def test_what_has_no_day_is_not_drawn() -> None:
    assert not is_drawn(plan())
    assert list(drawn(plan()).iter(f"{SVG}rect")) == []


def test_each_measure_says_its_state_in_words_and_the_drawing_has_a_title() -> None:
    root = drawn(plan(starts_on=date(2026, 11, 1), due_on=date(2027, 1, 1)))
    words = "".join(root.itertext())
    assert "M3 Frist beschließen" in words
    assert "·" in words
    assert root.find(f"{SVG}title") is not None


def test_nothing_reaches_out_of_the_drawing() -> None:
    rows = [
        plan(starts_on=DAY - timedelta(days=900), due_on=DAY + timedelta(days=place)) for place in range(0, 1200, 100)
    ]
    for bar in drawn(*rows).iter(f"{SVG}rect"):
        x, width = (float(str(bar.get(name)).rstrip("%")) for name in ("x", "width"))
        assert 0 <= x <= x + width <= 100.1


def test_an_html_title_stays_text() -> None:
    root = drawn(plan(title="<b>fett</b>", due_on=DAY))
    assert "<b>fett</b>" in "".join(root.itertext())


def values(*pairs: tuple[date, str]) -> list[IndicatorValue]:
    return [IndicatorValue(measured_on=day, value=Decimal(value)) for day, value in pairs]


def test_values_are_dots_with_the_starting_value_and_the_target() -> None:
    measure = plan(indicator="Tage", baseline=Decimal(40), baseline_on=date(2026, 1, 1), target=Decimal(14))
    svg = value_chart(measure, values((date(2026, 6, 1), "30"), (date(2026, 11, 1), "14")), title="Werte")
    root = ElementTree.fromstring(str(svg))
    dots = list(root.iter(f"{SVG}circle"))
    assert len(dots) == 3
    heights = [float(str(dot.get("cy"))) for dot in dots]
    assert heights == sorted(heights)
    assert any(line.get("stroke-dasharray") for line in root.iter(f"{SVG}line"))


def test_one_value_is_no_line() -> None:
    assert value_chart(plan(indicator="Tage"), values((DAY, "3")), title="Werte") is None


def test_values_that_do_not_change_lie_in_the_middle() -> None:
    svg = value_chart(plan(indicator="Tage"), values((DAY, "3"), (DAY + timedelta(days=9), "3")), title="Werte")
    assert {dot.get("cy") for dot in ElementTree.fromstring(str(svg)).iter(f"{SVG}circle")} == {"75.0"}


@pytest.mark.django_db
def test_the_page_has_the_drawing_and_the_table_of_the_same(municipality: Municipality) -> None:
    measure = factories.measure(municipality, starts_on=timezone.localdate(), due_on=timezone.localdate())
    factories.measure(municipality)
    response = signed_in(member(municipality)).get(url("timeline", municipality))
    assert response.context["undated"] == 1
    text = response.content.decode()
    assert "<svg" in text
    assert url("detail", municipality, measure.pk) in text
