"""Charts as small SVGs of our own: the same one in the page (light and dark) and in the PDF.

Widths are percentages, so that bars follow the column and text keeps its size from 320 px to A4. Colours stand in
presentation attributes: text and lines are `currentColor`, the bar's blue has a contrast of at least 3 on white and on
black; the classes `app-chart__*` let a stylesheet say otherwise. A chart never stands alone: the table of its numbers
(templates/reports/profile_table.html) stands beside it.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.reports.templatetags.reports import share

BAR = "#3182bd"
GRID = "#80838f"  # 3 : 1 on white and on black
SCALE = 0.82  # share of the width that stands for 100 %; the number has the rest
NARROW, WIDE = 36, 84  # characters of a label's line at 320 px, on A4
LINE, BAR_HEIGHT, GAP, AXIS = 18, 16, 14, 26
FONT = "Fira Sans, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One bar. All numbers are fractions 0–1; None where there is none.

    value with its bounds lower and upper (what is unknown counted as 0 and as 4); coverage: share of the denominator
    that has a level; previous: value of the wave before.
    """

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    coverage: float | None = None
    previous: float | None = None


def profile_bars(
    rows: Sequence[ProfileRow], *, title: str, description: str, id: str = "profile", characters: int = NARROW
) -> SafeString:
    """Horizontal bars from 0 to 100 %, each under its label: whiskers for the bounds, a diamond for the wave before.

    `title` is the text alternative (the PDF carries it as /Alt, so let it say what the chart shows), `description` a
    longer one for screen readers. `id` is unique in the page. `characters`: where labels wrap, NARROW or WIDE.
    """
    drawn, y = [], 4
    for row in rows:
        svg, y = _row(row, y, characters)
        drawn.append(svg)
    height = y + AXIS
    return format_html(
        '<svg class="app-chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}"'
        ' overflow="visible" aria-labelledby="{id}-title" aria-describedby="{id}-description"'
        ' font-family="{font}" font-size="14">'
        '<title id="{id}-title">{title}</title><desc id="{id}-description">{description}</desc>'
        "{rows}{axis}</svg>",
        height=height,
        id=id,
        font=FONT,
        title=title,
        description=description,
        rows=format_html_join("", "{}", ((svg,) for svg in drawn)),
        axis=_axis(y),
    )


def spoken_profile(rows: Sequence[ProfileRow]) -> str:
    """The chart in one sentence a bar, for its description."""
    return " ".join(_spoken(row) for row in rows)


def _spoken(row: ProfileRow) -> str:
    if row.value is None:
        return _("%(label)s: no result.") % {"label": row.label}
    values = {"label": row.label, "value": share(row.value), "lower": share(row.lower), "upper": share(row.upper)}
    if row.lower is None or row.upper is None or row.lower == row.upper:
        return _("%(label)s: %(value)s.") % values
    return _("%(label)s: %(value)s (between %(lower)s and %(upper)s).") % values


def _row(row: ProfileRow, y: int, characters: int) -> tuple[SafeString, int]:
    lines = textwrap.wrap(row.label, characters) or [""]
    parts = [
        format_html('<text class="app-chart__label" x="0" y="{}" fill="currentColor">{}</text>', baseline, text)
        for baseline, text in zip(range(y + 13, 10**6, LINE), lines, strict=False)
    ]
    top = y + len(lines) * LINE + 2
    parts += [_line(x, top - 1, x, top + BAR_HEIGHT + 1, "app-chart__grid", 1, GRID) for x in _ticks()]
    parts += _bar(row, top)
    return format_html_join("", "{}", ((part,) for part in parts)), top + BAR_HEIGHT + GAP


def _bar(row: ProfileRow, top: int) -> Iterator[SafeString]:
    middle = top + BAR_HEIGHT // 2
    if row.value is None:
        yield format_html(
            '<text class="app-chart__none" x="0" y="{}" font-style="italic" fill="currentColor">{}</text>',
            middle + 5,
            _("no result"),
        )
    else:
        yield format_html(
            '<rect class="app-chart__bar" x="0" y="{}" width="{}" height="{}" fill="{}"/>',
            top,
            _percent(row.value),
            BAR_HEIGHT,
            BAR,
        )
        yield format_html(
            '<text class="app-chart__value" x="100%" y="{}" text-anchor="end" font-weight="600" fill="currentColor">{}'
            "</text>",
            middle + 5,
            share(row.value),
        )
    if row.lower is not None and row.upper is not None and row.upper - row.lower > 0.004:
        low, high = _percent(row.lower), _percent(row.upper)
        yield _line(low, middle, high, middle, "app-chart__bounds", 2)
        yield _line(low, middle - 5, low, middle + 5, "app-chart__bounds", 2)
        yield _line(high, middle - 5, high, middle + 5, "app-chart__bounds", 2)
    if row.previous is not None:
        # A nested viewport moves by percent; a path cannot.
        yield format_html(
            '<svg x="{}" y="{}" width="1" height="1" overflow="visible"><path class="app-chart__previous"'
            ' d="M0 -7 L6 0 L0 7 L-6 0 Z" fill="#ffffff" stroke="#171a2b" stroke-width="2"/></svg>',
            _percent(row.previous),
            middle,
        )


def _axis(y: int) -> SafeString:
    anchors = {0: "start", 50: "middle", 100: "middle"}
    return format_html_join(
        "",
        '<text class="app-chart__axis" x="{}" y="{}" text-anchor="{}" font-size="12" fill="currentColor">{}</text>',
        ((_percent(at / 100), y + 16, anchor, share(at / 100)) for at, anchor in anchors.items()),
    )


def _ticks() -> list[str]:
    return [_percent(at / 4) for at in range(5)]


def _line(x1: str, y1: int, x2: str, y2: int, name: str, width: int, colour: str = "currentColor") -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>',
        name,
        x1,
        y1,
        x2,
        y2,
        colour,
        width,
    )


def _percent(fraction: float) -> str:
    return f"{round(100 * SCALE * min(1.0, max(0.0, fraction)), 2)}%"
