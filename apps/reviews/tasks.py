from apps.core import scope
from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.reviews.actions import reviews


@scoped_task(name="reviews.remind")
def remind(carried: Scope) -> None:
    """Remind members of the panel of reviews and votes that are due in three days."""
    with scope.enter(carried):
        reviews.remind()
