"""The chain as small SVGs of our own: one need from top to bottom, and how far all needs have got.

As apps.reports.charts: widths in percent, so that text keeps its size from 320 px to A4; text and lines are
`currentColor`, blue and grey have a contrast of at least 3 on white and on black. Whether a stage is reached is told by
a filled or an empty mark and by words, not by colour alone. The table of the same stands beside each chart.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.reports.charts import BAR, FONT, GRID, HIGHEST_LEVEL

CHARACTERS = 34
"""Of a line at 320 px, beside the marks."""
LINE, GAP, MARK, TEXT_X, BAR_HEIGHT = 20, 16, 9, 28, 12
BAR_SHARE, FUNNEL_SHARE = 70, 80


@dataclass(frozen=True, slots=True)
class LevelBar:
    """The level of a wave under its label; None: no level, `label` says what."""

    label: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the chain with what stands there. reached: whether anything does."""

    title: str
    entries: tuple[str, ...]
    reached: bool
    bars: tuple[LevelBar, ...] = ()


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A number of needs under its label."""

    label: str
    number: int


def thread(stages: Sequence[Stage], *, title: str, description: str, id: str = "chain") -> SafeString:
    """The stages one below the other, joined by a line that is dashed where the next stage is not reached."""
    drawn: list[SafeString] = []
    marks: list[tuple[int, bool]] = []
    y = 4
    for stage in stages:
        marks.append((y + 10, stage.reached))
        parts, y = _stage(stage, y)
        drawn += parts
    return _drawing([*_spine(marks), *drawn], y, title=title, description=description, id=id)


def funnel(rows: Sequence[FunnelRow], *, title: str, description: str, id: str = "funnel") -> SafeString:
    """Horizontal bars, each under its label, the first as long as there is room."""
    most = max((row.number for row in rows), default=0)
    drawn: list[SafeString] = []
    y = 4
    for row in rows:
        for line in textwrap.wrap(row.label, CHARACTERS + 4) or [""]:
            drawn.append(_text(0, y + 14, line))
            y += LINE
        width = FUNNEL_SHARE * row.number / most if most else 0
        drawn.append(_bar("0", y, f"{width:.2f}%", "app-chain-bar"))
        number = f"{width + 2:.2f}%"
        drawn.append(_text(number, y + BAR_HEIGHT, str(row.number), bold=True))
        y += BAR_HEIGHT + GAP
    return _drawing(drawn, y, title=title, description=description, id=id)


def _stage(stage: Stage, y: int) -> tuple[list[SafeString], int]:
    parts = [_text(TEXT_X, y + 15, stage.title, bold=True)]
    y += LINE
    for entry in stage.entries:
        for line in textwrap.wrap(entry, CHARACTERS) or [""]:
            parts.append(_text(TEXT_X, y + 15, line))
            y += LINE
    for bar in stage.bars:
        for line in textwrap.wrap(bar.label, CHARACTERS) or [""]:
            parts.append(_text(TEXT_X, y + 15, line))
            y += LINE
        parts.append(_level(bar, y))
        y += BAR_HEIGHT + 6
    return parts, y + GAP


def _level(bar: LevelBar, y: int) -> SafeString:
    """A nested viewport, so that the bar's width counts from where the text begins. Level 0 is a stub."""
    inner = [
        format_html(
            '<line class="app-chain-grid" x1="{x}" y1="0" x2="{x}" y2="{height}" stroke="{grid}"/>',
            x=f"{BAR_SHARE * tick / HIGHEST_LEVEL:.1f}%",
            height=BAR_HEIGHT,
            grid=GRID,
        )
        for tick in range(HIGHEST_LEVEL + 1)
    ]
    if bar.level is not None:
        width = f"{BAR_SHARE * bar.level / HIGHEST_LEVEL:.1f}%" if bar.level else "4"
        inner.append(_bar("0", 1, width, "app-chain-level", BAR_HEIGHT - 2))
        inner.append(_text(f"{BAR_SHARE + 4}%", BAR_HEIGHT - 1, str(bar.level), bold=True))
    return format_html(
        '<svg x="{}" y="{}" width="88%" height="{}" overflow="visible">{}</svg>',
        TEXT_X,
        y + 2,
        BAR_HEIGHT,
        format_html_join("", "{}", ((part,) for part in inner)),
    )


def _spine(marks: Sequence[tuple[int, bool]]) -> Iterator[SafeString]:
    for (above, _reached), (below, reached) in pairwise(marks):
        dashes = SafeString("" if reached else ' stroke-dasharray="4 4"')
        yield format_html(
            '<line x1="{x}" y1="{}" x2="{x}" y2="{}" stroke="currentColor" stroke-width="2"{}/>',
            above + MARK,
            below - MARK,
            dashes,
            x=MARK + 1,
        )
    for y, reached in marks:
        yield format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="2"/>',
            MARK + 1,
            y,
            MARK - 1,
            BAR if reached else "none",
            BAR if reached else GRID,
        )


def _bar(x: str, y: int, width: str, name: str, height: int = BAR_HEIGHT) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="{}"/>', name, x, y, width, height, BAR
    )


def _text(x: int | str, y: int, words: str, *, bold: bool = False) -> SafeString:
    weight = SafeString(' font-weight="600"' if bold else "")
    return format_html('<text x="{}" y="{}" fill="currentColor"{}>{}</text>', x, y, weight, words)


def _drawing(parts: Sequence[SafeString], height: int, *, title: str, description: str, id: str) -> SafeString:
    return format_html(
        '<svg class="app-chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}"'
        ' overflow="visible" aria-labelledby="{id}-title" aria-describedby="{id}-description"'
        ' font-family="{font}" font-size="14">'
        '<title id="{id}-title">{title}</title><desc id="{id}-description">{description}</desc>{parts}</svg>',
        height=height,
        id=id,
        font=FONT,
        title=title,
        description=description,
        parts=format_html_join("", "{}", ((part,) for part in parts)),
    )
