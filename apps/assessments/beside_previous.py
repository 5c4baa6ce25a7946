"""The answer of the wave before beside the question of this one."""

from typing import Any

from apps.assessments.models import Assessment
from apps.assessments.questionnaire import Reading


def lines_by_item(assessment: Assessment, reading: Reading, language: str) -> dict[str, Any]:
    """By item name: what was answered in the wave before, and whether it can be compared."""
    return {}
