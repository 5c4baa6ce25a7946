"""What the pages on the chain show. No queries here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.commitments import chain_chart
from apps.commitments.chain import (
    Chain,
    Comparability,
    Counts,
    MeasureLink,
    Outcome,
    RecommendationLink,
    Result,
    TrainingLink,
    WaveLevel,
)
from apps.commitments.chain_chart import FunnelRow, LevelBar, Stage
from apps.commitments.states import MeasureState
from apps.core.levels import LEVELS, SPECIAL_ANSWERS

SHOWN: dict[str, Callable[[Chain], bool]] = {
    "": lambda chain: True,
    "stands": lambda chain: chain.stands,
    "no_adoption": lambda chain: chain.stands and not chain.has_adoption,
    "no_measure": lambda chain: chain.stands and not chain.measures,
    "done": lambda chain: any(link.is_done for link in chain.measures),
}
RESULT_KINDS = {
    Result.RAISED: "success",
    Result.LOWERED: "warning",
    Result.SAME: "info",
    Result.NOT_COMPARABLE: "neutral",
    Result.OPEN: "neutral",
}
MEASURE_KINDS = {
    MeasureState.PLANNED: "neutral",
    MeasureState.IN_PROGRESS: "info",
    MeasureState.WAITING: "warning",
    MeasureState.DONE: "success",
    MeasureState.DROPPED: "neutral",
}


def tabs(chains: Sequence[Chain], chosen: str) -> list[dict[str, Any]]:
    """What of the chains is shown, each with its number."""
    labels = {
        "": _("All"),
        "stands": _("Found in the last wave"),
        "no_adoption": _("Nothing adopted yet"),
        "no_measure": _("No measure yet"),
        "done": _("With a measure that is done"),
    }
    return [
        {
            "label": label,
            "url": f"?show={key}" if key else "?",
            "current": key == chosen,
            "count": sum(SHOWN[key](chain) for chain in chains),
        }
        for key, label in labels.items()
    ]


def result_label(result: Result) -> str:
    """What two waves say, without saying why."""
    return {
        Result.RAISED: pgettext("level of the next wave", "higher"),
        Result.LOWERED: pgettext("level of the next wave", "lower"),
        Result.SAME: pgettext("level of the next wave", "the same"),
        Result.NOT_COMPARABLE: _("not comparable"),
        Result.OPEN: _("no wave signed since"),
    }[result]


def comparability_label(level: WaveLevel | None) -> str:
    """How the item is tied to the one of the wave before; "" where there is nothing to say."""
    if level is None or level.comparability == Comparability.FIRST:
        return ""
    return _("same wording") if level.comparability == Comparability.SAME else _("comparable, another wording")


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A measure that is done with the levels around it."""

    chain: Chain
    outcome: Outcome

    @property
    def label(self) -> str:
        return result_label(self.outcome.result)

    @property
    def kind(self) -> str:
        return RESULT_KINDS[self.outcome.result]

    @property
    def comparability(self) -> str:
        return comparability_label(self.outcome.after) if self.outcome.after is not None else ""


def outcome_rows(chains: Iterable[Chain]) -> list[OutcomeRow]:
    """Every measure that is done, need by need; needs of routines have no levels and are left out."""
    return [OutcomeRow(chain, entry) for chain in chains if chain.levels for entry in chain.outcomes]


def measure_kind(link: MeasureLink) -> str:
    """The colour of a measure's state."""
    return MEASURE_KINDS[MeasureState(link.measure.state)]


def backwards(
    chains: Iterable[Chain], *, measure: UUID | None, recommendation: UUID | None, training: str = ""
) -> list[Chain]:
    """The chains a measure, a recommendation or (by its key) a training module belongs to."""
    return [
        chain
        for chain in chains
        if (measure is None or any(link.measure.pk == measure for link in chain.measures))
        and (recommendation is None or any(link.recommendation_id == recommendation for link in chain.recommendations))
        and (not training or any(link.key == training for link in chain.training))
    ]


def funnel(counts: Counts) -> tuple[SafeString, list[FunnelRow]]:
    """How far the needs have got, as a chart and as its numbers."""
    rows = [
        FunnelRow(_("Needs"), counts.needs),
        FunnelRow(_("with a recommendation"), counts.suggested),
        FunnelRow(_("with an adopted recommendation"), counts.adopted),
        FunnelRow(_("with a measure"), counts.with_measure),
        FunnelRow(_("with a measure that is done"), counts.done),
        FunnelRow(_("and a higher level in a wave since"), counts.raised),
    ]
    said = ", ".join(f"{row.label}: {row.number}" for row in rows)
    title = _("Bar chart: how far the needs have got")
    return chain_chart.funnel(rows, title=title, description=said), rows


def level_words(level: WaveLevel) -> str:
    """A level or special answer in words."""
    if level.level is not None:
        return _("level %(level)s – %(name)s") % {"level": level.level, "name": LEVELS[level.level]}
    return str(SPECIAL_ANSWERS.get(str(level.answer), level.answer))


def wave_words(level: WaveLevel) -> str:
    """A wave with the day it was signed."""
    return f"{level.wave} ({date_format(level.signed_on, 'SHORT_DATE_FORMAT')})"


def recommendation_words(link: RecommendationLink) -> str:
    """Code and title; that nothing can be read yet, where it is so."""
    return f"{link.code} {link.title}" if link.title else _("%(code)s (in preparation)") % {"code": link.code}


def recommendation_state(link: RecommendationLink) -> str:
    """How far the municipality has got with it."""
    return str(link.adoption.get_state_display()) if link.adoption is not None else _("suggested by a rule")


def training_state(link: TrainingLink) -> str:
    """Whether the municipality's people can take a module now, and when with others."""
    if not link.is_offered:
        return link.state
    if link.next_on is None:
        return _("in the catalogue")
    words = ngettext("%(number)s session, on %(day)s", "%(number)s sessions, the next on %(day)s", link.sessions)
    return words % {"number": link.sessions, "day": date_format(link.next_on, "SHORT_DATE_FORMAT")}


def thread(chain: Chain, *, reverse: bool = False) -> SafeString:
    """One chain as a chart; reverse: from the level back to the need."""
    stages = [
        Stage(_("Need"), (f"{chain.number} {chain.label}",), True),
        Stage(
            _("Recommendation"),
            tuple(f"{recommendation_words(link)}: {recommendation_state(link)}" for link in chain.recommendations)
            or (_("no recommendation yet"),),
            bool(chain.recommendations),
        ),
        Stage(
            _("Measure"),
            tuple(f"{link.measure}: {link.measure.get_state_display()}" for link in chain.measures)
            or (_("no measure yet"),),
            bool(chain.measures),
        ),
        Stage(
            _("Training"),
            tuple(f"{link.title}: {training_state(link)}" for link in chain.training) or (_("no training named"),),
            any(link.is_offered for link in chain.training),
        ),
        Stage(
            _("Level"),
            () if chain.levels else (_("a routine has no levels"),),
            any(link.is_done for link in chain.measures) and any(o.after is not None for o in chain.outcomes),
            tuple(LevelBar(f"{wave_words(level)}: {level_words(level)}", level.level) for level in chain.levels),
        ),
    ]
    if reverse:
        stages.reverse()
    arrow = " → "
    title = _("Chart: %(stages)s") % {"stages": arrow.join(stage.title for stage in stages)}
    return chain_chart.thread(stages, title=title, description=spoken(stages))


def spoken(stages: Iterable[Stage]) -> str:
    """The chart in words."""
    return " ".join(
        f"{stage.title}: {'; '.join([*stage.entries, *(bar.label for bar in stage.bars)])}." for stage in stages
    )


def direction_tabs(*, is_backwards: bool) -> list[dict[str, Any]]:
    """One chain from the need to the level, or the other way round."""
    return [
        {"label": _("From need to level"), "url": "?", "current": not is_backwards},
        {"label": _("From level to need"), "url": "?from=level", "current": is_backwards},
    ]
