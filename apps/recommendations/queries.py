"""Reads on recommendations, their versions and texts."""

from django.db.models import QuerySet

from apps.recommendations.models import Edition, RecommendationVersion


def current_edition(version: RecommendationVersion) -> Edition:
    """The latest text of a version: the open one, or the last that was frozen."""
    return version.editions.order_by("-number")[0]


def open_edition(version: RecommendationVersion) -> Edition | None:
    """The text that may be written in now; None while everything is frozen."""
    return version.editions.filter(frozen_at=None).first()


def versions() -> "QuerySet[RecommendationVersion]":
    """All versions with their recommendation, by number."""
    return RecommendationVersion.objects.select_related("recommendation").order_by("recommendation__number", "-number")
