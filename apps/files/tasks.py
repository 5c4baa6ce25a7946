from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.files import actions


@scoped_task(name="files.sweep")
def sweep(carried: Scope) -> None:
    """Remove uploads that no row names."""
    actions.sweep(scope=carried)
