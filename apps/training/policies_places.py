"""Who may do what with places, and what keeps somebody from taking one. `roles`: request.roles."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role
from apps.training.models import Place, Session
from apps.training.places import PlaceState

#: In these one's own place can be given up.
TO_CANCEL = (PlaceState.REQUESTED, PlaceState.WAITING, PlaceState.OFFERED, PlaceState.ENROLLED)


def may_organise(roles: Collection[str]) -> bool:
    """Enrol people of the municipality, hand on, move, cancel their places, name approvers."""
    return Role.COORDINATOR in roles


def may_see_people(roles: Collection[str]) -> bool:
    """See who of the municipality takes part in ordinary sessions."""
    return bool({Role.COORDINATOR, PROJECT_STAFF}.intersection(roles))


def obstacles(session: Session, *, records_open: bool, is_open_here: bool, now: datetime) -> list[str]:
    """What keeps people of a municipality from enrolling, in sentences; the first is enough to say.

    records_open: the municipality keeps training records. is_open_here: the session is open to it.
    """
    found = []
    if not records_open:
        found.append(_("Training records of this municipality are not open yet. Its coordination can say when."))
    if session.state != Session.State.OPEN:
        found.append(_("This training is not open for enrolment."))
    elif session.enrol_until <= now:
        day = date_format(timezone.localtime(session.enrol_until), "SHORT_DATETIME_FORMAT")
        found.append(_("Enrolment ended on %(day)s.") % {"day": day})
    if not is_open_here:
        found.append(_("This training is not open to this municipality."))
    return found


def may_cancel(place: Place, now: datetime) -> bool:
    """Whether the person can give up the place on the pages; once the training has begun, only by telling somebody."""
    starts = place.session.first_starts_at
    return place.state in TO_CANCEL and (starts is None or starts > now)
