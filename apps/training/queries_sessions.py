"""Reads on sessions and rooms. The tables are shared; who may plan what is said by the host.

host: the municipality that organises, or None for the project team.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.municipalities.models import Municipality
from apps.training import queries_trainers
from apps.training.fields import edition_in
from apps.training.models import Module, Room, Session, SessionDate, SessionShare, SessionTrainer, TrainingOpening

_State, _OpensTo, _Mode = Session.State, Session.OpensTo, Session.Mode
#: Forms that need a room.
IN_A_ROOM = (_Mode.ON_SITE, _Mode.HYBRID)
#: Forms that need the address of a meeting.
IN_A_MEETING = (_Mode.ONLINE, _Mode.HYBRID)
_WARN_BEFORE = timedelta(days=7)


def sessions() -> "QuerySet[Session]":
    """All sessions with module, host, dates and rooms; by their first date."""
    return Session.objects.select_related("module__offered", "edition", "host").prefetch_related(
        Prefetch("dates", queryset=SessionDate.objects.select_related("room"))
    )


def planned_by(host: Municipality | None) -> "QuerySet[Session]":
    """The sessions that a municipality or the project team organises."""
    return sessions().filter(host=host)


def not_over(found: "QuerySet[Session]", now: datetime) -> "QuerySet[Session]":
    """Those that are being planned, open, or not closed yet; without dates they count as to come."""
    return found.filter(Q(last_ends_at=None) | Q(last_ends_at__gt=now), state__in=[_State.PLANNED, _State.OPEN])


def over(found: "QuerySet[Session]", now: datetime) -> "QuerySet[Session]":
    """Those that were held, cancelled, or whose last date has passed; the latest first."""
    return found.filter(Q(state__in=[_State.HELD, _State.CANCELLED]) | Q(last_ends_at__lte=now)).order_by(
        "-first_starts_at", "-pk"
    )


def session(key: UUID, *, lock: bool = False, **of: object) -> Session | None:
    """One session with all that its page shows: trainers and the municipalities it is open to as well.

    of: more conditions, such as `host=municipality`. lock: under its row lock.
    """
    rows = sessions().select_for_update(of=("self",)) if lock else sessions()
    return (
        rows.filter(pk=key, **of)
        .prefetch_related(
            Prefetch("trainers", queryset=SessionTrainer.objects.select_related("role__user")),
            Prefetch("shares", queryset=SessionShare.objects.select_related("of")),
        )
        .first()
    )


def open_to(municipality: Municipality) -> "QuerySet[Session]":
    """Sessions that are open for enrolment, not over, and open to a municipality's people; by their first date.

    With module, text, host, dates and rooms: the number of queries does not grow with the sessions.
    """
    return sessions().filter(is_for(municipality), state=_State.OPEN, last_ends_at__gt=timezone.now())


def is_for(municipality: Municipality) -> Q:
    """Condition on sessions: they are, or were, open to a municipality's people."""
    shared = SessionShare.objects.filter(session=OuterRef("pk"), of=municipality)
    return (
        Q(opens_to=_OpensTo.ALL)
        | Q(opens_to__in=(_OpensTo.ONE, _OpensTo.SOME), host=municipality)
        | Q(Exists(shared), opens_to=_OpensTo.SOME)
    )


def title(found: Session) -> str:
    """The title of the text a session gives, or of the one that is offered, in the language of the moment."""
    text = found.edition or found.module.offered
    return edition_in(text, get_language() or "").title if text is not None else found.module.code


def modules_to_plan(host: Municipality | None) -> "QuerySet[Module]":
    """Modules that a session can be planned of. Only the project team plans sessions of empowerment modules."""
    found = Module.objects.filter(offered__isnull=False).select_related("offered")
    return found if host is None else found.filter(is_empowerment=False)


def rooms(host: Municipality | None) -> "QuerySet[Room]":
    """The rooms of a municipality, or of the programme."""
    return Room.objects.filter(host=host)


def municipalities() -> "QuerySet[Municipality]":
    """Whom a session can be opened to."""
    return Municipality.objects.filter(is_active=True).order_by("name")


def is_below_minimum(found: Session, now: datetime) -> bool:
    """Whether an open session may have to be cancelled: enrolment ends within a week, and people are missing.

    Never of a confidential session: nothing is said about its people.
    """
    if found.confidential or found.state != _State.OPEN or found.taken >= found.minimum:
        return False
    return found.enrol_until - now <= _WARN_BEFORE


def obstacles(found: Session) -> list[str]:
    """What keeps a planned session (as from `session`) from being opened, in sentences."""
    now = timezone.now()
    reasons: list[str] = []
    dates = list(found.dates.all())
    if found.module.offered_id is None:
        reasons.append(_("The module is not offered any more."))
    if not dates:
        reasons.append(_("It has no date yet."))
    elif dates[0].starts_at <= now:
        reasons.append(_("Its first date has passed."))
    if found.enrol_until <= now:
        reasons.append(_("The deadline for enrolment has passed."))
    if found.mode in IN_A_ROOM and any(date.room_id is None for date in dates):
        reasons.append(_("It takes place on site: every date needs a room."))
    if found.opens_to == _OpensTo.SOME and not found.shares.all():
        reasons.append(_("It is open to chosen municipalities, and none is chosen yet."))
    if found.opens_to == _OpensTo.ONE and not _records_are_open(found.host_id):
        reasons.append(_("The documents before training records of the municipality are not stored yet."))
    return reasons + lead_obstacles(found, dates)


def lead_obstacles(found: Session, dates: list[SessionDate]) -> list[str]:
    """What is wrong with who leads a session: nobody, or somebody who may not. People learn at their own pace alone."""
    leading = [row.role for row in found.trainers.all() if row.is_lead]
    if not leading:
        return [] if found.mode == _Mode.SELF_PACED else [_("Nobody leads it yet.")]
    first_day = timezone.localdate(dates[0].starts_at) if dates else timezone.localdate()
    return queries_trainers.leading_obstacles(found, first_day, leading)


def _records_are_open(municipality_id: UUID | None) -> bool:
    return TrainingOpening.objects.filter(of=municipality_id, closed_at=None).exists()
