from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.notifications import actions


@scoped_task(name="notifications.deliver")
def deliver(carried: Scope, *, mail_id: str) -> None:
    """Hand one mail to the mail server."""
    actions.deliver(scope=carried, mail_id=mail_id)


@scoped_task(name="notifications.sweep")
def sweep(carried: Scope) -> None:
    """Send what has been waiting too long."""
    actions.sweep(scope=carried)
