"""Text of recommendations in templates: `{% load recommendation_text %}`."""

from collections.abc import Iterable

from django import template
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from apps.core.prose import NotAllowed, parse, render_blocks, render_inline

register = template.Library()


@register.filter
def inline_markdown(text: str) -> SafeString:
    """`{{ block.text|inline_markdown }}`: one line of Markdown as safe HTML."""
    return render_inline(text)


@register.simple_tag
def blocks_html(blocks: Iterable[object], level: int = 3) -> SafeString:
    """`{% blocks_html section.blocks level=3 %}`: blocks as headings, paragraphs and lists. Put it into .app-prose."""
    return render_blocks(blocks, level=level)


@register.simple_tag
def markdown_html(text: str, level: int = 4) -> SafeString:
    """A text in the Markdown of sections, such as a template's; what it cannot hold is shown as plain lines."""
    try:
        return render_blocks(parse(text), level=level)
    except NotAllowed:
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  # linebreaks escapes
