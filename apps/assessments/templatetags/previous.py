"""Whether there is a wave before, for the pages that offer its answers."""

from django import template

from apps.assessments.models import Assessment
from apps.assessments.queries_previous import previous_assessment

register = template.Library()


@register.simple_tag
def assessment_before(assessment: Assessment) -> Assessment | None:
    """The last signed assessment before this one, or None; one query."""
    return previous_assessment(assessment)
