"""Reads on recommendations, their versions and texts."""

from datetime import datetime

from django.db.models import QuerySet

from apps.recommendations.models import Edition, RecommendationVersion, StateChange
from apps.reviews.lifecycle import State


def current_edition(version: RecommendationVersion) -> Edition:
    """The latest text of a version: the open one, or the last that was frozen."""
    return version.editions.order_by("-number")[0]


def open_edition(version: RecommendationVersion) -> Edition | None:
    """The text that may be written in now; None while everything is frozen."""
    return version.editions.filter(frozen_at=None).first()


def released_at(version: RecommendationVersion) -> datetime | None:
    """When the text of a version was last released for piloting; None where it never was."""
    released = StateChange.objects.filter(version=version.pk, to_state=State.PILOT_READY)
    return released.order_by("-created_at").values_list("created_at", flat=True).first()


def versions() -> "QuerySet[RecommendationVersion]":
    """All versions with their recommendation, by number."""
    return RecommendationVersion.objects.select_related("recommendation").order_by("recommendation__number", "-number")
