"""Sections in other hands, in each of the stands that are worth seeing: given, handed back, sent as a personal link."""

from datetime import timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.assessments.actions.delegations import give_by_link, give_sections, hand_back
from apps.assessments.models import Assessment, Delegation, Wave
from apps.core import scope
from apps.demo.content.municipalities import (
    COORDINATOR,
    DELEGATIONS,
    MUNICIPALITIES,
    DemoDelegation,
    DemoMunicipality,
    address_of,
)
from apps.demo.seeding.people import BASE_URL
from apps.municipalities.models import Municipality


def seed_delegations(waves: dict[str, Wave], municipalities: dict[str, Municipality]) -> None:
    """Give sections where the assessment is being worked on and none has ever been given."""
    for place in MUNICIPALITIES:
        wanted = [found for found in DELEGATIONS if found.slug == place.slug]
        if not wanted:
            continue
        with scope.enter(scope.municipality(municipalities[place.slug])):
            open_ones = Assessment.objects.filter(wave=waves["T1"], state=Assessment.State.IN_PROGRESS)
            assessment = open_ones.filter(wave__state=Wave.State.OPEN).first()
            if assessment is None or Delegation.objects.exists():
                continue
            for delegation in wanted:
                _give(place, assessment, delegation)


def _give(place: DemoMunicipality, assessment: Assessment, wanted: DemoDelegation) -> None:
    due_on = timezone.localdate() + timedelta(days=wanted.due)
    coordinator = User.objects.get(email=address_of(next(who for who in place.people if who.role == COORDINATOR)))
    if "@" in wanted.to:
        give_by_link(
            actor=coordinator,
            assessment_id=assessment.pk,
            section=wanted.section,
            due_on=due_on,
            base_url=BASE_URL,
            name=wanted.name,
            email=wanted.to,
            note=wanted.note,
        )
        return
    person = next(who for who in place.people if who.last_name == wanted.to)
    user = User.objects.get(email=address_of(person))
    (given,) = give_sections(
        actor=coordinator,
        assessment_id=assessment.pk,
        sections=[wanted.section],
        due_on=due_on,
        base_url=BASE_URL,
        user=user,
        note=wanted.note,
    )
    if wanted.is_handed_back:
        hand_back(actor=user, delegation_id=given.pk, base_url=BASE_URL)
