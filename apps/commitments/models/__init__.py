from apps.commitments.models.adoption import Adoption, AdoptionChange, AdoptionNeed
from apps.commitments.models.commitment import SelfCommitment
from apps.commitments.models.measure import (
    CalendarToken,
    IndicatorValue,
    Measure,
    MeasureComment,
    MeasureDependency,
    MeasureEvidence,
    MeasureNeed,
)
from apps.commitments.models.pilot import Pilot, PilotEntry
from apps.commitments.models.reasons import ReasonDigest
from apps.commitments.models.ten_points import TenPointReport, TenPointSection

__all__ = [
    "Adoption",
    "AdoptionChange",
    "AdoptionNeed",
    "CalendarToken",
    "IndicatorValue",
    "Measure",
    "MeasureComment",
    "MeasureDependency",
    "MeasureEvidence",
    "MeasureNeed",
    "Pilot",
    "PilotEntry",
    "ReasonDigest",
    "SelfCommitment",
    "TenPointReport",
    "TenPointSection",
]
