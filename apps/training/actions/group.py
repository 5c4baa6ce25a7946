"""Enrolling several people of a municipality in an ordinary session: first what would happen, then doing it.

In the municipality's scope: an address reaches nobody of another municipality. Each gets the mail that people get who
enrol themselves, and can cancel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.actions import record
from apps.municipalities.models import Municipality
from apps.training import policies_places, queries_places
from apps.training.actions import places, seats
from apps.training.actions.seats import NotPossible
from apps.training.models import Enrolment, Session, TrainingOpening
from apps.training.places import OVER


class Outcome(models.TextChoices):
    """What happens to a row."""

    SEAT = "enrolled", _("gets a seat")
    WAITING = "waiting", pgettext_lazy("group enrolment", "comes onto the waiting list")
    REQUESTED = "requested", _("is enrolled once it is approved")
    UNKNOWN = "unknown", _("Nobody of your municipality has this address.")
    NO_ADDRESS = "no_address", _("There is no address in this row.")
    TWICE = "twice", _("This person stands in another row too.")
    THERE = "there", _("This person has a place already, or has asked for one.")


#: Outcomes with which somebody comes in.
COMES_IN = (Outcome.SEAT, Outcome.WAITING, Outcome.REQUESTED)


@dataclass(frozen=True, slots=True)
class Line:
    """A row, who it means, and what happens to it."""

    row: int
    address: str
    outcome: Outcome
    user_id: UUID | None = None
    name: str = ""

    @property
    def comes_in(self) -> bool:
        """Whether the person is entered."""
        return self.outcome in COMES_IN


def check(*, session: Session, municipality: Municipality, rows: Iterable[tuple[int, str]]) -> list[Line]:
    """What each row (number, address) would do now, in their order; nothing is stored.

    Others may come first before it is done: then fewer get a seat than it says. Raises NotPossible where nobody of the
    municipality can enrol.
    """
    return _lines(session, municipality, _check_open(session, municipality), rows)


def _lines(
    session: Session, municipality: Municipality, opening: TrainingOpening, rows: Iterable[tuple[int, str]]
) -> list[Line]:
    people = {row.user.email: row.user for row in queries_places.members()}
    there = set(
        Enrolment.objects.filter(session=session).exclude(state__in=sorted(OVER)).values_list("user_id", flat=True)
    )
    left = _seats_left(session, municipality.pk)
    found: list[Line] = []
    seen: set[UUID] = set()
    for number, address in rows:
        person = people.get(address.strip().lower())
        if person is None:
            found.append(Line(number, address, Outcome.UNKNOWN if address.strip() else Outcome.NO_ADDRESS))
            continue
        if person.pk in seen:
            outcome = Outcome.TWICE
        elif person.pk in there:
            outcome = Outcome.THERE
        elif opening.approval == TrainingOpening.Approval.REQUIRED:
            outcome = Outcome.REQUESTED
        elif left > 0:
            outcome, left = Outcome.SEAT, left - 1
        else:
            outcome = Outcome.WAITING
        seen.add(person.pk)
        found.append(Line(number, address, outcome, person.pk, person.get_full_name()))
    return found


@transaction.atomic
def enrol_group(
    *,
    actor: Any,
    session_id: UUID,
    municipality: Municipality,
    addresses: Sequence[str],
    request_key: UUID,
    base_url: str = "",
) -> list[Line]:
    """Enter everybody of the municipality who can be entered, in the order given, with their outcome as it came.

    Sent twice with the same request_key each is entered once. Raises Session.DoesNotExist, NotPossible where nobody
    of the municipality can enrol.
    """
    session = seats.locked(session_id)
    if session.confidential:
        raise Session.DoesNotExist
    by_key = dict(Enrolment.objects.filter(session=session, enrolled_by=actor).values_list("request_key", "state"))
    opening = _check_open(session, municipality)
    lines = _lines(session, municipality, opening, enumerate(addresses, start=1))
    people = {row.user_id: row.user for row in queries_places.members()}
    found: list[Line] = []
    for line in lines:
        key = uuid5(request_key, str(line.user_id))
        if line.user_id is not None and key in by_key and line.outcome != Outcome.TWICE:
            outcome = Outcome(by_key[key]) if by_key[key] in Outcome.values else Outcome.THERE
            found.append(Line(line.row, line.address, outcome, line.user_id, line.name))
            continue
        if line.user_id is None or not line.comes_in:
            found.append(line)
            continue
        place = places.enter(
            person=people[line.user_id],
            session_id=session.pk,
            municipality_id=municipality.pk,
            approval=opening.approval,
            request_key=key,
            enrolled_by=actor,
            base_url=base_url,
        )
        found.append(Line(line.row, line.address, Outcome(place.state), line.user_id, line.name))
    entered = sum(line.comes_in for line in found)
    record(actor=actor, verb="training.group_enrolled", target=session, data={"people": entered})
    return found


def _check_open(session: Session, municipality: Municipality) -> TrainingOpening:
    opening = queries_places.openings([municipality.pk]).get(municipality.pk)
    here = bool(queries_places.open_to(session, {municipality.pk}))
    reasons = policies_places.obstacles(
        session, records_open=opening is not None, is_open_here=here, now=timezone.now()
    )
    if reasons or opening is None:
        raise NotPossible(*reasons[:1])
    return opening


def _seats_left(session: Session, municipality_id: UUID) -> int:
    """How many of the municipality would get a seat at once."""
    if session.waiting or session.free <= 0:
        return 0
    quota = queries_places.quota_of(session, municipality_id)
    return session.free if quota is None else max(min(session.free, quota), 0)
