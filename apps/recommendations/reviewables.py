"""Recommendations as the expert panel and the municipalities that pilot them meet them."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core import scope
from apps.core.reviewable_declaration import ReviewableKind, Subject, register
from apps.core.tasks import enqueue_in
from apps.recommendations.actions import lifecycle
from apps.recommendations.actions.editions import open_next
from apps.recommendations.guards import KIND
from apps.recommendations.models import Edition, RecommendationVersion, StateChange, TeamMember
from apps.reviews.following import PILOTABLE, STAGES, follow, waits_for_panel
from apps.reviews.lifecycle import State


def _with_text(versions: "QuerySet[RecommendationVersion]") -> "QuerySet[RecommendationVersion]":
    """With key, title and last change of the latest text; one query."""
    latest = Edition.objects.filter(version=OuterRef("pk")).order_by("-number")
    changed = latest.annotate(changed=Coalesce("frozen_at", F("updated_at"))).values("changed")[:1]
    released = StateChange.objects.filter(version=OuterRef("pk"), to_state=State.PILOT_READY).order_by("-created_at")
    return versions.select_related("recommendation").annotate(
        text_id=Subquery(latest.values("pk")[:1], output_field=UUIDField()),
        text_title=Subquery(latest.values("title")[:1], output_field=CharField()),
        text_changed_at=Subquery(changed, output_field=DateTimeField()),
        released_at=Subquery(released.values("created_at")[:1], output_field=DateTimeField()),
    )


def _subject(version: Any) -> Subject:
    return Subject(
        kind=KIND,
        subject_id=version.pk,
        title=f"{version}: {version.text_title}"[:200],
        url=reverse("recommendations-read", args=[version.pk]),
        state_label=str(version.get_state_display()),
        stage=STAGES.get(version.state, ""),
        text_id=version.text_id,
        changed_at=version.text_changed_at,
        released_at=version.released_at,
    )


def subjects(ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """Those that exist, by key; one query."""
    return {version.pk: _subject(version) for version in _with_text(RecommendationVersion.objects.filter(pk__in=ids))}


def waiting() -> list[Subject]:
    """Versions before the panel on which it neither works nor has decided since they came to it."""
    return [_subject(version) for version in _with_text(RecommendationVersion.objects.filter(waits_for_panel(KIND)))]


def pilotable() -> list[Subject]:
    """Versions a municipality can begin to pilot."""
    return [_subject(version) for version in _with_text(RecommendationVersion.objects.filter(state__in=PILOTABLE))]


def concerned(user_id: UUID, subject_id: UUID) -> bool:
    """Whether the person writes it, or did: who has left the team wrote it all the same."""
    team = TeamMember.objects.filter(role__user_id=user_id, recommendation__versions=subject_id)
    return bool(team.exists())


def piloted(actor: Any, subject_id: UUID) -> None:
    """A pilot has begun or was evaluated: the programme looks what follows, for it alone may count pilots."""
    enqueue_in(scope.programme(), "recommendations.follow_pilots", version_id=str(subject_id))


register(
    ReviewableKind(
        kind=KIND,
        label=_("Recommendation"),
        subjects=subjects,
        waiting=waiting,
        pilotable=pilotable,
        concerned=concerned,
        decided=partial(follow, advance=lifecycle.advance, open_text=lambda key: open_next(lifecycle.locked(key))),
        piloted=piloted,
    )
)
