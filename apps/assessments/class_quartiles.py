"""The quartiles of its class beside a municipality's own results, for the result page."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.assessments.models import Assessment
from apps.assessments.models.priority import ClassQuartiles


@dataclass(frozen=True, slots=True)
class QuartileRow:
    """A field of action: where the middle half of the class lies, and the municipality's own value (None: none)."""

    label: str
    own: float | None
    published: ClassQuartiles


def quartile_rows(
    assessment: Assessment, labels: Mapping[int, str], own: Mapping[int, float | None]
) -> list[QuartileRow]:
    """Published quartiles of the assessment's wave and class, by dimension; empty where there are none.

    Only for those who have signed: nobody adjusts answers to the others. `municipality` is loaded; one query.
    """
    municipality = assessment.municipality
    if assessment.state not in (Assessment.State.SIGNED_OFF, Assessment.State.CLOSED):
        return []
    found = ClassQuartiles.objects.filter(
        wave_id=assessment.wave_id, size_class=municipality.size_class, type_class=municipality.type_class
    ).order_by("dimension")
    return [QuartileRow(labels.get(row.dimension, str(row.dimension)), own.get(row.dimension), row) for row in found]
