"""Training modules as the expert panel and the municipalities that pilot them meet them."""

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
from apps.reviews.following import PILOTABLE, STAGES, follow, waits_for_panel
from apps.reviews.lifecycle import State
from apps.training.actions import lifecycle
from apps.training.actions.editions import open_next
from apps.training.guards import KIND
from apps.training.models import ModuleAuthor, ModuleEdition, ModuleStateChange, ModuleVersion


def _with_text(versions: "QuerySet[ModuleVersion]") -> "QuerySet[ModuleVersion]":
    """With key, title and last change of the latest text; one query."""
    latest = ModuleEdition.objects.filter(version=OuterRef("pk")).order_by("-number")
    changed = latest.annotate(changed=Coalesce("frozen_at", F("updated_at"))).values("changed")[:1]
    released = ModuleStateChange.objects.filter(version=OuterRef("pk"), to_state=State.PILOT_READY)
    return versions.select_related("module").annotate(
        text_id=Subquery(latest.values("pk")[:1], output_field=UUIDField()),
        text_title=Subquery(latest.values("title")[:1], output_field=CharField()),
        text_changed_at=Subquery(changed, output_field=DateTimeField()),
        released_at=Subquery(released.order_by("-created_at").values("created_at")[:1], output_field=DateTimeField()),
    )


def _subject(version: Any) -> Subject:
    return Subject(
        kind=KIND,
        subject_id=version.pk,
        title=f"{version}: {version.text_title}"[:200],
        url=reverse("modules-read", args=[version.pk]),
        state_label=str(version.get_state_display()),
        stage=STAGES.get(version.state, ""),
        text_id=version.text_id,
        changed_at=version.text_changed_at,
        released_at=version.released_at,
    )


def subjects(ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """Those that exist, by key; one query."""
    return {version.pk: _subject(version) for version in _with_text(ModuleVersion.objects.filter(pk__in=ids))}


def waiting() -> list[Subject]:
    """Versions before the panel on which it neither works nor has decided since they came to it."""
    return [_subject(version) for version in _with_text(ModuleVersion.objects.filter(waits_for_panel(KIND)))]


def pilotable() -> list[Subject]:
    """Versions a municipality can begin to pilot."""
    return [_subject(version) for version in _with_text(ModuleVersion.objects.filter(state__in=PILOTABLE))]


def concerned(user_id: UUID, subject_id: UUID) -> bool:
    """Whether the person writes it, or did: who is an author no longer wrote it all the same."""
    return bool(ModuleAuthor.objects.filter(user=user_id, module__versions=subject_id).exists())


def piloted(actor: Any, subject_id: UUID) -> None:
    """A pilot has begun or was evaluated: the programme looks what follows, for it alone may count pilots."""
    enqueue_in(scope.programme(), "training.follow_pilots", version_id=str(subject_id))


register(
    ReviewableKind(
        kind=KIND,
        label=_("Training module"),
        subjects=subjects,
        waiting=waiting,
        pilotable=pilotable,
        concerned=concerned,
        decided=partial(follow, advance=lifecycle.advance, open_text=lambda key: open_next(lifecycle.locked(key))),
        piloted=piloted,
    )
)
