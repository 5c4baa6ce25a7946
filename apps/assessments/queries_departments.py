"""Reads on what several departments answered. Each runs in the scope the caller entered."""

from typing import Any

from apps.assessments.models import Assessment


def lines_by_item(assessment: Assessment, language: str) -> dict[str, Any]:
    """By item name: how the departments answered that were given it, and what was decided."""
    return {}
