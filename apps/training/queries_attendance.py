"""Reads on who was there. Lists are of ordinary sessions; of confidential ones a person reads the own rows alone."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from apps.accounts.models import User
from apps.training import attendance_list
from apps.training.models import Attendance, ConfidentialPlace, Enrolment, Session, SessionDate
from apps.training.places import PlaceState

#: These stand on the list.
ON_THE_LIST = (PlaceState.ENROLLED, PlaceState.ATTENDED, PlaceState.ABSENT)
_NEAR = timedelta(days=1)


def participants(session: Session) -> "QuerySet[Enrolment]":
    """Who is on the list of an ordinary session, as far as the scope sees them; by name."""
    found: QuerySet[Enrolment] = (
        Enrolment.objects.filter(session=session, state__in=ON_THE_LIST)
        .select_related("user", "municipality")
        .prefetch_related(Prefetch("attendances", queryset=Attendance.objects.order_by("date_id")))
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return found


def near_dates(now: datetime) -> "QuerySet[SessionDate]":
    """Dates of open sessions around this moment: those a check-in code may belong to."""
    return SessionDate.objects.select_related("session__module").filter(
        session__state=Session.State.OPEN, starts_at__lte=now + _NEAR, ends_at__gte=now - _NEAR
    )


def own_place(person: User, session: Session) -> Enrolment | ConfidentialPlace | None:
    """The person's place on the list of a session, ordinary or confidential. In the person's scope."""
    model: type[Enrolment] | type[ConfidentialPlace] = ConfidentialPlace if session.confidential else Enrolment
    found: Enrolment | ConfidentialPlace | None = model.objects.filter(
        Q(user=person), session=session, state__in=ON_THE_LIST
    ).first()
    return found


def attended_share(place: Enrolment | ConfidentialPlace) -> int:
    """Share of the time of its session that the holder of a place was there, in percent. In the person's scope."""
    present: set[UUID] = set(place.attendances.values_list("date_id", flat=True))
    return attendance_list.share(present, list(SessionDate.objects.filter(session=place.session_id)))
