"""What this app does when something has happened below: it enqueues, nothing else."""

from typing import Any
from uuid import UUID

from apps.core import scope
from apps.core.tasks import enqueue_in
from apps.recommendations.signals import version_moved


def tell_of_new_version(sender: Any, *, version_id: UUID, transition: str, **more: Any) -> None:
    """Municipalities that adopted an earlier version are asked whether they confirm the new one."""
    if transition == "standardise":
        enqueue_in(scope.programme(), "commitments.tell_of_new_version", version_id=str(version_id))


def connect() -> None:
    """Listen; called once, when the app is ready."""
    version_moved.connect(tell_of_new_version, dispatch_uid="commitments.tell_of_new_version")
