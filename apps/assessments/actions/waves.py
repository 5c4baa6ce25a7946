"""Waves: created, opened, extended and closed by the project team, in the programme's scope; municipalities invited."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.assessments import queries
from apps.assessments.actions.answers import locked
from apps.assessments.actions.assessments import WrongState
from apps.assessments.models import Assessment, Wave
from apps.audit.actions import record
from apps.instruments.models import InstrumentVersion
from apps.municipalities.models import Municipality
from apps.notifications.actions import send

NOT_SIGNED = (Assessment.State.INVITED, Assessment.State.IN_PROGRESS, Assessment.State.IN_REVIEW)


class NotLater(ValueError):
    """The new deadline is not later than the one that holds."""


@transaction.atomic
def create_wave(
    *,
    actor: Any,
    label: str,
    instrument_version: InstrumentVersion,
    profile: str,
    opens_on: date,
    closes_on: date,
    evidence_required: bool,
    topic: str = "",
    then_test: bool = False,
) -> Wave:
    """A wave in preparation; topic: its module, if it has one of its own.

    Raises WrongState for a questionnaire that is not published: drafts still change.
    """
    if not instrument_version.is_published:
        raise WrongState(gettext("The questionnaire has not been published."))
    wave = Wave.objects.create(
        label=label,
        instrument_version=instrument_version,
        profile=profile,
        opens_on=opens_on,
        closes_on=closes_on,
        evidence_required=evidence_required,
        topic=topic,
        then_test=then_test,
    )
    record(actor=actor, verb="wave.created", target=wave, data={"wave": str(wave)})
    return wave


@transaction.atomic
def open_wave(*, actor: Any, wave: Wave) -> Wave:
    """From now on answers are taken. Nothing to do where it is open; raises WrongState for a closed one."""
    wave = _locked(wave)
    if wave.state == Wave.State.OPEN:
        return wave
    if wave.state != Wave.State.DRAFT:
        raise WrongState(gettext("A closed wave cannot be opened again."))
    wave.state, wave.opened_at = Wave.State.OPEN, timezone.now()
    wave.save(update_fields=["state", "opened_at", "updated_at"])
    record(actor=actor, verb="wave.opened", target=wave, data={"wave": str(wave)})
    return wave


@transaction.atomic
def invite_municipalities(
    *, actor: Any, wave: Wave, municipalities: Sequence[Municipality], base_url: str
) -> list[Assessment]:
    """Give each municipality its assessment and tell its coordinators; those that have one are passed over.

    base_url: scheme and host of this site, without a slash at the end. Raises WrongState unless the wave is open.
    """
    wave = _locked(wave)
    if not wave.is_open:
        raise WrongState(gettext("The wave is not open."))
    taken = set(Assessment.objects.filter(wave=wave).values_list("municipality_id", flat=True))
    new = [
        Assessment(municipality=municipality, wave=wave)
        for municipality in municipalities
        if municipality.pk not in taken
    ]
    Assessment.objects.bulk_create(new)
    if wave.site != base_url:
        wave.site = base_url
        wave.save(update_fields=["site", "updated_at"])
    coordinators = queries.coordinators_by_municipality([assessment.municipality for assessment in new])
    for assessment in new:
        municipality = assessment.municipality
        record(actor=actor, verb="assessment.invited", target=assessment, municipality=municipality)
        url = base_url + reverse("assessments-detail", args=[municipality.slug, assessment.pk])
        for person in coordinators.get(municipality.pk, []):
            with translation.override(person.language):
                subject = gettext("%(wave)s: the needs assessment of %(name)s begins") % {
                    "wave": wave,
                    "name": municipality.name,
                }
            send(
                kind="assessment-invitation",
                to=person.email,
                subject=subject,
                template="assessments/mail/invitation.txt",
                context={"person": person, "assessment": assessment, "municipality": municipality, "url": url},
                language=person.language,
            )
    return new


@transaction.atomic
def extend_wave(*, actor: Any, wave: Wave, closes_on: date, reason: str, base_url: str) -> Wave:
    """A later deadline for all; the coordinators of those who have not signed are told, unless theirs is later anyway.

    Raises WrongState unless the wave is open, NotLater, ValueError for an empty reason.
    """
    reason = _required(reason)
    wave = _locked(wave)
    if not wave.is_open:
        raise WrongState(gettext("The wave is not open."))
    if closes_on <= wave.closes_on:
        raise NotLater
    before, wave.closes_on = wave.closes_on, closes_on
    wave.save(update_fields=["closes_on", "updated_at"])
    data = {"wave": str(wave), "from": before.isoformat(), "to": closes_on.isoformat(), "reason": reason}
    record(actor=actor, verb="wave.extended", target=wave, data=data)
    waiting = Assessment.objects.filter(wave=wave, state__in=NOT_SIGNED).select_related("municipality")
    concerned = [found for found in waiting if found.extended_to is None or found.extended_to < closes_on]
    _tell_extended(concerned, wave, reason, base_url)
    return wave


@transaction.atomic
def extend_assessment(*, actor: Any, assessment_id: UUID, extended_to: date, reason: str, base_url: str) -> Assessment:
    """A later deadline for one municipality, whose coordinators are told.

    Raises Assessment.DoesNotExist, WrongState (signed, or the wave is not open), NotLater, ValueError for an empty
    reason.
    """
    reason = _required(reason)
    assessment = locked(assessment_id)
    if not assessment.wave.is_open:
        raise WrongState(gettext("The wave is not open."))
    if assessment.state not in NOT_SIGNED:
        raise WrongState(gettext("The assessment has been signed."))
    before = assessment.due_on
    if extended_to <= before:
        raise NotLater
    assessment.extended_to = extended_to
    assessment.save(update_fields=["extended_to", "updated_at"])
    data = {"from": before.isoformat(), "to": extended_to.isoformat(), "reason": reason}
    record(actor=actor, verb="assessment.extended", target=assessment, municipality=assessment.municipality, data=data)
    _tell_extended([assessment], assessment.wave, reason, base_url)
    return assessment


def _required(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValueError("An extension needs a reason.")
    return reason


def _tell_extended(assessments: Iterable[Assessment], wave: Wave, reason: str, base_url: str) -> None:
    """Write to the coordinators of each; the deadline in the mail is the one that holds for theirs."""
    found = list(assessments)
    coordinators = queries.coordinators_by_municipality([assessment.municipality for assessment in found])
    for assessment in found:
        assessment.wave = wave
        municipality = assessment.municipality
        for person in coordinators.get(municipality.pk, []):
            with translation.override(person.language):
                subject = gettext("%(wave)s: %(name)s has more time") % {"wave": wave, "name": municipality.name}
            send(
                kind="assessment-extended",
                to=person.email,
                subject=subject,
                template="assessments/mail/extended.txt",
                context={
                    "person": person,
                    "assessment": assessment,
                    "municipality": municipality,
                    "reason": reason,
                    "url": base_url + reverse("assessments-detail", args=[municipality.slug, assessment.pk]),
                },
                language=person.language,
                dedupe_key=f"{assessment.pk}:{assessment.due_on.isoformat()}",
            )


@transaction.atomic
def close_wave(*, actor: Any, wave: Wave) -> Wave:
    """No answers any more; what is signed is closed with it. Nothing to do where it is closed. Raises WrongState."""
    wave = _locked(wave)
    if wave.state == Wave.State.CLOSED:
        return wave
    if wave.state != Wave.State.OPEN:
        raise WrongState(gettext("The wave has not been opened."))
    now = timezone.now()
    signed = list(
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("municipality")
        .filter(wave=wave, state=Assessment.State.SIGNED_OFF)
    )
    Assessment.objects.filter(pk__in=[assessment.pk for assessment in signed]).update(
        state=Assessment.State.CLOSED, closed_at=now, updated_at=now
    )
    for assessment in signed:
        record(actor=actor, verb="assessment.closed", target=assessment, municipality=assessment.municipality)
    wave.state, wave.closed_at = Wave.State.CLOSED, now
    wave.save(update_fields=["state", "closed_at", "updated_at"])
    record(actor=actor, verb="wave.closed", target=wave, data={"wave": str(wave)})
    return wave


def _locked(wave: Wave) -> Wave:
    return Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
