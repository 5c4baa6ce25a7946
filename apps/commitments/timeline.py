"""The plan over time as one SVG: a bar from beginning to deadline per measure, today's line, the state in words. Pure.

As in apps.reports.charts: widths in percent, so that the drawing follows the column and text keeps its size; text is
`currentColor`; a table of the same stands beside it. States are told apart by pattern and by word, not by colour alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.commitments.models import IndicatorValue, Measure
from apps.reports.charts import BAR, DIAMOND, FONT, GRID

LINE, BAR_HEIGHT, GAP, HEAD = 18, 14, 14, 28
CHARACTERS = 28
MAX_MARKS = 8
ENDS = 95
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time from one day to another."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Where a day lies, in percent of the width."""
        return round(100 * (day - self.first).days / max((self.last - self.first).days, 1), 2)


def span_of(measures: Sequence[Measure], today: date) -> Span:
    """From the first of the month of the first day to the end of the last month, today within."""
    days = [day for row in measures for day in (row.starts_on, row.due_on, row.done_on) if day is not None]
    days.append(today)
    return Span(min(days).replace(day=1), _next_month(max(days)))


def is_drawn(measure: Measure) -> bool:
    """Whether a measure has a day to be drawn at."""
    return measure.starts_on is not None or measure.due_on is not None


def timeline(measures: Sequence[Measure], today: date, *, title: str, description: str) -> SafeString:
    """The drawing of the measures that have a day, in their order. title, description: for screen readers."""
    drawn = [measure for measure in measures if is_drawn(measure)]
    span = span_of(drawn, today)
    parts: list[SafeString] = []
    y = HEAD
    for measure in drawn:
        svg, y = _bar(measure, span, today, y)
        parts.append(svg)
    marks = format_html_join("", "{}", ((mark,) for mark in _marks(span, y)))
    return format_html(
        '<svg class="app-timeline" xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}"'
        ' overflow="visible" aria-labelledby="timeline-title" aria-describedby="timeline-description"'
        ' font-family="{font}" font-size="14">'
        '<title id="timeline-title">{title}</title><desc id="timeline-description">{description}</desc>'
        "{marks}{today}{bars}</svg>",
        height=y + 4,
        font=FONT,
        title=title,
        description=description,
        marks=marks,
        today=_today(span, today, y),
        bars=format_html_join("", "{}", ((part,) for part in parts)),
    )


def _bar(measure: Measure, span: Span, today: date, y: int) -> tuple[SafeString, int]:
    label = f"M{measure.number} {measure.title}"
    if len(label) > CHARACTERS:
        label = label[: CHARACTERS - 1].rstrip() + "…"
    state = _("overdue") if measure.is_overdue else str(measure.get_state_display())
    text = format_html(
        '<text x="0" y="{y}" fill="currentColor">{label} <tspan font-weight="600">· {state}</tspan></text>',
        y=y + 13,
        label=label,
        state=state,
    )
    top = y + LINE
    first, last = measure.starts_on, measure.done_on or measure.due_on
    if first is None or (last is not None and last <= first):
        at = last or first
        assert at is not None  # is_drawn
        shape = format_html(
            '<svg x="{x}%" y="{y}" width="1" height="1" overflow="visible"><path d="{d}" fill="{fill}"/></svg>',
            x=span.place(at),
            y=top + BAR_HEIGHT // 2,
            d=DIAMOND,
            fill=BAR,
        )
    else:
        x = span.place(first)
        shape = format_html(
            '<rect x="{x}%" y="{y}" width="{width}%" height="{height}" fill="{fill}" fill-opacity="{opacity}"'
            ' stroke="{stroke}" stroke-width="2"{dashes}/>',
            x=x,
            y=top,
            width=round(max(span.place(last or span.last) - x, 0.5), 2),
            height=BAR_HEIGHT,
            fill=BAR,
            opacity="1" if measure.state == "done" else "0.15" if measure.state in ("planned", "dropped") else "0.55",
            stroke=BAR,
            dashes=SafeString(' stroke-dasharray="5 4"') if last is None or measure.state == "dropped" else "",
        )
    return format_html("<g>{}{}</g>", text, shape), top + BAR_HEIGHT + GAP


def _marks(span: Span, height: int) -> Iterator[SafeString]:
    """Lines at beginnings of months, at most MAX_MARKS of them."""
    months = []
    day = span.first
    while day <= span.last:
        months.append(day)
        day = _next_month(day)
    step = -(-len(months) // MAX_MARKS)
    for month in months[::step]:
        place = span.place(month)
        if place > ENDS:  # its label would stand on the one before
            continue
        yield format_html(
            '<line x1="{x}%" x2="{x}%" y1="18" y2="{height}" stroke="{stroke}" stroke-opacity="0.5"/>'
            '<text x="{x}%" y="12" font-size="12" fill="currentColor" text-anchor="{anchor}">{label}</text>',
            x=place,
            height=height,
            stroke=GRID,
            anchor="end" if place > 90 else "start",
            label=f"{month:%m/%y}",
        )


def _today(span: Span, today: date, height: int) -> SafeString:
    return format_html(
        '<line x1="{x}%" x2="{x}%" y1="18" y2="{height}" stroke="currentColor" stroke-width="2"'
        ' stroke-dasharray="2 3"/>',
        x=span.place(today),
        height=height,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=1) + 32 * _DAY).replace(day=1)


# --- The values of an indicator ------------------------------------------------------------------------------------

CHART_HEIGHT, PAD = 150, 24


def value_chart(measure: Measure, values: Sequence[IndicatorValue], *, title: str) -> SafeString | None:
    """The values over time as dots on a line, with the starting value and a line for the target; None below two."""
    points = [(row.measured_on, float(row.value)) for row in values]
    if measure.baseline is not None and measure.baseline_on is not None:
        points.append((measure.baseline_on, float(measure.baseline)))
    points.sort()
    if len(points) < 2:
        return None
    target = None if measure.target is None else float(measure.target)
    heights = [value for _day, value in points] + ([] if target is None else [target])
    low, high = min(heights), max(heights)
    span = Span(points[0][0], points[-1][0])

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(PAD + (1 - share) * (CHART_HEIGHT - 2 * PAD), 1)

    def x(day: date) -> float:
        return round(3 + 0.94 * span.place(day), 2)

    lines = [
        format_html(
            '<line x1="{}%" y1="{}" x2="{}%" y2="{}" stroke="{}" stroke-width="2"/>', x(a), y(b), x(c), y(d), BAR
        )
        for (a, b), (c, d) in pairwise(points)
    ]
    dots = [format_html('<circle cx="{}%" cy="{}" r="5" fill="{}"/>', x(day), y(value), BAR) for day, value in points]
    goal = []
    if target is not None:
        goal.append(
            format_html(
                '<line x1="0" x2="100%" y1="{y}" y2="{y}" stroke="currentColor" stroke-dasharray="6 4"/>'
                '<text x="100%" y="{text}" font-size="12" text-anchor="end" fill="currentColor">{label}</text>',
                y=y(target),
                text=y(target) - 5,
                label=_("Target"),
            )
        )
    ends = format_html(
        '<text x="0" y="{y}" font-size="12" fill="currentColor">{first}</text>'
        '<text x="100%" y="{y}" font-size="12" text-anchor="end" fill="currentColor">{last}</text>',
        y=CHART_HEIGHT - 2,
        first=date_format(span.first, "SHORT_DATE_FORMAT"),
        last=date_format(span.last, "SHORT_DATE_FORMAT"),
    )
    return format_html(
        '<svg class="app-value-chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}"'
        ' overflow="visible" aria-labelledby="values-title" font-family="{font}"><title id="values-title">{title}'
        "</title>{parts}</svg>",
        height=CHART_HEIGHT,
        font=FONT,
        title=title,
        parts=format_html_join("", "{}", ((part,) for part in (*goal, *lines, *dots, ends))),
    )
