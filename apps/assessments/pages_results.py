"""What the pages show of results: dimensions, profile, needs, free words. No queries here."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.assessments.models import DimensionResult
from apps.assessments.needs import NeedLine, need_lines
from apps.assessments.questionnaire import OBSTACLES, WISHES, Reading
from apps.assessments.report_content import dimension_labels, number
from apps.instruments.definition import Section
from apps.instruments.scoring import DimensionScore
from apps.reports.charts import ProfileRow


@dataclass(frozen=True, slots=True)
class DimensionPanel:
    """What a dimension comes to, shown as soon as all its items are answered."""

    score: DimensionScore
    value: float | None
    lower: float | None
    upper: float | None
    coverage: float | None
    unknown_share: float | None
    needs: tuple[NeedLine, ...]

    @property
    def complete(self) -> bool:
        return self.score.complete

    @property
    def answered(self) -> int:
        return self.score.counted - self.score.unanswered


def dimension_panel(reading: Reading, section: Section, language: str) -> DimensionPanel | None:
    """The result of the section's dimension; None for a section without one."""
    score = reading.score(section.dimension) if section.dimension is not None else None
    if score is None:
        return None
    needs = [need for need in reading.needs if need.dimension == section.dimension]
    return DimensionPanel(
        score=score,
        value=number(score.value),
        lower=number(score.low),
        upper=number(score.high),
        coverage=number(score.coverage),
        unknown_share=number(score.share_unknown),
        needs=tuple(need_lines(reading, needs, language)),
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

    @property
    def chart(self) -> ProfileRow:
        return ProfileRow(self.label, self.value, self.lower, self.upper, self.coverage, self.previous)


def result_rows(
    reading: Reading,
    signed: Mapping[int, DimensionResult],
    previous: Mapping[int, DimensionResult],
    language: str,
) -> list[ResultRow]:
    """The profile: as it was signed, or as the answers stand."""
    labels = dimension_labels(reading, language)
    rows = []
    for score in reading.scores:
        kept, before = signed.get(score.dimension), previous.get(score.dimension)
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
            )
        )
    return rows


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
