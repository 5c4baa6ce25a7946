from apps.accounts import actions
from apps.core import scope
from apps.core.scope import Scope
from apps.core.tasks import scoped_task


@scoped_task(name="accounts.clear_sessions")
def clear_sessions(carried: Scope) -> None:
    """Delete expired sessions."""
    with scope.enter(carried):
        actions.clear_expired_sessions()
