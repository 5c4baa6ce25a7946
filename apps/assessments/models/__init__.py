from apps.assessments.models.answer import Answer, DoneBy, Special
from apps.assessments.models.assessment import Assessment, AssessmentSection
from apps.assessments.models.delegation import Delegation, DelegationLink
from apps.assessments.models.priority import ClassQuartiles, WritingPriority
from apps.assessments.models.result import DimensionResult, Signature
from apps.assessments.models.wave import Profile, Wave

__all__ = [
    "Answer",
    "Assessment",
    "AssessmentSection",
    "ClassQuartiles",
    "Delegation",
    "DelegationLink",
    "DimensionResult",
    "DoneBy",
    "Profile",
    "Signature",
    "Special",
    "Wave",
    "WritingPriority",
]
