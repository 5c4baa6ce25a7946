"""The profile chart, for templates."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from apps.reports.charts import ProfileRow, profile_bars

register = template.Library()


@register.simple_tag
def profile_chart(rows: Sequence[ProfileRow], title: str, description: str) -> SafeString:
    """Bars with bounds; the table of the numbers stands beside it."""
    return profile_bars(rows, title=title, description=description)
