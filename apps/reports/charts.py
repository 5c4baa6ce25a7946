"""Charts as small SVGs of our own: the same one in the page (light and dark) and in the PDF.

Widths are percentages, so that bars follow the column and text keeps its size from 320 px to A4. Colours stand in
presentation attributes: text and lines are `currentColor`, the bar's blue has a contrast of at least 3 on white and on
black; the classes `app-chart__*` let a stylesheet say otherwise. A chart never stands alone: the table of its numbers
(templates/reports/profile_table.html) stands beside it. The waves of a profile are told apart by marks and dashes, not
by colour alone: this one, the one before (diamond, dashes) and one before that (triangle, dots).
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
LEGEND_LINE = 22
HIGHEST_LEVEL = 4
#: Marks of this wave, the one before, and one before that.
DIAMOND, TRIANGLE = "M0 -7 L6 0 L0 7 L-6 0 Z", "M0 -7 L7 6 L-7 6 Z"
PAPER, INK = "#ffffff", "#171a2b"
FONT = "Fira Sans, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One bar. All numbers are fractions 0–1; None where there is none.

    value with its bounds lower and upper (what is unknown counted as 0 and as 4); coverage: share of the denominator
    that has a level; previous: value of the wave before; earlier: value of one before that.
    """

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    coverage: float | None = None
    previous: float | None = None
    earlier: float | None = None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One item: its level with the one it aims at; `special` says in words what was answered instead of a level."""

    label: str
    level: int | None
    target: int
    previous: int | None = None
    special: str = ""


def profile_bars(
    rows: Sequence[ProfileRow],
    *,
    title: str,
    description: str,
    id: str = "profile",
    characters: int = NARROW,
    waves: Sequence[str] = (),
) -> SafeString:
    """Horizontal bars from 0 to 100 %, each under its label: whiskers for the bounds, a diamond for the wave before.

    `title` is the text alternative (the PDF carries it as /Alt, so let it say what the chart shows), `description` a
    longer one for screen readers. `id` is unique in the page. `characters`: where labels wrap, NARROW or WIDE.
    `waves`: names of this wave and of those before that are drawn too, for a legend; without them there is none.
    """
    drawn, y = [], 4
    for row in rows:
        svg, y = _row(row, y, characters)
        drawn.append(svg)
    drawn.append(_axis(y))
    legend, height = _bars_legend(waves, y + AXIS)
    return _drawing([*drawn, *legend], height, title=title, description=description, id=id)


def level_bars(rows: Sequence[LevelRow], *, title: str, description: str, id: str = "levels") -> SafeString:
    """A bar per item from level 0 to 4: a thick line for the target, a diamond for the level of the wave before.

    Parameters as of `profile_bars`. Level 0 is a stub, so that it is not taken for an answer that is missing.
    """
    drawn, y = [], 4
    for row in rows:
        svg, y = _level_row(row, y)
        drawn.append(svg)
    drawn.append(_level_axis(y))
    return _drawing(drawn, y + AXIS, title=title, description=description, id=id)


def _drawing(parts: Sequence[SafeString], height: int, *, title: str, description: str, id: str) -> SafeString:
    return format_html(
        '<svg class="app-chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}"'
        ' overflow="visible" aria-labelledby="{id}-title" aria-describedby="{id}-description"'
        ' font-family="{font}" font-size="14">'
        '<title id="{id}-title">{title}</title><desc id="{id}-description">{description}</desc>'
        "{parts}</svg>",
        height=height,
        id=id,
        font=FONT,
        title=title,
        description=description,
        parts=format_html_join("", "{}", ((part,) for part in parts)),
    )


def spoken_profile(rows: Sequence[ProfileRow], waves: Sequence[str] = ()) -> str:
    """The chart in words, for its description: a sentence a bar, and one on the waves before where they are drawn."""
    return " ".join(part for row in rows for part in (_spoken(row), _spoken_before(row, waves)) if part)


def spoken_levels(rows: Sequence[LevelRow]) -> str:
    """The same of `level_bars`."""
    return " ".join(_spoken_level(row) for row in rows)


def _spoken_before(row: ProfileRow, waves: Sequence[str]) -> str:
    values = zip(waves[1:], (row.previous, row.earlier), strict=False)
    said = ", ".join(f"{wave} {share(value) or _('no result')}" for wave, value in values)
    return _("Before: %(values)s.") % {"values": said} if said else ""


def _spoken_level(row: LevelRow) -> str:
    values = {"label": row.label, "level": row.level, "special": row.special, "target": row.target}
    if row.level is None:
        said = _("%(label)s: %(special)s, target level %(target)s.") % values
    else:
        said = _("%(label)s: level %(level)s, target level %(target)s.") % values
    return said if row.previous is None else f"{said} {_('Before: level %(level)s.') % {'level': row.previous}}"


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
        yield _none(middle + 5, _("no result"))
    else:
        yield _rect(top, row.value)
        yield _value(middle + 5, share(row.value))
    if row.value is not None and row.lower is not None and row.upper is not None and row.upper - row.lower > 0.004:
        low, high = _percent(row.lower), _percent(row.upper)
        yield _line(low, middle, high, middle, "app-chart__bounds", 2)
        yield _line(low, middle - 5, low, middle + 5, "app-chart__bounds", 2)
        yield _line(high, middle - 5, high, middle + 5, "app-chart__bounds", 2)
    if row.earlier is not None:
        yield _mark(_percent(row.earlier), middle, TRIANGLE, "app-chart__earlier")
    if row.previous is not None:
        yield _mark(_percent(row.previous), middle, DIAMOND, "app-chart__previous")


def _mark(x: str, y: int, path: str, name: str) -> SafeString:
    # A nested viewport moves by percent; a path cannot.
    return format_html(
        '<svg x="{}" y="{}" width="1" height="1" overflow="visible"><path class="{}" d="{}" fill="{}" stroke="{}"'
        ' stroke-width="2"/></svg>',
        x,
        y,
        name,
        path,
        PAPER,
        INK,
    )


def _bars_legend(waves: Sequence[str], y: int) -> tuple[list[SafeString], int]:
    """A line a wave below the chart, and where it ends."""
    drawn = []
    for place, wave in enumerate(waves[:3] if len(waves) > 1 else ()):
        middle = y + place * LEGEND_LINE + LEGEND_LINE // 2
        if place:
            path, name = ((DIAMOND, "app-chart__legend"), (TRIANGLE, "app-chart__legend"))[place - 1]
            drawn.append(_mark("12", middle, path, name))
        else:
            drawn.append(
                format_html(
                    '<rect class="app-chart__legend" x="0" y="{}" width="24" height="10" fill="{}"/>', middle - 5, BAR
                )
            )
        drawn.append(legend_text(34, middle + 5, wave))
    return drawn, y + len(drawn) // 2 * LEGEND_LINE


def legend_text(x: int, y: int, wave: str) -> SafeString:
    """The name of a wave in a legend."""
    return format_html('<text class="app-chart__wave" x="{}" y="{}" fill="currentColor">{}</text>', x, y, wave)


def _level_row(row: LevelRow, y: int) -> tuple[SafeString, int]:
    top = y + LINE + 2
    middle = top + BAR_HEIGHT // 2
    parts = [
        format_html('<text class="app-chart__label" x="0" y="{}" fill="currentColor">{}</text>', y + 13, row.label)
    ]
    parts += [_line(x, top - 1, x, top + BAR_HEIGHT + 1, "app-chart__grid", 1, GRID) for x in _ticks()]
    if row.level is None:
        parts.append(_none(middle + 5, row.special))
    else:
        parts.append(_rect(top, max(row.level / HIGHEST_LEVEL, 0.015)))
        parts.append(_value(middle + 5, str(row.level)))
    target = _percent(row.target / HIGHEST_LEVEL)
    parts.append(_line(target, top - 4, target, top + BAR_HEIGHT + 4, "app-chart__target", 4))
    if row.previous is not None:
        parts.append(_mark(_percent(row.previous / HIGHEST_LEVEL), middle, DIAMOND, "app-chart__previous"))
    return format_html_join("", "{}", ((part,) for part in parts)), top + BAR_HEIGHT + GAP


def _level_axis(y: int) -> SafeString:
    return format_html_join(
        "",
        '<text class="app-chart__axis" x="{}" y="{}" text-anchor="{}" font-size="12" fill="currentColor">{}</text>',
        (
            (_percent(level / HIGHEST_LEVEL), y + 16, "middle" if level else "start", level)
            for level in range(HIGHEST_LEVEL + 1)
        ),
    )


def _none(y: int, text: str) -> SafeString:
    return format_html(
        '<text class="app-chart__none" x="0" y="{}" font-style="italic" fill="currentColor">{}</text>', y, text
    )


def _rect(top: int, fraction: float) -> SafeString:
    return format_html(
        '<rect class="app-chart__bar" x="0" y="{}" width="{}" height="{}" fill="{}"/>',
        top,
        _percent(fraction),
        BAR_HEIGHT,
        BAR,
    )


def _value(y: int, text: str) -> SafeString:
    return format_html(
        '<text class="app-chart__value" x="100%" y="{}" text-anchor="end" font-weight="600" fill="currentColor">{}'
        "</text>",
        y,
        text,
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
