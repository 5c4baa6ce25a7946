"""Who may do what with evidence: it goes with the items it proves."""

from collections.abc import Collection

from apps.assessments import policies
from apps.assessments.models import Assessment
from apps.assessments.policies import SectionAccess
from apps.instruments.definition import Item


def may_change(roles: Collection[str], assessment: Assessment) -> bool:
    """Add, change, remove: whoever answers, while answers are taken."""
    return policies.may_answer(roles) and is_open(assessment)


def is_open(assessment: Assessment) -> bool:
    """Does the assessment take evidence? As long as it takes answers."""
    return assessment.state == Assessment.State.IN_PROGRESS and bool(assessment.wave.is_open)


def sees(access: SectionAccess, item: Item) -> bool:
    """See what proves an item: whoever sees the item."""
    return access.sees_item(item)


def may_prove(access: SectionAccess, item: Item) -> bool:
    """Name evidence for an item: whoever may answer it. Single items of a section may be given alone."""
    return access.answers_item(item)
