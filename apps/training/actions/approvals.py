"""Approving enrolments where a municipality wants it: by person, time and cost, and nothing else.

Everything here concerns ordinary sessions, in the municipality's scope.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.audit.actions import record
from apps.municipalities.models import Membership
from apps.notifications.actions import send
from apps.training import mails, queries_places
from apps.training.actions import seats
from apps.training.actions.seats import NotPossible
from apps.training.models import Approver, Enrolment, Session, TrainingOpening
from apps.training.places import PlaceState


@transaction.atomic
def approve(*, actor: Any, place_id: UUID, base_url: str = "") -> Enrolment:
    """Give the seat, or a place in the waiting list by the time the person asked. Approved before: left as it is.

    Raises Enrolment.DoesNotExist, NotPossible where it was decided otherwise, or the training takes nobody any more.
    """
    place, session = _locked(place_id)
    if place.decided_at is not None and place.state != PlaceState.REFUSED:
        return place
    _check_undecided(place)
    now, starts = seats.moment_of(session), session.first_starts_at
    if not TrainingOpening.objects.filter(of=place.municipality, closed_at=None).exists():
        raise NotPossible(_("Training records are not open yet."))
    if session.state != Session.State.OPEN or starts is None or starts <= now:
        raise NotPossible(_("The training has begun or does not take place."))
    has_seat = seats.has_seat(session, place.municipality.pk)
    _decide(actor, place, PlaceState.ENROLLED if has_seat else PlaceState.WAITING, session)
    mails.tell(place, session, place.state, base_url=base_url)
    if not has_seat and session.free > 0:
        seats.fill_later(session)
    return place


@transaction.atomic
def refuse(*, actor: Any, place_id: UUID, reason: str, base_url: str = "") -> Enrolment:
    """Do not approve, with a reason the person reads. Refused before: left as it is.

    Raises Enrolment.DoesNotExist, NotPossible without a reason, or where it was decided otherwise.
    """
    place, session = _locked(place_id)
    if place.state == PlaceState.REFUSED:
        return place
    _check_undecided(place)
    if not reason.strip():
        raise NotPossible(_("Please give a reason."))
    place.refused_because = reason.replace("\r\n", "\n").replace("\x00", "").strip()
    _decide(actor, place, PlaceState.REFUSED, session)
    mails.tell(place, session, mails.REFUSED, base_url=base_url)
    return place


def tell_approvers(*, place_id: UUID) -> int:
    """Write to those who decide about an enrolment that one waits, once each; returns how many mails.

    In the municipality's scope. The mail names neither the person nor the training.
    """
    place = Enrolment.objects.filter(pk=place_id, state=PlaceState.REQUESTED).select_related("municipality").first()
    if place is None:
        return 0
    municipality = place.municipality
    url = settings.SITE_ADDRESS + reverse("training-approvals", args=[municipality.slug])
    told = 0
    for person in queries_places.deciding_about(place):
        with translation.override(person.language):
            subject = _("%(municipality)s: an enrolment waits for your approval") % {"municipality": municipality.name}
        mail = send(
            kind="training-approval",
            to=person.email,
            subject=subject,
            template="training/mail/approval.txt",
            context={"name": person.get_full_name(), "municipality": municipality.name, "url": url},
            language=person.language,
            dedupe_key=str(place.pk),
        )
        told += mail is not None
    return told


@transaction.atomic
def name_approver(*, actor: Any, user_id: UUID, org_unit: Any) -> Approver:
    """Let somebody of the municipality approve: of a department and those below it, or of all without another.

    Named already: left as it is. Raises NotPossible where the person does not belong to the municipality.
    """
    if not Membership.objects.filter(user=user_id, ended_at=None, user__is_active=True).exists():
        raise NotPossible(_("This person does not belong to the municipality."))
    found: Approver
    found, created = Approver.objects.get_or_create(user_id=user_id, org_unit=org_unit)
    if created:
        record(actor=actor, verb="training.approver_named", target=found)
    return found


@transaction.atomic
def remove_approver(*, actor: Any, approver: Approver) -> None:
    """The person no longer approves there."""
    record(actor=actor, verb="training.approver_removed", target=approver)
    approver.delete()


def _locked(place_id: UUID) -> tuple[Enrolment, Session]:
    """The place as it is under its session's lock."""
    session_id = Enrolment.objects.filter(pk=place_id).values_list("session_id", flat=True).first()
    if session_id is None:
        raise Enrolment.DoesNotExist
    session = seats.locked(session_id)
    return Enrolment.objects.select_related("user", "municipality").get(pk=place_id), session


def _check_undecided(place: Enrolment) -> None:
    if place.state != PlaceState.REQUESTED:
        raise NotPossible(_("This enrolment no longer waits for approval."))


def _decide(actor: Any, place: Enrolment, state: PlaceState, session: Session) -> None:
    now = seats.moment_of(session)
    place.state, place.state_since, place.decided_by, place.decided_at = state, now, actor, now
    fields = ["state", "state_since", "decided_by", "decided_at", "refused_because", "updated_at"]
    place.save(update_fields=fields)
    record(actor=actor, verb="training.enrolment_decided", target=place, data={"approved": state != PlaceState.REFUSED})
