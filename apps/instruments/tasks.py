from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.instruments import actions_paper


@scoped_task(name="instruments.render_paper")
def render_paper(carried: Scope, *, copy_id: str) -> None:
    """Typeset one questionnaire."""
    actions_paper.render_paper(scope=carried, copy_id=copy_id)


@scoped_task(name="instruments.sweep_papers")
def sweep_papers(carried: Scope) -> None:
    """Send again what a dead worker left."""
    actions_paper.sweep_papers(scope=carried)
