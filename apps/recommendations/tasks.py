from uuid import UUID

from apps.core import scope
from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.recommendations.actions import pilots, rounds, synopses


@scoped_task(name="recommendations.make_synopsis")
def make_synopsis(carried: Scope, *, copy_id: str) -> None:
    """Typeset one synopsis."""
    synopses.make_synopsis(scope=carried, copy_id=copy_id)


@scoped_task(name="recommendations.sweep_synopses")
def sweep_synopses(carried: Scope) -> None:
    """Send again what a dead worker left."""
    synopses.sweep_synopses(scope=carried)


@scoped_task(name="recommendations.remind_rounds")
def remind_rounds(carried: Scope) -> None:
    """Remind the invited of rounds that end soon."""
    rounds.remind(scope=carried)


@scoped_task(name="recommendations.tell_of_new_wording")
def tell_of_new_wording(carried: Scope, *, version_id: str) -> None:
    """Tell those who commented that the new text is there."""
    with scope.enter(carried):
        rounds.tell_of_new_wording(version_id=UUID(version_id))


@scoped_task(name="recommendations.follow_pilots")
def follow_pilots(carried: Scope, *, version_id: str) -> None:
    """Take the steps that pilots of a version allow now."""
    with scope.enter(carried):
        pilots.follow_pilots(version_id=UUID(version_id))


@scoped_task(name="recommendations.sweep_pilots")
def sweep_pilots(carried: Scope) -> None:
    """Take the steps that a lost message would have taken."""
    with scope.enter(carried):
        pilots.sweep_pilots()
