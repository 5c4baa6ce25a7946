"""The steps of a place in a session: one table, nothing else. Pure.

requested → (approved) → enrolled | waiting → offered → enrolled → attended | absent, and out of it by cancelling,
refusal, or an offer that nobody answered. A trigger holds the same table (a test compares the two).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceState(models.TextChoices):
    REQUESTED = "requested", _("waiting for approval")
    WAITING = "waiting", _("on the waiting list")
    OFFERED = "offered", _("a seat is offered")
    ENROLLED = "enrolled", _("enrolled")
    ATTENDED = "attended", _("attended")
    ABSENT = "absent", _("not attended")
    CANCELLED = "cancelled", _("cancelled")
    REFUSED = "refused", _("not approved")
    LAPSED = "lapsed", _("offer not answered in time")


#: In these a seat is kept for the person.
HOLDING = frozenset({PlaceState.OFFERED, PlaceState.ENROLLED, PlaceState.ATTENDED, PlaceState.ABSENT})
#: Over without having been there; whoever wants, asks anew.
OVER = frozenset({PlaceState.CANCELLED, PlaceState.REFUSED, PlaceState.LAPSED})
#: A place begins in one of these.
FIRST = frozenset({PlaceState.REQUESTED, PlaceState.WAITING, PlaceState.OFFERED, PlaceState.ENROLLED})

#: Every step a place may take.
STEPS: frozenset[tuple[PlaceState, PlaceState]] = frozenset(
    {
        (PlaceState.REQUESTED, PlaceState.ENROLLED),
        (PlaceState.REQUESTED, PlaceState.WAITING),
        (PlaceState.REQUESTED, PlaceState.REFUSED),
        (PlaceState.REQUESTED, PlaceState.CANCELLED),
        (PlaceState.WAITING, PlaceState.OFFERED),
        (PlaceState.WAITING, PlaceState.CANCELLED),
        (PlaceState.OFFERED, PlaceState.ENROLLED),
        (PlaceState.OFFERED, PlaceState.CANCELLED),
        (PlaceState.OFFERED, PlaceState.LAPSED),
        (PlaceState.ENROLLED, PlaceState.ATTENDED),
        (PlaceState.ENROLLED, PlaceState.ABSENT),
        (PlaceState.ENROLLED, PlaceState.CANCELLED),
        # A list that was kept wrong is corrected.
        (PlaceState.ATTENDED, PlaceState.ABSENT),
        (PlaceState.ABSENT, PlaceState.ATTENDED),
    }
)


def may_become(before: str, after: str) -> bool:
    """Whether a place may go from one state to the other."""
    return (PlaceState(before), PlaceState(after)) in STEPS
