"""What the pages show of results: dimensions, profile, pictures, changes, needs, free words. No queries here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.assessments.changes import Changes, ItemChange, ThenScore
from apps.assessments.models import DimensionResult
from apps.assessments.needs import NeedLine, need_lines
from apps.assessments.questionnaire import OBSTACLES, WISHES, Reading
from apps.assessments.report_content import dimension_labels, number
from apps.core.levels import SPECIAL_ANSWERS
from apps.instruments.definition import Item, Section
from apps.instruments.scoring import DimensionScore, Special, score_dimension
from apps.reports.charts import LevelRow, ProfileRow, level_bars, profile_bars, spoken_levels, spoken_profile
from apps.reports.radar import is_possible, profile_radar

RADAR = "radar"
ALL_WAVES = "all"
#: This wave and so many before it are drawn over each other.
MOST_EARLIER = 2


@dataclass(frozen=True, slots=True)
class DimensionPanel:
    """What a dimension comes to, shown as soon as all its items are answered.

    has_value: a section that is not that of a dimension shows its needs alone; a result belongs to a dimension.
    """

    score: DimensionScore
    value: float | None
    lower: float | None
    upper: float | None
    coverage: float | None
    unknown_share: float | None
    needs: tuple[NeedLine, ...]
    has_value: bool = True

    @property
    def complete(self) -> bool:
        return self.score.complete

    @property
    def answered(self) -> int:
        return self.score.counted - self.score.unanswered


def dimension_panel(reading: Reading, section: Section, language: str) -> DimensionPanel | None:
    """What the items of the section come to; None for one without items that have a level.

    The result of its dimension; of a section whose items belong to several dimensions only what was found there.
    """
    names = {item.name for item in section.items}
    if section.dimension is not None:
        score = reading.score(section.dimension)
        needs = [need for need in reading.needs if need.dimension == section.dimension]
    else:
        items = [item for item in reading.scored() if item.name in names]
        score = score_dimension(0, items) if items else None
        needs = [need for need in reading.needs if need.item in names]
    if score is None:
        return None
    return DimensionPanel(
        score=score,
        value=number(score.value),
        lower=number(score.low),
        upper=number(score.high),
        coverage=number(score.coverage),
        unknown_share=number(score.share_unknown),
        needs=tuple(need_lines(reading, needs, language)),
        has_value=section.dimension is not None,
    )


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One dimension in the table of results."""

    dimension: int
    label: str
    value: float | None
    lower: float | None
    upper: float | None
    coverage: float | None
    unknown_share: float | None
    evidence_share: float | None
    previous: float | None
    earlier: float | None = None

    @property
    def chart(self) -> ProfileRow:
        return ProfileRow(self.label, self.value, self.lower, self.upper, self.coverage, self.previous, self.earlier)

    @property
    def before(self) -> tuple[float | None, ...]:
        """The values of the waves before, newest first, as the table has columns for them."""
        return self.previous, self.earlier


def result_rows(
    reading: Reading,
    signed: Mapping[int, DimensionResult],
    previous: Mapping[int, DimensionResult],
    language: str,
    earlier: Mapping[int, DimensionResult] | None = None,
) -> list[ResultRow]:
    """The profile: as it was signed, or as the answers stand.

    previous: results of the wave before; earlier: of one before that, where it is to be shown too.
    """
    labels = dimension_labels(reading, language)
    rows = []
    for score in reading.scores:
        kept, before = signed.get(score.dimension), previous.get(score.dimension)
        long_before = (earlier or {}).get(score.dimension)
        rows.append(
            ResultRow(
                dimension=score.dimension,
                label=f"{score.dimension} {labels.get(score.dimension, '')}".strip(),
                value=number(kept.value if kept else score.value),
                lower=number(kept.lower if kept else score.low),
                upper=number(kept.upper if kept else score.high),
                coverage=number(kept.coverage if kept else score.coverage),
                unknown_share=number(kept.unknown_share if kept else score.share_unknown),
                evidence_share=number(kept.evidence_share if kept else score.share_with_evidence),
                previous=number(before.value) if before else None,
                earlier=number(long_before.value) if long_before else None,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class View:
    """Which picture the address asks for. Bars, with this wave and the one before, unless it says otherwise."""

    radar: bool = False
    all_waves: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "View":
        return cls(query.get("chart") == RADAR, query.get("waves") == ALL_WAVES)

    @property
    def query(self) -> str:
        """The same as the end of an address, with its question mark."""
        chosen = (("chart", RADAR, self.radar), ("waves", ALL_WAVES, self.all_waves))
        return "?" + urlencode({name: value for name, value, wanted in chosen if wanted})


@dataclass(frozen=True, slots=True)
class Picture:
    """The profile drawn: `svg`, what it says in words, and the links to other pictures of it.

    no_radar: a radar was asked for, and there are too few values for one.
    """

    svg: SafeString
    description: str
    is_radar: bool
    no_radar: bool
    chart_tabs: tuple[dict[str, Any], ...]
    wave_tabs: tuple[dict[str, Any], ...]


def picture(rows: Sequence[ResultRow], waves: Sequence[str], view: View, *, earlier: int) -> Picture:
    """Draw the profile. waves: names of this wave and those before that are drawn; earlier: how many there are."""
    chart = [row.chart for row in rows]
    is_radar = view.radar and is_possible(chart)
    title = (
        _("Profile as a radar: result of each field of action by its number")
        if is_radar
        else _("Profile: result of each field of action with its bounds")
    )
    description = spoken_profile(chart, waves)
    if is_radar:
        axes = [str(row.dimension) for row in rows]
        svg = profile_radar(chart, axes=axes, waves=waves, title=title, description=description, id="profile")
    else:
        svg = profile_bars(chart, title=title, description=description, waves=waves)
    return Picture(
        svg=svg,
        description=description,
        is_radar=is_radar,
        no_radar=view.radar and not is_radar,
        chart_tabs=(
            _tab(_("Bars"), View(False, view.all_waves), current=not view.radar),
            _tab(_("Radar"), View(True, view.all_waves), current=view.radar),
        ),
        wave_tabs=(
            _tab(_("With the wave before"), View(view.radar, False), current=not view.all_waves),
            _tab(_("With the two waves before"), View(view.radar, True), current=view.all_waves),
        )
        if earlier > 1
        else (),
    )


def _tab(label: str, leads_to: View, *, current: bool) -> dict[str, Any]:
    return {"label": label, "url": leads_to.query, "current": current}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A dimension then and now over the items that can be compared; then: as the time before looks today."""

    label: str
    before: float | None
    then: float | None
    now: float | None
    points: str
    compared: int
    new: int
    dropped: int


def change_rows(reading: Reading, changes: Changes, hindsight: Iterable[ThenScore], language: str) -> list[ChangeRow]:
    """The change since the wave before, by dimension."""
    labels = dimension_labels(reading, language)
    then = {score.dimension: score.then for score in hindsight}
    return [
        ChangeRow(
            label=f"{change.dimension} {labels.get(change.dimension, '')}".strip(),
            before=number(change.before),
            then=number(then.get(change.dimension)),
            now=number(change.now),
            points=points_of(change.difference),
            compared=change.compared,
            new=change.new,
            dropped=change.dropped,
        )
        for change in changes.dimensions
    ]


def points_of(difference: Fraction | None) -> str:
    """A difference of shares in whole points with its sign; "" for none."""
    if difference is None:
        return ""
    points = round(100 * difference)
    return f"{points:+d}".replace("-", "−") if points else "0"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a dimension: level or special answer now and before, as the component level shows them.

    answer: "" where nothing has been answered. before: None where there is nothing that can be compared.
    is_proven: None where there is nothing to prove.
    """

    item: Item
    label: str
    answer: str
    target: int
    before: str | None
    only_comparable: bool
    is_need: bool
    is_proven: bool | None
    section: str

    @property
    def chart(self) -> LevelRow:
        return LevelRow(
            label=self.item.number or self.item.name,
            level=int(self.answer) if self.answer.isdigit() else None,
            target=self.target,
            previous=int(self.before) if self.before is not None and self.before.isdigit() else None,
            special=str(SPECIAL_ANSWERS.get(self.answer, _("not answered"))),
        )


def item_rows(reading: Reading, dimension: int, changes: Changes | None, language: str) -> list[ItemRow]:
    """The items of a dimension that the profile asks, in the order of the questionnaire."""
    changed = {change.name: change for change in changes.items} if changes else {}
    needs = {need.item for need in reading.needs}
    compiled, rows = reading.questionnaire.compiled, []
    for scored in reading.scored(dimension):
        item = reading.questionnaire.form.items[scored.name]
        answer = _answer(scored.answer if scored.competence_held else Special.NOT_COMPETENT)
        change = changed.get(item.name)
        rows.append(
            ItemRow(
                item=item,
                label=compiled.text(item.label, reading.state, language),
                answer=answer,
                target=item.target_level,
                before=_before(change),
                only_comparable=change is not None and change.comparability == "comparable",
                is_need=item.name in needs,
                is_proven=scored.has_evidence if scored.level else None,
                section=item.section,
            )
        )
    return rows


def level_picture(rows: Iterable[ItemRow], label: str) -> SafeString:
    """A bar per item."""
    chart = [row.chart for row in rows]
    title = _("Level of each item: %(dimension)s") % {"dimension": label}
    return level_bars(chart, title=title, description=spoken_levels(chart))


def _answer(answer: int | Special | None) -> str:
    return "" if answer in (None, Special.UNANSWERED) else str(answer)


def _before(change: ItemChange | None) -> str | None:
    return _answer(change.before) or None if change is not None else None


@dataclass(frozen=True, slots=True)
class FreeWords:
    """What was written about a field of action."""

    label: str
    wishes: str
    obstacles: str


def free_words(reading: Reading, language: str) -> list[FreeWords]:
    """Wishes and obstacles per section, where there are any."""
    compiled = reading.questionnaire.compiled
    found = [
        FreeWords(
            compiled.text(section.label, reading.state, language),
            reading.words(section.name, WISHES),
            reading.words(section.name, OBSTACLES),
        )
        for section in reading.questionnaire.sections
    ]
    return [words for words in found if words.wishes or words.obstacles]
