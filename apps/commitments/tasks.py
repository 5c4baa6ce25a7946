from uuid import UUID

from apps.commitments.actions import adoptions, reminders
from apps.core.scope import Scope
from apps.core.tasks import scoped_task


@scoped_task(name="commitments.remind")
def remind(carried: Scope) -> None:
    """Remind of measures whose deadline is near or has passed."""
    reminders.remind(scope=carried)


@scoped_task(name="commitments.tell_of_new_version")
def tell_of_new_version(carried: Scope, *, version_id: str) -> None:
    """Ask municipalities that adopted an earlier version whether they confirm the new one."""
    adoptions.tell_of_new_version(scope=carried, version_id=UUID(version_id))
