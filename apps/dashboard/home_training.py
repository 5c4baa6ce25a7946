"""What trainings ask of somebody, and what comes next: at home in a municipality, on the own page, in the cockpit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from apps.municipalities.models import Municipality, Role
from apps.municipalities.requests import MunicipalityRequest
from apps.training.models import Completion, ConfidentialPlace, Enrolment, Session
from apps.training.pages_catalogue import seats, title_in
from apps.training.places import PlaceState
from apps.training.queries_catalogue import opening_of, upcoming_sessions
from apps.training.queries_places import waiting_for
from apps.training.queries_sessions import is_below_minimum, not_over, planned_by

#: As many are shown at home; the catalogue and the own trainings show all.
SHOWN = 3
#: Below this many people nothing is counted for others to see.
SMALLEST = 10


# --- At home in a municipality ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextSession:
    """A session to come, with what may be said of its seats."""

    session: Session
    title: str
    seats: str
    seats_kind: str


@dataclass(frozen=True)
class Trainings:
    """Sessions to come that are open to the municipality; what the coordination and approvers have to do.

    planned, too_few: sessions the municipality organises, and those of them that may have to be cancelled. to_approve:
    places that wait for this person's approval. gate_is_open: training records are open. coordinates: whether the
    person plans sessions.
    """

    sessions: list[NextSession] = field(default_factory=list)
    planned: int = 0
    too_few: int = 0
    to_approve: int = 0
    gate_is_open: bool = True
    coordinates: bool = False

    @property
    def is_calm(self) -> bool:
        """Nothing is to be done now."""
        return not (self.to_approve or self.too_few)


def trainings_of(request: MunicipalityRequest, language: str) -> Trainings:
    """The part of the home page on trainings; in the municipality's scope, four queries, more where enrolments wait.

    Of confidential trainings it says what the catalogue says to everybody.
    """
    now = timezone.now()
    coordinates = Role.COORDINATOR in request.roles
    coming = upcoming_sessions(request.municipality).prefetch_related(None)[:SHOWN]
    own = list(not_over(planned_by(request.municipality).prefetch_related(None), now)) if coordinates else []
    return Trainings(
        sessions=[_next_session(session, language, now) for session in coming],
        planned=len(own),
        too_few=sum(is_below_minimum(session, now) for session in own),
        to_approve=len(waiting_for(request.user)),
        gate_is_open=opening_of(request.municipality) is not None if coordinates else True,
        coordinates=coordinates,
    )


def _next_session(session: Session, language: str, now: datetime) -> NextSession:
    words, kind = seats(session, now)
    return NextSession(session, title_in(session, language), words, kind)


# --- On the own page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextTraining:
    """A training of the person: when, and how the place stands. Nothing tells which, or of which kind."""

    starts_at: datetime
    state: str
    is_offer: bool
    answer_until: datetime | None


_TO_COME = (PlaceState.REQUESTED, PlaceState.WAITING, PlaceState.OFFERED, PlaceState.ENROLLED)


def next_trainings(user: Any) -> list[NextTraining]:
    """The person's next trainings, of every kind alike, the earliest first, offers that wait for an answer before them.

    In the person's scope; two queries.
    """
    found: list[NextTraining] = []
    for model in (Enrolment, ConfidentialPlace):
        rows = model.objects.filter(
            user=user, state__in=_TO_COME, session__last_ends_at__gt=timezone.now()
        ).values_list("session__first_starts_at", "state", "offer_until")
        found += [
            NextTraining(starts, str(PlaceState(state).label), state == PlaceState.OFFERED, until)
            for starts, state, until in rows
        ]
    return sorted(found, key=lambda place: (not place.is_offer, place.starts_at))[:SHOWN]


# --- In the cockpit ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrainingFigures:
    """What the project team sees of a municipality: sessions it has organised, people who have completed a module.

    completed: None where it is fewer than SMALLEST, which is all that may be said then.
    """

    sessions: int = 0
    completed: int | None = None


def figures_by_municipality(municipalities: Iterable[Municipality]) -> dict[UUID, TrainingFigures]:
    """By municipality; two queries. In the programme's scope, which reads nothing confidential."""
    keys = [municipality.pk for municipality in municipalities]
    sessions: Mapping[UUID, int] = dict(
        Session.objects.filter(host__in=keys)
        .filter(Q(state=Session.State.OPEN) | Q(state=Session.State.HELD))
        .order_by()
        .values_list("host")
        .annotate(number=Count("pk"))
    )
    people: Mapping[UUID, int] = dict(
        Completion.objects.filter(municipality__in=keys)
        .order_by()
        .values_list("municipality")
        .annotate(number=Count("user", distinct=True))
    )
    return {
        key: TrainingFigures(sessions.get(key, 0), people[key] if people.get(key, 0) >= SMALLEST else None)
        for key in keys
    }
