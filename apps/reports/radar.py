"""A profile as a radar, for those who prefer its shape to bars; drawn as charts.py draws, and never without its table.

The axes carry short labels (numbers of the fields of action); their names stand in the table. A value that is not there
is a gap in the line, never a point in the centre: the centre is level 0.
"""

from collections.abc import Iterator, Sequence
from math import cos, pi, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.reports.charts import BAR, DIAMOND, FONT, GRID, INK, PAPER, TRIANGLE, ProfileRow, legend_text
from apps.reports.templatetags.reports import share

#: With fewer values there is no shape to see.
FEWEST_AXES = 3
WIDTH, RADIUS, TO_LABEL = 360, 140, 18
CENTRE = WIDTH / 2
LEGEND_TOP, LEGEND_LINE, BOTTOM = 362, 24, 6
RINGS = (0.25, 0.5, 0.75, 1.0)
#: So wide is the drawing where there is room; a stylesheet narrows it where there is none.
SHOWN_WIDTH = 480
#: This wave is drawn last, on top: name of the class, colour, width and dashes of the line.
_STYLES = (("this", BAR, 3, ""), ("previous", "currentColor", 2, "7 4"), ("earlier", "currentColor", 2, "2 4"))

Point = tuple[float, float]


def is_possible(rows: Sequence[ProfileRow]) -> bool:
    """Whether there are enough values of this wave for a shape."""
    return sum(row.value is not None for row in rows) >= FEWEST_AXES


def profile_radar(
    rows: Sequence[ProfileRow],
    *,
    axes: Sequence[str],
    waves: Sequence[str],
    title: str,
    description: str,
    id: str = "radar",
) -> SafeString:
    """The values of `rows` on as many axes, clockwise from the top, with up to two waves before.

    axes: a short label for each row. waves: names of this wave and of those before that are to be drawn, newest first;
    they stand in the legend. title, description, id: as of `charts.profile_bars`. Raises ValueError where labels and
    rows do not match.
    """
    if len(axes) != len(rows):
        raise ValueError(f"{len(axes)} labels for {len(rows)} axes")
    drawn = max(1, min(len(waves), len(_STYLES)))
    values = ([row.value for row in rows], [row.previous for row in rows], [row.earlier for row in rows])[:drawn]
    named = len(waves) if len(waves) > 1 else 0
    height = LEGEND_TOP + min(named, len(_STYLES)) * LEGEND_LINE + BOTTOM
    return format_html(
        '<svg class="app-chart app-chart--radar" xmlns="http://www.w3.org/2000/svg" role="img"'
        ' viewBox="0 0 {width} {height}" width="{shown_width}" height="{shown_height}"'
        ' preserveAspectRatio="xMinYMin meet"'
        ' aria-labelledby="{id}-title" aria-describedby="{id}-description" font-family="{font}" font-size="14">'
        '<title id="{id}-title">{title}</title><desc id="{id}-description">{description}</desc>{parts}</svg>',
        width=WIDTH,
        height=height,
        shown_width=SHOWN_WIDTH,
        shown_height=round(height * SHOWN_WIDTH / WIDTH),
        id=id,
        font=FONT,
        title=title,
        description=description,
        parts=_join(
            [
                *_web(axes),
                *(part for place in reversed(range(drawn)) for part in _wave(values[place], place)),
                *_scale(),
                *(part for place, wave in enumerate(waves[:named][:drawn]) for part in _legend(place, wave)),
            ]
        ),
    )


def position(place: int, axes: int, value: float) -> Point:
    """Where a value from 0 to 1 lies on an axis; the first one points up."""
    angle = 2 * pi * place / axes - pi / 2
    distance = RADIUS * min(1.0, max(0.0, value))
    return CENTRE + distance * cos(angle), CENTRE + distance * sin(angle)


def runs(values: Sequence[float | None]) -> list[list[int]]:
    """Neighbouring places that have a value, around the circle; one that closes begins and ends with the same place."""
    size = len(values)
    missing = [place for place, value in enumerate(values) if value is None]
    if not missing:
        return [[*range(size), 0]] if size else []
    found: list[list[int]] = [[]]
    for step in range(1, size + 1):
        place = (missing[0] + step) % size
        if values[place] is None:
            found.append([])
        else:
            found[-1].append(place)
    return [run for run in found if run]


def _web(axes: Sequence[str]) -> Iterator[SafeString]:
    for ring in RINGS:
        yield format_html(
            '<circle class="app-chart__grid" cx="{}" cy="{}" r="{}" fill="none" stroke="{}" stroke-width="1"/>',
            _short(CENTRE),
            _short(CENTRE),
            _short(RADIUS * ring),
            GRID,
        )
    for place, label in enumerate(axes):
        x, y = position(place, len(axes), 1)
        yield format_html(
            '<line class="app-chart__grid" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="1"/>',
            _short(CENTRE),
            _short(CENTRE),
            _short(x),
            _short(y),
            GRID,
        )
        angle = 2 * pi * place / len(axes) - pi / 2
        yield format_html(
            '<text class="app-chart__label" x="{}" y="{}" text-anchor="middle" font-weight="600"'
            ' fill="currentColor">{}</text>',
            _short(CENTRE + (RADIUS + TO_LABEL) * cos(angle)),
            _short(CENTRE + (RADIUS + TO_LABEL) * sin(angle) + 5),
            label,
        )


def _scale() -> Iterator[SafeString]:
    for ring in (0.5, 1.0):
        yield format_html(
            '<text class="app-chart__axis" x="{}" y="{}" font-size="11" fill="currentColor">{}</text>',
            _short(CENTRE + 4),
            _short(CENTRE - RADIUS * ring + 12),
            share(ring),
        )


def _wave(values: Sequence[float | None], place: int) -> Iterator[SafeString]:
    name, colour, width, dashes = _STYLES[place]
    points = [None if value is None else position(at, len(values), value) for at, value in enumerate(values)]
    for run in runs(values):
        corners = [point for at in run if (point := points[at]) is not None]
        if len(corners) > 1:
            yield format_html(
                '<polyline class="app-chart__line app-chart__line--{}" points="{}" fill="none" stroke="{}"'
                ' stroke-width="{}" stroke-linejoin="round"{}/>',
                name,
                " ".join(f"{_short(x)},{_short(y)}" for x, y in corners),
                colour,
                width,
                _dashes(dashes),
            )
    for point in points:
        if point is not None:
            yield _marker(point, place, "app-chart__point")


def _marker(point: Point, place: int, name: str) -> SafeString:
    x, y = _short(point[0]), _short(point[1])
    if place == 0:
        return format_html('<circle class="{}" cx="{}" cy="{}" r="5" fill="{}"/>', name, x, y, BAR)
    return format_html(
        '<path class="{}" transform="translate({} {})" d="{}" fill="{}" stroke="{}" stroke-width="2"/>',
        name,
        x,
        y,
        (DIAMOND, TRIANGLE)[place - 1],
        PAPER,
        INK,
    )


def _legend(place: int, wave: str) -> Iterator[SafeString]:
    _name, colour, width, dashes = _STYLES[place]
    y = LEGEND_TOP + place * LEGEND_LINE + LEGEND_LINE // 2
    yield format_html(
        '<line class="app-chart__legend" x1="4" y1="{}" x2="52" y2="{}" stroke="{}" stroke-width="{}"{}/>',
        y,
        y,
        colour,
        width,
        _dashes(dashes),
    )
    yield _marker((28, y), place, "app-chart__legend")
    yield legend_text(62, y + 5, wave)


def _dashes(dashes: str) -> SafeString:
    return format_html(' stroke-dasharray="{}"', dashes) if dashes else SafeString("")


def _join(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
