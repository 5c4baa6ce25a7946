"""The way of an assessment: start, hand in, sign off, return, close. Each step once, under a lock, audited.

The audit record holds states and names of fields, never the content of answers.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.assessments import queries
from apps.assessments.actions.answers import Entry, locked, save_answers, save_progress
from apps.assessments.actions.history import forget_people
from apps.assessments.actions.needs import record_needs
from apps.assessments.actions.quartiles import publish_quartiles_later
from apps.assessments.content import content_hash
from apps.assessments.models import Assessment, DimensionResult, Signature
from apps.assessments.questionnaire import COMPETENCES_QUESTION, Missing, Questionnaire
from apps.audit.actions import record
from apps.files.models import StoredFile
from apps.instruments.definition import COMPETENCES
from apps.instruments.scoring import DimensionScore
from apps.municipalities.models import Role
from apps.notifications.actions import send

State = Assessment.State

_PLACES = Decimal("0.00001")


class WrongState(Exception):
    """The assessment is not in a state in which this can be done."""


class Incomplete(Exception):
    """Something is still missing; `missing` says what."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(f"{len(missing)} missing")
        self.missing = tuple(missing)


class NotSignatory(Exception):
    """Only somebody who is signatory of the municipality now may sign."""


@transaction.atomic
def start_assessment(*, actor: Any, assessment_id: UUID) -> Assessment:
    """Begin: lay out the sections and fill in what is known. Nothing to do where it has begun.

    Raises Assessment.DoesNotExist, WrongState (the wave is not open).
    """
    assessment = locked(assessment_id)
    if assessment.state != State.INVITED:
        return assessment
    if not assessment.wave.is_open:
        raise WrongState(gettext("The wave is not open."))
    assessment.state, assessment.started_at = State.IN_PROGRESS, timezone.now()
    assessment.save(update_fields=["state", "started_at", "updated_at"])
    questionnaire = queries.questionnaire_of(assessment)
    save_progress(assessment, None, questionnaire.read({}))
    known = known_answers(questionnaire)
    if known:
        save_answers(actor=actor, assessment_id=assessment.pk, entries=known)
    record(actor=actor, verb="assessment.started", target=assessment)
    return assessment


def known_answers(questionnaire: Questionnaire) -> list[Entry]:
    """What an assessment can begin with: defaults of the form, and the confirmed competences."""
    form = questionnaire.form
    initial = {
        name: tuple(value.split()) if form.items[name].is_select else (value,)
        for name, value in questionnaire.compiled.initial_answers().items()
        if form.items[name].takes_answer and questionnaire.in_profile(form.items[name])
    }
    item = form.items.get(COMPETENCES_QUESTION)
    if item is not None and item.takes_answer and questionnaire.competences is not None:
        offered = {choice.name for choice in form.choices(item)}
        held = tuple(name for name in COMPETENCES if name in questionnaire.competences & offered)
        if held or "none" in offered:
            initial[COMPETENCES_QUESTION] = held or ("none",)
    return [Entry(name, values) for name, values in initial.items()]


@transaction.atomic
def submit_for_review(*, actor: Any, assessment_id: UUID, url: str) -> Assessment:
    """Hand in for signature and tell the signatories. Nothing to do where it is in review already.

    url: of the page on which it is signed. Raises Assessment.DoesNotExist, WrongState, Incomplete.
    """
    assessment = locked(assessment_id)
    if assessment.state == State.IN_REVIEW:
        return assessment
    if assessment.state != State.IN_PROGRESS or not assessment.wave.is_open:
        raise WrongState(gettext("The assessment is not being worked on."))
    missing = list(queries.read(assessment).missing())
    if missing:
        raise Incomplete(missing)
    assessment.state = State.IN_REVIEW
    assessment.submitted_at, assessment.submitted_by = timezone.now(), actor
    assessment.save(update_fields=["state", "submitted_at", "submitted_by", "updated_at"])
    record(actor=actor, verb="assessment.submitted", target=assessment)
    for person in queries.people_with_role(Role.SIGNATORY):
        with translation.override(person.language):
            subject = gettext("%(wave)s: please review and sign") % {"wave": assessment.wave}
        send(
            kind="assessment-to-sign",
            to=person.email,
            subject=subject,
            template="assessments/mail/to_sign.txt",
            context={"person": person, "assessment": assessment, "url": url},
            language=person.language,
            dedupe_key=f"{assessment.pk}:{assessment.submitted_at.isoformat()}",
        )
    return assessment


@transaction.atomic
def sign_off(*, actor: Any, assessment_id: UUID, name: str, function: str) -> Assessment:
    """Sign with an account: completeness, state and role are checked again under the lock; results are kept as signed.

    Nothing to do where it is signed already. Raises Assessment.DoesNotExist, NotSignatory, WrongState, Incomplete.
    """
    assessment = locked(assessment_id)
    if not queries.holds_role(actor, Role.SIGNATORY):
        raise NotSignatory
    if assessment.state == State.SIGNED_OFF:
        return assessment
    return _seal(
        actor,
        assessment,
        Signature(kind=Signature.Kind.ACCOUNT, name=name, function=function, account=actor, signed_at=timezone.now()),
    )


@transaction.atomic
def record_signature(
    *,
    actor: Any,
    assessment_id: UUID,
    name: str,
    function: str,
    reference: str,
    signed_on: date,
    document: StoredFile | None = None,
) -> Assessment:
    """Put on record that a person has signed on paper (document), or that a decision stands for it (reference alone).

    document: the signed paper, checked and stored in the same transaction. Raises Assessment.DoesNotExist, WrongState
    (also where it is signed already: the paper would be lost without a word), Incomplete, ValueError for a day before
    the assessment was handed in, or in the future: answers could have changed since.
    """
    assessment = locked(assessment_id)
    if assessment.state == State.IN_REVIEW and not may_be_signed_on(assessment, signed_on):
        raise ValueError("signed before it was handed in, or in the future")
    kind = Signature.Kind.DOCUMENT if document else Signature.Kind.DECISION
    noon = timezone.make_aware(datetime.combine(signed_on, time(12)))
    return _seal(
        actor,
        assessment,
        Signature(
            kind=kind,
            name=name,
            function=function,
            reference=reference,
            document=document,
            recorded_by=actor,
            signed_at=noon,
        ),
    )


def may_be_signed_on(assessment: Assessment, day: date) -> bool:
    """Whether a paper of this day can stand for the answers as they were handed in."""
    submitted = timezone.localdate(assessment.submitted_at) if assessment.submitted_at else timezone.localdate()
    return submitted <= day <= timezone.localdate()


def _seal(actor: Any, assessment: Assessment, signature: Signature) -> Assessment:
    """Sign the answers as they are: results and needs are kept, people forgotten. Raises WrongState, Incomplete."""
    if assessment.state != State.IN_REVIEW:
        raise WrongState(gettext("The assessment has not been handed in for signature."))
    reading = queries.read(assessment)
    missing = list(reading.missing())
    if missing:
        raise Incomplete(missing)
    signature.municipality_id, signature.assessment = assessment.municipality_id, assessment
    signature.content_hash = content_hash(reading.contents)
    signature.save(force_insert=True)
    DimensionResult.objects.bulk_create([_result(assessment, score) for score in reading.scores])
    assessment.state, assessment.signed_off_at = State.SIGNED_OFF, timezone.now()
    assessment.save(update_fields=["state", "signed_off_at", "updated_at"])
    forget_people(assessment)
    record_needs(assessment=assessment, reading=reading)
    record(
        actor=actor,
        verb="assessment.signed_off",
        target=assessment,
        data={"kind": signature.kind, "content_hash": signature.content_hash},
    )
    publish_quartiles_later(wave_id=assessment.wave_id, municipality=assessment.municipality)
    return assessment


def _result(assessment: Assessment, score: DimensionScore) -> DimensionResult:
    return DimensionResult(
        municipality_id=assessment.municipality_id,
        assessment=assessment,
        dimension=score.dimension,
        value=_decimal(score.value),
        lower=_decimal(score.low),
        upper=_decimal(score.high),
        coverage=_decimal(score.coverage),
        unknown_share=_decimal(score.share_unknown),
        evidence_share=_decimal(score.share_with_evidence),
        counted=score.counted,
        known=score.known,
    )


def _decimal(share: Fraction | None) -> Decimal | None:
    if share is None:
        return None
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_PLACES)


@transaction.atomic
def return_to_progress(*, actor: Any, assessment_id: UUID, reason: str) -> Assessment:
    """Put an assessment in review, or a signed one, back to work. A signature is revoked, the kept results go.

    Raises Assessment.DoesNotExist, WrongState (also where the wave takes no answers any more), ValueError for an
    empty reason.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError("A return needs a reason.")
    assessment = locked(assessment_id)
    if assessment.state not in (State.IN_REVIEW, State.SIGNED_OFF):
        raise WrongState(gettext("The assessment is neither in review nor signed off."))
    if not assessment.wave.is_open:
        raise WrongState(gettext("The wave is not open."))
    was, now = assessment.state, timezone.now()
    if was == State.SIGNED_OFF:
        Signature.objects.filter(assessment=assessment, revoked_at=None).update(revoked_at=now, updated_at=now)
        DimensionResult.objects.filter(assessment=assessment).delete()
    assessment.state = State.IN_PROGRESS
    assessment.submitted_at = assessment.submitted_by = assessment.signed_off_at = None
    assessment.returned_at, assessment.returned_by, assessment.return_reason = now, actor, reason
    assessment.save(
        update_fields=[
            "state", "submitted_at", "submitted_by", "signed_off_at", "returned_at", "returned_by", "return_reason",
            "updated_at",
        ]
    )  # fmt: skip
    record(actor=actor, verb="assessment.returned", target=assessment, data={"from": was})
    if was == State.SIGNED_OFF:
        publish_quartiles_later(wave_id=assessment.wave_id, municipality=assessment.municipality)
    return assessment


@transaction.atomic
def close_assessment(*, actor: Any, assessment_id: UUID) -> Assessment:
    """Close a signed assessment for good: it can no longer be returned. Project staff, in the programme's scope.

    Raises Assessment.DoesNotExist, WrongState.
    """
    assessment = locked(assessment_id)
    if assessment.state == State.CLOSED:
        return assessment
    if assessment.state != State.SIGNED_OFF:
        raise WrongState(gettext("Only a signed assessment can be closed."))
    assessment.state, assessment.closed_at = State.CLOSED, timezone.now()
    assessment.save(update_fields=["state", "closed_at", "updated_at"])
    record(actor=actor, verb="assessment.closed", target=assessment, municipality=assessment.municipality)
    return assessment
