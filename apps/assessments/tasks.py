from apps.assessments.actions import delegations, quartiles, wave_reminders
from apps.core.scope import Scope
from apps.core.tasks import scoped_task


@scoped_task(name="assessments.remind")
def remind(carried: Scope) -> None:
    """Remind of delegated sections whose due date is near or has passed."""
    delegations.remind(scope=carried)


@scoped_task(name="assessments.remind_waves")
def remind_waves(carried: Scope) -> None:
    """Remind coordinators of assessments that have not been handed in."""
    wave_reminders.remind(scope=carried)


@scoped_task(name="assessments.publish_quartiles")
def publish_quartiles(carried: Scope, *, wave_id: str, size_class: str, type_class: str) -> None:
    """Bring the published quartiles of a class up to date."""
    quartiles.publish_quartiles_in(carried=carried, wave_id=wave_id, size_class=size_class, type_class=type_class)
