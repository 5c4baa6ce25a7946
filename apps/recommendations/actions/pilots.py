"""What follows for a version when a municipality has begun to pilot it, or has evaluated its pilot."""

from uuid import UUID

from django.db import transaction

from apps.recommendations.actions.lifecycle import advance, locked
from apps.recommendations.guards import obstacles
from apps.recommendations.models import RecommendationVersion
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


def sweep_pilots() -> None:
    """Take the steps that were missed: a message about a pilot may be lost. As follow_pilots, for every version."""
    sources = {state for name in STEPS for state in BY_NAME[name].sources}
    for key in list(RecommendationVersion.objects.filter(state__in=sources).values_list("pk", flat=True)):
        follow_pilots(version_id=key)
