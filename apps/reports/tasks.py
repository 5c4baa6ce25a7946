from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.reports import actions


@scoped_task(name="reports.build_report")
def build_report(carried: Scope, *, job_id: str) -> None:
    """Make one report."""
    actions.build_report(scope=carried, job_id=job_id)


@scoped_task(name="reports.sweep")
def sweep(carried: Scope) -> None:
    """Send again what a dead worker left."""
    actions.sweep(scope=carried)
