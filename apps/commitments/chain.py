"""The chain from a need over recommendation, measure and training to the level of the next wave. Pure.

A chain is one item through all signed waves, or one question of a routine check. What is said about levels before and
after a measure is what was measured, never that the one came from the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from apps.commitments.models import Adoption, Measure
from apps.commitments.states import ENDED, MeasureState

Answer = int | str
"""A level, or the name of a special answer ("unknown", "filtered", …)."""


class Comparability(StrEnum):
    """How an item of a wave is tied to the one of the wave before. FIRST: there is none before."""

    FIRST = "first"
    SAME = "same"
    COMPARABLE = "comparable"


class Result(StrEnum):
    """What two waves say about an item. OPEN: no wave has been signed since."""

    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"
    NOT_COMPARABLE = "not_comparable"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class WaveLevel:
    """How an item stood in a signed wave, and how it is tied to the one before."""

    assessment_id: UUID
    wave: str
    signed_on: date
    answer: Answer
    comparability: str = Comparability.FIRST

    @property
    def level(self) -> int | None:
        return self.answer if isinstance(self.answer, int) else None


@dataclass(frozen=True, slots=True)
class NeedFound:
    """A row of a need: in which wave, or by the check of which routine, it was found."""

    need_id: UUID
    assessment_id: UUID | None
    priority: str
    lapsed: bool


@dataclass(frozen=True, slots=True)
class RecommendationLink:
    """A recommendation that answers the need: because a rule suggests it, because it was adopted for it, or both.

    version_id: of the text that can be read here, None where there is none yet.
    """

    recommendation_id: UUID
    code: str
    title: str
    because: str
    suggested: bool
    version_id: UUID | None = None
    adoption: Adoption | None = None

    @property
    def is_adopted(self) -> bool:
        return self.adoption is not None and self.adoption.state not in ENDED and self.adoption.state != "considered"


@dataclass(frozen=True, slots=True)
class MeasureLink:
    """A measure that answers the need, by itself or as part of an adoption (then `code` is its recommendation's)."""

    measure: Measure
    code: str = ""

    @property
    def is_done(self) -> bool:
        return bool(self.measure.state == MeasureState.DONE)


@dataclass(frozen=True, slots=True)
class TrainingLink:
    """A training module that rules or texts name by its key.

    is_offered: it stands in the catalogue. sessions: how many of it are to come that the municipality's people can
    take; next_on: when the first begins. state: how far a module is that nobody can take yet, in words.
    """

    key: str
    title: str
    is_offered: bool = False
    sessions: int = 0
    next_on: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured around a measure that is done. before, after: None where no wave says."""

    measure: Measure
    before: WaveLevel | None
    after: WaveLevel | None
    result: Result


@dataclass(frozen=True)
class Chain:
    """One item (or one question of a routine) with all that hangs on it. `needs`: the first wave's first."""

    number: str
    label: str
    dimension: int | None
    target: int | None
    needs: tuple[NeedFound, ...]
    routine: str = ""
    recommendations: tuple[RecommendationLink, ...] = ()
    measures: tuple[MeasureLink, ...] = ()
    training: tuple[TrainingLink, ...] = ()
    levels: tuple[WaveLevel, ...] = field(default=())

    @property
    def key(self) -> UUID:
        """The key of its need: of the one found first."""
        return self.needs[0].need_id

    @property
    def found_in(self) -> WaveLevel | None:
        """The wave in which the need was found first."""
        return next((level for level in self.levels if level.assessment_id == self.needs[0].assessment_id), None)

    @property
    def last(self) -> WaveLevel | None:
        return self.levels[-1] if self.levels else None

    @property
    def stands(self) -> bool:
        """Whether the last wave still finds the need."""
        last = self.needs[-1]
        return not last.lapsed and (self.last is None or last.assessment_id == self.last.assessment_id)

    @property
    def has_adoption(self) -> bool:
        return any(link.is_adopted for link in self.recommendations)

    @property
    def outcomes(self) -> list[Outcome]:
        """What was measured around each measure that is done."""
        return [outcome(self.levels, link.measure) for link in self.measures if link.is_done]

    def answers(self, key: UUID) -> bool:
        """Whether one of its needs has this key."""
        return any(need.need_id == key for need in self.needs)


def outcome(levels: Sequence[WaveLevel], measure: Measure) -> Outcome:
    """The last level before a measure was done, and the first since, with what they say.

    A wave that was signed on the day itself counts as after it, unless it is the first there is.
    """
    done_on = measure.done_on
    if done_on is None or not levels:
        return Outcome(measure, None, None, Result.OPEN)
    place = max((number for number, level in enumerate(levels) if level.signed_on < done_on), default=0)
    later = range(place + 1, len(levels))
    at = next((number for number in later if levels[number].signed_on >= done_on), None)
    if at is None:
        return Outcome(measure, levels[place], None, Result.OPEN)
    return Outcome(measure, levels[place], levels[at], compare(levels, place, at))


def compare(levels: Sequence[WaveLevel], before: int, after: int) -> Result:
    """What two waves of the same item say; NOT_COMPARABLE where one of them is no level."""
    was, now = levels[before].level, levels[after].level
    if was is None or now is None:
        return Result.NOT_COMPARABLE
    if was == now:
        return Result.SAME
    return Result.RAISED if now > was else Result.LOWERED


@dataclass(frozen=True, slots=True)
class Counts:
    """How many chains reach how far."""

    needs: int
    suggested: int
    adopted: int
    with_measure: int
    done: int
    raised: int


def counts(chains: Iterable[Chain]) -> Counts:
    """How far the chains reach. raised: a measure is done, and the wave after it found a higher level."""
    found = list(chains)
    return Counts(
        needs=len(found),
        suggested=sum(bool(chain.recommendations) for chain in found),
        adopted=sum(chain.has_adoption for chain in found),
        with_measure=sum(bool(chain.measures) for chain in found),
        done=sum(any(link.is_done for link in chain.measures) for chain in found),
        raised=sum(any(entry.result == Result.RAISED for entry in chain.outcomes) for chain in found),
    )
