"""What this app does when something has happened: it enqueues, nothing else."""

from typing import Any
from uuid import UUID

from apps.core import scope
from apps.core.tasks import enqueue_in
from apps.recommendations.signals import version_moved

#: Steps that freeze a text which was written on after a round.
NEW_WORDING = frozenset({"submit", "release_for_piloting", "submit_finally", "standardise"})


def tell_of_new_wording(sender: Any, *, version_id: UUID, transition: str, **more: Any) -> None:
    """Those who commented are told that the text which answers them is there."""
    if transition in NEW_WORDING:
        enqueue_in(scope.programme(), "recommendations.tell_of_new_wording", version_id=str(version_id))


def connect() -> None:
    """Listen; called once, when the app is ready."""
    version_moved.connect(tell_of_new_wording, dispatch_uid="recommendations.tell_of_new_wording")
