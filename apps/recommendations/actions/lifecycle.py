"""Moving a version along its life: the only place that writes its state."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.recommendations.actions.editions import freeze, open_next
from apps.recommendations.guards import KIND, obstacles
from apps.recommendations.models import Recommendation, RecommendationVersion, Round, StateChange
from apps.recommendations.queries import current_edition
from apps.recommendations.signals import version_moved
from apps.reviews.actions.reviews import call_off_open, lock_running
from apps.reviews.lifecycle import BY_NAME, State
from apps.reviews.problems import Refused

#: After these the text is written on; before these it is frozen.
_OPENS_TEXT = frozenset({"begin", "conclude_piloting", "return_to_draft"})
#: These take a version back from the panel: a running review of it ends.
_LEAVES_PANEL = frozenset({"return_to_draft", "withdraw"})
#: These end a round too: `close_round` and `call_off_round` take them.
_OF_ROUNDS = frozenset({"close_round", "call_off_round"})
_FREEZES_TEXT = frozenset({"open_round", "submit", "release_for_piloting", "submit_finally", "standardise", "withdraw"})


class NotPossible(Refused):
    """A step of the lifecycle cannot be taken now."""


def locked(version_id: UUID) -> RecommendationVersion:
    """The version under its row lock. Raises RecommendationVersion.DoesNotExist."""
    return (
        RecommendationVersion.objects.select_for_update(of=("self",))
        .select_related("recommendation")
        .get(pk=version_id)
    )


@transaction.atomic
def advance(*, actor: Any, version_id: UUID, transition: str, reason: str = "") -> RecommendationVersion:
    """Take the step `transition`; returns the version in its new state. actor: None for a scheduled task.

    Raises NotPossible where the state does not lead there, a guard does not hold, or a reason is owed. A step that has
    been taken already is not repeated.
    """
    if transition in _OF_ROUNDS:
        raise ValueError(f"{transition} ends a round: it has an action of its own.")
    step = BY_NAME[transition]
    if transition in _LEAVES_PANEL:
        lock_running(subject_kind=KIND, subject_id=version_id)  # before the version, as whoever closes the vote does
    version = locked(version_id)
    if version.state == step.target and step.target not in step.sources:
        return version
    if version.state not in step.sources:
        raise NotPossible(_("From “%(state)s” this step is not possible.") % {"state": version.get_state_display()})
    if step.needs_reason and not reason.strip():
        raise NotPossible(_("Please give a reason."))
    if missing := obstacles(version, step):
        raise NotPossible(*missing)
    edition = freeze(version) if transition in _FREEZES_TEXT else current_edition(version)
    if transition == "standardise":
        _supersede_predecessor(actor, version)
        version.published_at = timezone.now()
    if transition in _LEAVES_PANEL:
        call_off_open(actor=actor, subject_kind=KIND, subject_id=version.pk, reason=reason)
    _write(actor, version, transition, step.target, reason, edition.pk)
    if transition in _OPENS_TEXT:
        open_next(version)
    return version


@transaction.atomic
def close_round(*, actor: Any, round_id: UUID) -> RecommendationVersion:
    """Close a round and move its version on; the next text is opened. Raises NotPossible, saying what is missing.

    The guards look at the round while it is open. Nothing can be written into it meanwhile: triggers wait for its lock.
    """
    ending = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    version = locked(ending.version_id)
    if not ending.is_open:
        return version
    step = BY_NAME["close_round"]
    if missing := obstacles(version, step):
        raise NotPossible(*missing)
    _end_round(actor, ending, Round.State.CLOSED)
    _write(actor, version, step.name, step.target, "", ending.edition_id)
    open_next(version)
    return version


@transaction.atomic
def call_off_round(*, actor: Any, round_id: UUID, reason: str) -> RecommendationVersion:
    """End a round without a result; its version is a draft again. Raises NotPossible without a reason."""
    ending = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    version = locked(ending.version_id)
    if not ending.is_open:
        return version
    if not reason.strip():
        raise NotPossible(_("Please give a reason."))
    _end_round(actor, ending, Round.State.CALLED_OFF, reason)
    step = BY_NAME["call_off_round"]
    _write(actor, version, step.name, step.target, reason, ending.edition_id)
    open_next(version)
    return version


def _end_round(actor: Any, ending: Round, state: str, reason: str = "") -> None:
    ending.state, ending.closed_by, ending.closed_at, ending.reason = state, actor, timezone.now(), reason.strip()
    ending.save(update_fields=["state", "closed_by", "closed_at", "reason", "updated_at"])
    record(actor=actor, verb=f"round.{state}", target=ending)


def _write(
    actor: Any, version: RecommendationVersion, transition: str, target: State, reason: str, edition_id: UUID
) -> None:
    before, version.state, version.state_since = version.state, target, timezone.now()
    version.save(update_fields=["state", "state_since", "published_at", "updated_at"])
    StateChange.objects.create(
        version=version,
        transition=transition,
        from_state=before,
        to_state=target,
        reason=reason.strip(),
        edition_id=edition_id,
        actor=actor,
    )
    data = {"transition": transition, "from": before, "to": str(target)}
    record(actor=actor, verb="recommendation.moved", target=version, data=data)
    transaction.on_commit(partial(version_moved.send_robust, sender=None, version_id=version.pk, transition=transition))


def _supersede_predecessor(actor: Any, version: RecommendationVersion) -> None:
    standard = version.recommendation.versions.filter(state=State.STANDARD).first()
    if standard is not None:
        advance(actor=actor, version_id=standard.pk, transition="supersede")


@transaction.atomic
def start_version(*, actor: Any, recommendation_id: UUID) -> RecommendationVersion:
    """Begin the next version of a recommendation with the words of the last; NotPossible while one is in work."""
    recommendation = Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)
    last = recommendation.versions.order_by("-number").first()
    if last is None or last.state not in (State.STANDARD, State.SUPERSEDED, State.WITHDRAWN):
        raise NotPossible(_("A version of it is being worked on already."))
    version = RecommendationVersion.objects.create(
        recommendation=recommendation, number=last.number + 1, state_since=timezone.now()
    )
    open_next(version, like=current_edition(last))
    record(actor=actor, verb="recommendation.version_started", target=version)
    return version
