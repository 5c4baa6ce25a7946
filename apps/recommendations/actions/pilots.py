"""What follows for a version when a municipality has begun to pilot it, or has evaluated its pilot."""

from uuid import UUID

from django.db import transaction

from apps.recommendations.actions.lifecycle import advance, locked
from apps.recommendations.guards import obstacles
from apps.reviews.lifecycle import BY_NAME

STEPS = ("start_piloting", "conclude_piloting")


@transaction.atomic
def follow_pilots(*, version_id: UUID) -> list[str]:
    """Take the steps that pilots allow now, and return their names; none where nothing follows.

    In the programme's scope: only there can pilots of different municipalities be counted. May run any number of times.
    """
    taken = []
    for name in STEPS:
        step, version = BY_NAME[name], locked(version_id)
        if version.state in step.sources and not obstacles(version, step):
            advance(actor=None, version_id=version_id, transition=name)
            taken.append(name)
    return taken
