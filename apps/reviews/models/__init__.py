from apps.reviews.models.meeting import Advice, AdviceSigner, AgendaItem, Attendance, Meeting
from apps.reviews.models.review import (
    Assignment,
    Condition,
    Majority,
    MinoritySigner,
    MinorityStatement,
    PanelRules,
    Review,
    Score,
    Vote,
)

__all__ = [
    "Advice",
    "AdviceSigner",
    "AgendaItem",
    "Assignment",
    "Attendance",
    "Condition",
    "Majority",
    "Meeting",
    "MinoritySigner",
    "MinorityStatement",
    "PanelRules",
    "Review",
    "Score",
    "Vote",
]
