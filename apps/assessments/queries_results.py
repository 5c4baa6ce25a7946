"""Results of a municipality over the waves. In the municipality's scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.assessments.models import Assessment, DimensionResult, ThenRating
from apps.assessments.queries import item_names


@dataclass(frozen=True, slots=True)
class EarlierResults:
    """The results of a signed assessment, by dimension."""

    assessment: Assessment
    by_dimension: Mapping[int, DimensionResult] = field(default_factory=dict)


def earlier_results(assessment: Assessment) -> list[EarlierResults]:
    """Signed results of the waves before this assessment's, the newest first; one query.

    Only by the same questionnaire, whatever its version, in the same profile: values over other items are no
    comparison.
    """
    wave = assessment.wave
    rows = (
        DimensionResult.objects.filter(
            assessment__wave__profile=wave.profile,
            assessment__wave__topic=wave.topic,
            assessment__wave__opens_on__lt=wave.opens_on,
            assessment__wave__instrument_version__instrument__versions=wave.instrument_version_id,
        )
        .exclude(assessment=assessment)
        .order_by("-assessment__wave__opens_on", "assessment_id", "dimension")
        .select_related("assessment__wave")
    )
    found: dict[Assessment, dict[int, DimensionResult]] = {}
    for row in rows:
        found.setdefault(row.assessment, {})[row.dimension] = row
    return [EarlierResults(earlier, results) for earlier, results in found.items()]


def previous_results(assessment: Assessment) -> Mapping[int, DimensionResult]:
    """The results by dimension of the last of them; empty where there is none."""
    return next((earlier.by_dimension for earlier in earlier_results(assessment)), {})


def ratings_in_hindsight(assessment: Assessment) -> dict[str, ThenRating]:
    """How the answers of the wave before were rated again in this assessment, by item name of now; one query."""
    names = item_names(assessment.wave.instrument_version_id)
    return {names[row.item_id]: row for row in ThenRating.objects.filter(assessment=assessment)}
