"""What apps whose versions the panel reviews have in common: which versions wait for it, and what follows its word."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from apps.core.reviewable_declaration import FINAL, INITIAL
from apps.reviews.lifecycle import State
from apps.reviews.models import Review

#: The stage of a review that a version in this state waits for.
STAGES = {State.PANEL_REVIEW: INITIAL, State.PANEL_FINAL: FINAL}
PILOTABLE = (State.PILOT_READY, State.PILOTING)
_ON_ACCEPTANCE = {INITIAL: "release_for_piloting", FINAL: "standardise"}
#: A review that has ended so leaves the version where it was: it waits for the panel again.
_LEAVES_WAITING = (Review.Outcome.NO_QUORUM,)


def waits_for_panel(kind: str) -> Q:
    """Condition on versions: before the panel, which neither works on them nor has decided since they came to it."""
    seen = Review.objects.filter(subject_kind=kind, subject_id=OuterRef("pk"))
    running = seen.filter(state__in=[Review.State.OPEN, Review.State.VOTING])
    decided = seen.filter(state=Review.State.DECIDED, decided_at__gte=OuterRef("state_since")).exclude(
        outcome__in=_LEAVES_WAITING
    )
    return Q(~Exists(running), ~Exists(decided), state__in=STAGES)


def follow(
    actor: Any,
    subject_id: UUID,
    stage: str,
    outcome: str,
    reason: str,
    *,
    advance: Callable[..., object],
    open_text: Callable[[UUID], object],
) -> None:
    """Move a version on as the panel has decided. Raises Refused where it cannot follow.

    advance: takes `actor`, `version_id`, `transition`, with a `reason` where one is owed. open_text: opens the text of
    a version. With conditions it is opened, so that they can be worked in; once the panel has confirmed the last one,
    the project team takes the step.
    """
    step = partial(advance, actor=actor, version_id=subject_id)
    if outcome == Review.Outcome.ACCEPTED:
        step(transition=_ON_ACCEPTANCE[stage])
    elif outcome == Review.Outcome.CONDITIONAL:
        open_text(subject_id)
    elif outcome == Review.Outcome.RETURNED:
        step(transition="return_to_draft", reason=reason)
