"""Filters of the pages on the chain."""

from django import template

from apps.commitments import pages_chain
from apps.commitments.chain import MeasureLink, RecommendationLink, TrainingLink

register = template.Library()


@register.filter
def recommendation_words(link: RecommendationLink) -> str:
    """Code and title of a recommendation."""
    return pages_chain.recommendation_words(link)


@register.filter
def measure_kind(link: MeasureLink) -> str:
    """The colour of a measure's state."""
    return pages_chain.measure_kind(link)


@register.filter
def training_state(link: TrainingLink) -> str:
    """Whether a module can be taken now, and when with others."""
    return pages_chain.training_state(link)
