"""Template tags of the layouts and components: navigation and levels."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import gettext_lazy as _

from apps.core import navigation as nav
from apps.core.levels import LEVELS, SPECIAL_ANSWERS

register = template.Library()


def _request(context: Context) -> HttpRequest | None:
    return context.get("request")


@register.simple_tag(takes_context=True)
def face_navigation(context: Context) -> nav.Navigation | None:
    """The navigation of the area the page is in; None where there is no request (error pages)."""
    request = _request(context)
    return nav.navigation(request) if request is not None else None


@register.filter
def level_name(value: object) -> str:
    """Name of a level 0–4 or of a special answer; an unknown value is shown as it is."""
    names: Mapping[str, Any] = {**{str(level): name for level, name in LEVELS.items()}, **SPECIAL_ANSWERS}
    return str(names.get(str(value), value))


@register.filter
def level_class(value: object) -> str:
    """CSS class of a level's badge: the level's colour for 0–4, the neutral one for special answers."""
    text = str(value)
    return f"app-level--{text}" if text in {str(level) for level in LEVELS} else "app-level--special"


@register.filter
def percent_of(value: float, maximum: float) -> int:
    """Whole percent, 0–100; 0 where there is nothing to divide by."""
    return round(100 * max(0.0, min(1.0, float(value) / float(maximum)))) if maximum else 0


@register.filter
def not_given(value: object) -> object:
    """A dash with a word for screen readers would be noise: an empty value says so in words."""
    return value if value not in (None, "") else _("not given")
