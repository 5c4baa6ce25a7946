from apps.assessments.models.answer import Answer, DoneBy, Special
from apps.assessments.models.assessment import Assessment, AssessmentSection
from apps.assessments.models.delegation import Delegation, DelegationLink
from apps.assessments.models.department import Decision, DepartmentAnswer
from apps.assessments.models.evidence import Evidence, EvidenceUse
from apps.assessments.models.history import AnswerRevision
from apps.assessments.models.need import Need
from apps.assessments.models.outside import OutsideAnswer, OutsideReading
from apps.assessments.models.priority import ClassQuartiles, WritingPriority
from apps.assessments.models.remark import Remark
from apps.assessments.models.result import DimensionResult, Signature
from apps.assessments.models.routine import (
    Routine,
    RoutineAnswer,
    RoutineCheck,
    RoutineExample,
    RoutineKind,
    RoutineRelease,
)
from apps.assessments.models.then_rating import ThenRating
from apps.assessments.models.wave import Profile, Wave

__all__ = [
    "Answer",
    "AnswerRevision",
    "Assessment",
    "AssessmentSection",
    "ClassQuartiles",
    "Decision",
    "Delegation",
    "DelegationLink",
    "DepartmentAnswer",
    "DimensionResult",
    "DoneBy",
    "Evidence",
    "EvidenceUse",
    "Need",
    "OutsideAnswer",
    "OutsideReading",
    "Profile",
    "Remark",
    "Routine",
    "RoutineAnswer",
    "RoutineCheck",
    "RoutineExample",
    "RoutineKind",
    "RoutineRelease",
    "Signature",
    "Special",
    "ThenRating",
    "Wave",
    "WritingPriority",
]
