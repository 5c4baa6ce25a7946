"""The section with the documents on the result page."""

from django import template
from django.template import Context

from apps.assessments import reports
from apps.assessments.models import Assessment

register = template.Library()


@register.simple_tag(takes_context=True)
def may_take_documents(context: Context, assessment: Assessment) -> bool:
    """Whether this person gets the documents at all: the rule of the view."""
    return reports.may_request(context["request"], assessment)
