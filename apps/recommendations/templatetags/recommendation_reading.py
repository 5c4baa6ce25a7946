"""Reading and comparing recommendations in templates: `{% load recommendation_reading %}`."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from apps.core.prose import protect_stars
from apps.core.word_comparison import ADDED, REMOVED, SAME
from apps.recommendations.comparison import CHANGED, MOVED

register = template.Library()

# No HTML, no images, no headings: a template is a text to copy, with bold words and lists.
_WRITER = MarkdownIt("commonmark", {"html": False}).disable(["image", "backticks", "heading", "lheading", "code"])
_BADGES = {SAME: "neutral", CHANGED: "info", ADDED: "success", REMOVED: "danger", MOVED: "warning"}


@register.filter
def template_text(text: str) -> SafeString:
    """`{{ template.text|template_text }}`: a template's Markdown, numbered lists included, as safe HTML."""
    html: str = _WRITER.render(protect_stars(text))
    return mark_safe(html)  # noqa: S308  # markdown-it escapes; HTML is off


@register.filter
def change_badge(kind: str) -> str:
    """`{{ change.kind|change_badge }}`: the kind of badge for a kind of change."""
    return _BADGES[kind]
