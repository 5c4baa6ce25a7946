"""Reminding of trainings: a week before the first date, and a day before each."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.training import mails
from apps.training.actions.seats import model_of
from apps.training.models import Session, SessionDate
from apps.training.places import PlaceState

WEEK, DAY = timedelta(days=7), timedelta(days=1)


def remind(*, scope: Scope, now: datetime | None = None) -> int:
    """Write each reminder once per place and date; returns how many mails.

    scope: the programme's for ordinary sessions, that of allocation for confidential ones, which cannot see whether a
    mail is there already and counts it again. Who enrolled later than a
    reminder would have gone out is not reminded of at once.
    """
    now = now or timezone.now()
    confidential = scope.name == scopes.ALLOCATION
    with scopes.enter(scope, read_only=True):
        found = list(_near(now, confidential).values_list("pk", flat=True))
    count = 0
    for key in found:
        with scopes.enter(scope):
            count += _remind_of(key, timezone.localdate(now))
    return count


def stage(starts_on: date, is_first: bool, today: date) -> timedelta | None:
    """Which reminder the day asks for: a day or a week ahead; None: none."""
    left = starts_on - today
    if timedelta(0) < left <= DAY:
        return DAY
    return WEEK if is_first and DAY < left <= WEEK else None


def _near(now: datetime, confidential: bool) -> "QuerySet[SessionDate]":
    return SessionDate.objects.filter(
        session__state=Session.State.OPEN,
        session__confidential=confidential,
        starts_at__gt=now,
        starts_at__lt=now + WEEK + DAY,
    )


def _remind_of(date_id: UUID, today: date) -> int:
    about = SessionDate.objects.select_related("session__module__offered", "session__edition").get(pk=date_id)
    starts_on = timezone.localdate(about.starts_at)
    due = stage(starts_on, about.starts_at == about.session.first_starts_at, today)
    if due is None:
        return 0
    rows = model_of(about.session).objects.filter(session=about.session, state=PlaceState.ENROLLED)
    count = 0
    for place in rows.select_related("user"):
        if timezone.localdate(place.state_since) < starts_on - due:
            count += mails.tell(place, about.session, mails.REMINDER, once=f"{about.pk}:{due.days}")
    return count
