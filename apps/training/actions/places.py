"""Taking a place in a session and giving it up: for oneself, for a colleague, for the organisers.

What people do themselves runs in their own scope, for ordinary and confidential sessions by the same code, and leaves
no audit record: their own page is the record. What coordinators and project team do concerns ordinary sessions alone
and is recorded without contents.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.core import scope as scopes
from apps.core.tasks import enqueue_in
from apps.training import mails, policies_places, queries_places
from apps.training.actions import seats
from apps.training.actions.seats import AnyPlace, NotPossible
from apps.training.models import Enrolment, Session, TrainingOpening
from apps.training.places import HOLDING, OVER, PlaceState

__all__ = [
    "NotPossible",
    "accept_offer",
    "cancel",
    "cancel_for",
    "decline_offer",
    "enrol",
    "enter",
    "move",
    "position",
    "substitute",
]

# --- The person ---------------------------------------------------------------------------------------------------


def enrol(*, actor: Any, session_id: UUID, municipality_id: UUID, request_key: UUID, base_url: str = "") -> AnyPlace:
    """Take a seat, or a place on the waiting list, or ask for approval; the place's state says which.

    In the person's scope. Sent twice with the same request_key it is done once. Raises NotPossible with sentences,
    Session.DoesNotExist.
    """
    belongs, approval = queries_places.standing(actor, municipality_id)
    if not belongs:
        raise NotPossible(_("You do not belong to this municipality."))
    return enter(
        person=actor,
        session_id=session_id,
        municipality_id=municipality_id,
        approval=approval,
        request_key=request_key,
        base_url=base_url,
    )


def enter(
    *,
    person: Any,
    session_id: UUID,
    municipality_id: UUID,
    approval: str | None,
    request_key: UUID,
    enrolled_by: Any = None,
    base_url: str = "",
) -> AnyPlace:
    """Enter somebody who belongs to the municipality, as `enrol`. enrolled_by: who does it for the person.

    approval: as the municipality handles enrolments (TrainingOpening.Approval), None where its records are not open.
    In the person's scope, or for ordinary sessions in the municipality's. Nothing is written before the last refusal:
    no savepoint is needed, which would cost as much as the insert. Raises as `enrol`.
    """
    session = seats.locked(session_id)
    if enrolled_by is not None and session.confidential:
        raise NotPossible(_("People enrol themselves here."))
    # A key that was used for another session is refused here: the database's own answer would stand in its log.
    model = seats.model_of(session)
    mine = queries_places.entered(model, person, session, request_key)
    sent_before: AnyPlace | None = next((place for place in mine if place.request_key == request_key), None)
    if sent_before is not None and sent_before.session_id != session.pk:
        raise NotPossible(_("This form was sent before. Please load the page again."))
    if sent_before is not None:
        return sent_before
    if any(place.state not in OVER for place in mine):
        raise NotPossible(_("There is a place in this training already."))
    _check_open(session, municipality_id, records_open=approval is not None)
    place: AnyPlace = model(
        municipality_id=municipality_id,
        session=session,
        user=person,
        state=_first_state(session, municipality_id, approval),
        state_since=seats.moment_of(session),
        entered_at=seats.moment_of(session),
        request_key=request_key,
    )
    if isinstance(place, Enrolment):
        place.enrolled_by = enrolled_by
    place.save(force_insert=True)
    mails.tell(place, session, place.state, base_url=base_url)
    if place.state == PlaceState.REQUESTED:
        enqueue_in(scopes.municipality(municipality_id), "training.tell_approvers", place_id=str(place.pk))
    if place.state == PlaceState.WAITING and session.free > 0:
        # All before this one may be waiting for their municipality's quota.
        seats.fill_later(session)
    return place


def _first_state(session: Session, municipality_id: UUID, approval: str | None) -> PlaceState:
    if approval == TrainingOpening.Approval.REQUIRED and not session.confidential:
        return PlaceState.REQUESTED
    return PlaceState.ENROLLED if seats.has_seat(session, municipality_id) else PlaceState.WAITING


def _check_open(session: Session, municipality_id: UUID, *, records_open: bool) -> None:
    here = bool(queries_places.open_to(session, {municipality_id}))
    reasons = policies_places.obstacles(
        session, records_open=records_open, is_open_here=here, now=seats.moment_of(session)
    )
    if reasons:
        raise NotPossible(reasons[0])


@transaction.atomic
def cancel(*, actor: Any, place_id: UUID, base_url: str = "") -> AnyPlace:
    """Give up one's own place. One that is cancelled is left as it is. In the person's scope.

    Raises Enrolment.DoesNotExist where the person has no such place, NotPossible once the training has begun.
    """
    place, session = _own(actor, place_id)
    return _cancel(place, session, mails.CANCELLED, base_url)


@transaction.atomic
def accept_offer(*, actor: Any, place_id: UUID, base_url: str = "") -> AnyPlace:
    """Take an offered seat. One that was taken is left as it is. In the person's scope.

    Raises Enrolment.DoesNotExist, NotPossible where there is no offer, or it was not answered in time.
    """
    place, session = _own(actor, place_id)
    if place.state == PlaceState.ENROLLED:
        return place
    now = seats.moment_of(session)
    if place.state == PlaceState.LAPSED or (place.offer_until is not None and place.offer_until <= now):
        raise NotPossible(_("The time for an answer is over; the seat goes to the next person. You can enrol anew."))
    if place.state != PlaceState.OFFERED or session.state != Session.State.OPEN:
        raise NotPossible(_("No seat is offered to you here."))
    seats.step(place, PlaceState.ENROLLED, now)
    mails.tell(place, session, mails.ENROLLED, base_url=base_url)
    return place


@transaction.atomic
def decline_offer(*, actor: Any, place_id: UUID, base_url: str = "") -> AnyPlace:
    """Leave an offered seat to the next person; the place is over. In the person's scope.

    One that is over already is left as it is. Raises Enrolment.DoesNotExist, NotPossible where there is no offer.
    """
    place, session = _own(actor, place_id)
    if place.state in (PlaceState.CANCELLED, PlaceState.LAPSED):
        return place
    if place.state != PlaceState.OFFERED:
        raise NotPossible(_("No seat is offered to you here."))
    return _cancel(place, session, mails.CANCELLED, base_url)


def position(place: AnyPlace) -> int | None:
    """Where one's own place stands in the waiting list, from 1; None while it does not wait. In the person's scope."""
    return queries_places.positions([place.pk]).get(place.pk)


def _own(actor: Any, place_id: UUID) -> tuple[AnyPlace, Session]:
    """The person's place as it is under its session's lock."""
    found = queries_places.my_place(actor, place_id)
    if found is None:
        raise Enrolment.DoesNotExist
    found.user = actor
    return _under_lock(found)


def _under_lock(found: AnyPlace) -> tuple[AnyPlace, Session]:
    session, person = seats.locked(found.session_id), found.user
    place: AnyPlace = type(found).objects.get(pk=found.pk)
    place.user = person
    return place, session


def _cancel(place: AnyPlace, session: Session, event: str, base_url: str) -> AnyPlace:
    if place.state == PlaceState.CANCELLED:
        return place
    if place.state not in seats.OPEN_STATES:
        raise NotPossible(_("This place is over: nothing is to be cancelled."))
    now = seats.moment_of(session)
    if session.first_starts_at is not None and session.first_starts_at <= now:
        raise NotPossible(_("The training has begun. Please tell the organisers that you cannot come."))
    held_a_seat, was_enrolled = place.state in HOLDING, place.state == PlaceState.ENROLLED
    seats.step(place, PlaceState.CANCELLED, now)
    mails.tell(place, session, event, base_url=base_url, in_calendar=was_enrolled)
    if held_a_seat:
        seats.fill_later(session)
    return place


# --- Coordinators and project team: ordinary sessions ---------------------------------------------------------------


@transaction.atomic
def cancel_for(*, actor: Any, place_id: UUID, base_url: str = "") -> Enrolment:
    """Cancel somebody's place. In the scope of the person's municipality, or the programme's.

    Raises Enrolment.DoesNotExist, NotPossible once the training has begun.
    """
    place, session = _of_scope(place_id)
    if place.state == PlaceState.CANCELLED:
        return place
    _cancel(place, session, mails.CANCELLED_BY_ORGANISER, base_url)
    record(actor=actor, verb="training.place_cancelled", target=place, municipality=place.municipality)
    return place


@transaction.atomic
def substitute(*, actor: Any, place_id: UUID, address: str, base_url: str = "") -> Enrolment:
    """Hand on a seat to a colleague of the same municipality, who is asked by an offer. In the municipality's scope.

    The seat passes in one step, also past a waiting list: it was the department's. The colleague's place is returned.
    Raises Enrolment.DoesNotExist, NotPossible where nobody of that address is there, or has a place already.
    """
    place, session = _of_scope(place_id)
    known = queries_places.member_by_address(address)
    if known is None:
        raise NotPossible(_("Nobody of your municipality has this address."))
    key = uuid5(place.pk, str(known.user_id))
    handed: Enrolment | None = Enrolment.objects.filter(request_key=key).select_related("user").first()
    if handed is not None:
        return handed
    if place.state not in (PlaceState.ENROLLED, PlaceState.OFFERED):
        raise NotPossible(_("Only a seat can be handed on."))
    now = seats.moment_of(session)
    starts = session.first_starts_at
    if session.state != Session.State.OPEN or starts is None or starts <= now:
        raise NotPossible(_("The training has begun or is over."))
    if not queries_places.openings([place.municipality.pk]):
        raise NotPossible(_("Training records of this municipality are not open yet. Its coordination can say when."))
    if Enrolment.objects.filter(session=session, user=known.user_id).exclude(state__in=sorted(OVER)).exists():
        raise NotPossible(_("This person has a place already, or has asked for one."))
    was_enrolled = place.state == PlaceState.ENROLLED
    seats.step(place, PlaceState.CANCELLED, now)
    until = min(now + timedelta(hours=session.offer_hours), starts)
    passed = Enrolment(
        municipality_id=place.municipality_id,
        session=session,
        user=known.user,
        state=PlaceState.OFFERED,
        state_since=now,
        entered_at=now,
        offer_until=until,
        request_key=key,
        enrolled_by=actor,
        replaces=place,
    )
    passed.save(force_insert=True)
    mails.tell(place, session, mails.HANDED_ON, base_url=base_url, in_calendar=was_enrolled)
    mails.tell(passed, session, mails.OFFERED, base_url=base_url, until=until)
    record(actor=actor, verb="training.seat_handed_on", target=passed, municipality=place.municipality)
    return passed


@transaction.atomic
def move(*, actor: Any, place_id: UUID, to_session_id: UUID, base_url: str = "") -> Enrolment:
    """Move a place to another session of the module: a seat there, or the waiting list by the original time of asking.

    In the scope of the person's municipality, or the programme's. Moved already, the new place is returned. Raises
    Enrolment.DoesNotExist, Session.DoesNotExist, NotPossible.
    """
    found = queries_places.enrolment(place_id)
    if found is None:
        raise Enrolment.DoesNotExist
    # Always in the same order, so that two moves the other way round do not wait for each other.
    under_lock = {key: seats.locked(key) for key in sorted({found.session_id, to_session_id})}
    before, after = under_lock[found.session_id], under_lock[to_session_id]
    place: Enrolment = Enrolment.objects.select_related("user", "municipality").get(pk=place_id)
    key = uuid5(place.pk, str(after.pk))
    before_this: Enrolment | None = Enrolment.objects.filter(request_key=key).select_related("user").first()
    if before_this is not None:
        return before_this
    _check_move(place, before, after)
    whose = place.municipality.pk
    _check_open(after, whose, records_open=TrainingOpening.objects.filter(of=whose, closed_at=None).exists())
    now, held, was_enrolled = seats.moment_of(before), place.state in HOLDING, place.state == PlaceState.ENROLLED
    seats.step(place, PlaceState.CANCELLED, now)
    seat = seats.has_seat(after, whose)
    moved = Enrolment(
        municipality_id=place.municipality_id,
        session=after,
        user=place.user,
        state=PlaceState.ENROLLED if seat else PlaceState.WAITING,
        state_since=now,
        entered_at=place.entered_at,
        request_key=key,
        enrolled_by=actor,
        replaces=place,
    )
    moved.save(force_insert=True)
    if was_enrolled:
        # Out of the calendar by its own mail: the new place has another entry there.
        mails.tell(place, before, mails.MOVED_FROM, base_url=base_url)
    mails.tell(moved, after, mails.MOVED if seat else mails.WAITING, base_url=base_url)
    record(actor=actor, verb="training.place_moved", target=moved, municipality=place.municipality)
    if held:
        seats.fill_later(before)
    if not seat and after.free > 0:
        seats.fill_later(after)
    return moved


def _check_move(place: Enrolment, before: Session, after: Session) -> None:
    if after.module_id != before.module_id or after.pk == before.pk:
        raise NotPossible(_("People are moved to another date of the same training."))
    if place.state not in (PlaceState.WAITING, PlaceState.OFFERED, PlaceState.ENROLLED):
        raise NotPossible(_("Only a seat or a place on the waiting list can be moved."))
    there = Enrolment.objects.filter(session=after, user=place.user_id, municipality=place.municipality_id)
    if there.exclude(state__in=sorted(OVER)).exists():
        raise NotPossible(_("This person has a place already, or has asked for one."))


def _of_scope(place_id: UUID) -> tuple[Enrolment, Session]:
    found = queries_places.enrolment(place_id)
    if found is None:
        raise Enrolment.DoesNotExist
    place, session = _under_lock(found)
    assert isinstance(place, Enrolment)  # as it was found
    place.municipality = found.municipality
    return place, session
