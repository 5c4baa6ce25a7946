"""What panel and pilots must have said before a version takes a step, of a recommendation and of a module alike.

The guards that `lifecycle` names for both. Each looks at the database as it is and returns a sentence saying what is
missing, or "".
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.reviewable_declaration import pilot_evidence
from apps.reviews.models import Condition, Review

#: Municipalities that must have evaluated a pilot before a version can become the standard.
PILOTS_NEEDED = 2


def panel_accepted(kind: str, version_id: UUID, *, stage: str, since: datetime) -> str:
    """stage: of the review (Review.Stage). since: when the version came into its state; earlier reviews are others'."""
    review = (
        Review.objects.filter(
            subject_kind=kind,
            subject_id=version_id,
            stage=stage,
            state=Review.State.DECIDED,
            decided_at__gte=since,
        )
        .order_by("-decided_at")
        .first()
    )
    if review is None or review.outcome not in (Review.Outcome.ACCEPTED, Review.Outcome.CONDITIONAL):
        return _("The panel has not accepted it yet.")
    unmet = Condition.objects.filter(review=review, confirmed_at=None).count()
    return _("Conditions of the panel not confirmed as met: %(number)s.") % {"number": unmet} if unmet else ""


def pilot_is_running(kind: str, version_id: UUID, released_at: datetime | None) -> str:
    """released_at: when the text was last released for piloting."""
    if pilot_evidence(kind, version_id, released_at).running:
        return ""
    return _("No municipality has begun to pilot it.")


def two_pilots_are_evaluated(kind: str, version_id: UUID, released_at: datetime | None) -> str:
    """released_at: when the text was last released for piloting."""
    evaluated = pilot_evidence(kind, version_id, released_at).evaluated
    if evaluated >= PILOTS_NEEDED:
        return ""
    return _("Evaluated pilots of different municipalities: %(number)s of %(needed)s.") % {
        "number": evaluated,
        "needed": PILOTS_NEEDED,
    }
