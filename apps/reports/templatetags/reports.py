"""Tags of the reports: the button that orders one, and numbers as people write them."""

from typing import Any

from babel.numbers import format_percent
from django import template
from django.db import models
from django.template import Context
from django.utils.translation import get_language

from apps.core import report_declaration
from apps.core.keys import uuid7

register = template.Library()


@register.inclusion_tag("reports/_request.html", takes_context=True)
def report_request(context: Context, kind: str, subject: models.Model) -> dict[str, Any]:
    """The form "Create report"; nothing for those who may not. Raises UnknownReport.

    Its key is made with the page: a second click on the same button orders nothing new.
    """
    request = context["request"]
    return {
        "allowed": report_declaration.get(kind).may_request(request, subject),
        "slug": request.municipality.slug,
        "csrf_token": context.get("csrf_token"),
        "kind": kind,
        "subject": subject.pk,
        "key": uuid7(),
    }


@register.filter
def share(value: float | None) -> str:
    """A fraction as whole percent in the language of the moment ("62 %", "62%"); "" where there is none."""
    return "" if value is None else format_percent(value, locale=(get_language() or "de").replace("-", "_"))
