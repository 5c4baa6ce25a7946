"""Confidential contributions to a round, and what the project team says about several of them.

Who contributes is asked for by the view and is no argument here: it is written nowhere, in no audit entry either.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.recommendations.actions.comments import tidy
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.actions.rounds import locked, must_be_open
from apps.recommendations.models import MIN_CONTRIBUTIONS, Contribution, ContributionSummary


@transaction.atomic
def contribute(*, round_id: UUID, section: str, text: str) -> None:
    """Hand in a contribution without a name. Raises NotPossible where the round has ended or nothing was said."""
    must_be_open(locked(round_id))
    if not (text := tidy(text)):
        raise NotPossible(_("Please write something."))
    Contribution(round_id=round_id, section=section, text=text).save(force_insert=True)


@transaction.atomic
def summarise(
    *, actor: Any, round_id: UUID, section: str, text: str, contributions: Collection[UUID]
) -> ContributionSummary:
    """Say for the benches what at least three contributions have in common. In the programme's scope.

    Raises NotPossible where the round has ended, there are too few, one belongs to another part or round, or one has
    been summed up before: the same contribution twice would tell it apart.
    """
    about = locked(round_id)
    must_be_open(about)
    keys = set(contributions)
    if len(keys) < MIN_CONTRIBUTIONS:
        needed = {"number": MIN_CONTRIBUTIONS}
        raise NotPossible(_("A summary rests on at least %(number)s contributions.") % needed)
    if not (text := tidy(text)):
        raise NotPossible(_("Please write a summary."))
    found = Contribution.objects.select_for_update(of=("self",)).filter(round=about, pk__in=keys, summary=None)
    if section:
        found = found.filter(section=section)
    if len(found) != len(keys):
        raise NotPossible(_("A contribution belongs to another part of the text, or has been summed up already."))
    summary = ContributionSummary.objects.create(
        round=about, section=section, text=text, rests_on=len(keys), written_by=actor
    )
    Contribution.objects.filter(pk__in=keys).update(summary=summary)
    record(actor=actor, verb="round.summarised", target=summary, data={"rests_on": len(keys)})
    return summary
