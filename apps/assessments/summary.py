"""What a signatory reads before signing: an assessment on one page, and what has changed since the wave before."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.assessments import changes
from apps.assessments.changes import Changes, Kind, level_of
from apps.assessments.models import DimensionResult
from apps.assessments.needs import NeedLine, need_lines
from apps.assessments.pages_results import ResultRow, result_rows
from apps.assessments.queries_previous import Previous
from apps.assessments.questionnaire import Reading
from apps.instruments.definition import localized

GRAVEST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """An item that stands on another level than in the wave before."""

    number: str
    label: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Summary:
    """counted: items of the municipality's own denominator; known: with a level; apart: outside the denominator.

    proven: levels from 1 on with evidence, of `provable`. changes: since the wave before, None for the first one.
    """

    rows: tuple[ResultRow, ...]
    gravest: tuple[NeedLine, ...]
    needs: int
    counted: int
    known: int
    unknown: int
    refused: int
    apart: int
    proven: int
    provable: int
    changes: Changes | None
    raised: tuple[Step, ...]
    lowered: tuple[Step, ...]
    previous_label: str


def summary_of(
    reading: Reading,
    previous: Previous | None,
    *,
    signed: Mapping[int, DimensionResult],
    earlier: Mapping[int, DimensionResult],
    language: str,
) -> Summary:
    """The page put together. signed, earlier: results as kept of this assessment and of the one before."""
    changed = changes.of(previous, reading) if previous else None
    scores, scored = reading.scores, reading.scored()
    provable = [item for item in scored if item.level]
    return Summary(
        rows=tuple(result_rows(reading, signed, earlier, language)),
        gravest=tuple(need_lines(reading, reading.needs[:GRAVEST], language)),
        needs=len(reading.needs),
        counted=sum(score.counted for score in scores),
        known=sum(score.known for score in scores),
        unknown=sum(score.unknown for score in scores),
        refused=sum(score.refused for score in scores),
        apart=sum(score.not_competent + score.done_for_us + score.filtered for score in scores),
        proven=sum(item.has_evidence for item in provable),
        provable=len(provable),
        changes=changed,
        raised=_steps(changed, Kind.RAISED, language),
        lowered=_steps(changed, Kind.LOWERED, language),
        previous_label=previous.assessment.wave.label if previous else "",
    )


def _steps(changed: Changes | None, kind: Kind, language: str) -> tuple[Step, ...]:
    """The items that went up or down, the biggest steps first."""
    if changed is None:
        return ()
    return tuple(
        Step(
            change.item.number,
            localized(change.item.label, language, language),
            level_of(change.before) or 0,
            level_of(change.now) or 0,
        )
        for change in changed.of_kind(kind)
    )
