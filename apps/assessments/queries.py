"""Reads on waves and assessments. Each runs in the scope the caller entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from apps.accounts.models import User
from apps.assessments.content import Content, content_of
from apps.assessments.models import (
    Answer,
    Assessment,
    AssessmentSection,
    DimensionResult,
    EvidenceUse,
    Signature,
    Wave,
)
from apps.assessments.models.department import is_undecided
from apps.assessments.questionnaire import Questionnaire, Reading
from apps.instruments.models import Item
from apps.instruments.queries import load_compiled
from apps.municipalities.models import Membership, Municipality, Role

_VERSIONS_KEPT = 32


@lru_cache(maxsize=_VERSIONS_KEPT)
def item_keys(version_id: UUID) -> Mapping[str, UUID]:
    """Key of each item of a version by its name. Waves use published versions, which never change."""
    return dict(Item.objects.filter(version_id=version_id).values_list("name", "pk"))


@lru_cache(maxsize=_VERSIONS_KEPT)
def item_names(version_id: UUID) -> Mapping[UUID, str]:
    """The reverse of `item_keys`."""
    return {key: name for name, key in item_keys(version_id).items()}


def questionnaire_of(assessment: Assessment) -> Questionnaire:
    """The questions of an assessment; `wave` and `municipality` are loaded."""
    wave = assessment.wave
    return Questionnaire(
        compiled=load_compiled(wave.instrument_version_id),
        profile=wave.profile,
        competences=competences_of(assessment.municipality),
        evidence_required=wave.evidence_required,
    )


def competences_of(municipality: Municipality) -> frozenset[str] | None:
    """Competences of a municipality as confirmed by a person; None where nobody has confirmed any."""
    if municipality.competences_confirmed_at is None and not municipality.competences:
        return None
    return frozenset(municipality.competences)


def answers_of(assessment: Assessment) -> dict[str, Answer]:
    """All stored answers by item name; `is_proven` says whether a document or an address is named as evidence."""
    names = item_names(assessment.wave.instrument_version_id)
    uses = EvidenceUse.objects.filter(assessment=OuterRef("assessment"), item=OuterRef("item"))
    found: QuerySet[Answer] = (
        Answer.objects.filter(assessment=assessment)
        .annotate(is_proven=Exists(uses), is_undecided=is_undecided())
        .select_related("file")
        .order_by()
    )
    return {names[answer.item_id]: answer for answer in found}


def contents_of(answers: Mapping[str, Answer]) -> dict[str, Content]:
    """The content of each answer."""
    return {name: content_of(answer) for name, answer in answers.items()}


def read(assessment: Assessment, *, language: str = "") -> Reading:
    """The assessment's questionnaire over its present answers."""
    return reading_of(assessment, answers_of(assessment), language=language)


def reading_of(assessment: Assessment, answers: Mapping[str, Answer], *, language: str = "") -> Reading:
    """The same over answers that `answers_of` has loaded."""
    proven = [name for name, answer in answers.items() if answer.is_proven]
    undecided = [name for name, answer in answers.items() if answer.is_undecided]
    return questionnaire_of(assessment).read(
        contents_of(answers), language=language, proven=proven, undecided=undecided
    )


def assessments() -> QuerySet[Assessment]:
    """The assessments of the scope with wave and municipality, newest wave first."""
    found: QuerySet[Assessment] = Assessment.objects.select_related("wave", "municipality").order_by(
        "-wave__opens_on", "wave__label", "-created_at"
    )
    return found


def assessments_with_progress() -> QuerySet[Assessment]:
    """As `assessments`, each with `required` and `answered` summed over its sections (None before the start)."""
    return assessments().annotate(required=Sum("sections__required"), answered=Sum("sections__answered"))


def sections_of(assessment: Assessment) -> list[AssessmentSection]:
    """The sections with their progress, in order."""
    return list(AssessmentSection.objects.filter(assessment=assessment).order_by("position"))


def valid_signature(assessment: Assessment) -> Signature | None:
    """The signature that stands, or None."""
    found: Signature | None = (
        Signature.objects.filter(assessment=assessment, revoked_at=None).select_related("recorded_by").first()
    )
    return found


def results_of(assessment: Assessment) -> list[DimensionResult]:
    """The results as they were signed."""
    return list(DimensionResult.objects.filter(assessment=assessment).order_by("dimension"))


def people_with_role(role: str) -> list[User]:
    """The active people with a role in the municipality of the scope."""
    memberships = Membership.objects.filter(role=role, ended_at=None, user__is_active=True)
    return [membership.user for membership in memberships.select_related("user").order_by("user__last_name")]


def holds_role(user: Any, role: str) -> bool:
    """Does the person hold this role in the municipality of the scope, now?"""
    return bool(Membership.objects.filter(user=user, role=role, ended_at=None).exists())


# --- Programme ----------------------------------------------------------------------------------------------------


def waves() -> QuerySet[Wave]:
    """All waves, newest first, each with counts of its assessments: `invited`, `working`, `in_review`, `signed`."""
    states = Assessment.State

    def count(*wanted: str) -> Count:
        return Count("assessments", filter=Q(assessments__state__in=wanted))

    return Wave.objects.select_related("instrument_version__instrument").annotate(
        invited=Count("assessments"),
        working=count(states.IN_PROGRESS),
        in_review=count(states.IN_REVIEW),
        signed=count(states.SIGNED_OFF, states.CLOSED),
    )


@dataclass(frozen=True, slots=True)
class MunicipalityProgress:
    """A municipality's assessment in a wave: how far it is, over the sections it has begun."""

    assessment: Assessment
    required: int
    answered: int
    sections: int
    complete: int


def wave_progress(wave: Wave) -> list[MunicipalityProgress]:
    """Progress of every municipality in a wave, by name. Runs in the programme's scope."""
    rows = (
        Assessment.objects.filter(wave=wave)
        .select_related("municipality", "wave")
        .annotate(
            required=Sum("sections__required"),
            answered=Sum("sections__answered"),
            section_count=Count("sections"),
            complete=Count("sections", filter=Q(sections__state=AssessmentSection.State.COMPLETE)),
        )
        .order_by("municipality__name")
    )
    return [
        MunicipalityProgress(row, row.required or 0, row.answered or 0, row.section_count, row.complete) for row in rows
    ]


def not_invited(wave: Wave) -> QuerySet[Municipality]:
    """Active municipalities without an assessment in the wave, model municipalities first."""
    taken = Assessment.objects.filter(wave=wave).values("municipality_id")
    return Municipality.objects.filter(is_active=True).exclude(pk__in=taken).order_by("-stage", "name")


def coordinators_by_municipality(municipalities: Iterable[Municipality]) -> dict[UUID, list[User]]:
    """Coordinators of each municipality. Runs in the programme's scope."""
    memberships = Membership.objects.filter(
        municipality__in=list(municipalities), role=Role.COORDINATOR, ended_at=None, user__is_active=True
    ).select_related("user")
    found: dict[UUID, list[User]] = {}
    for membership in memberships:
        found.setdefault(membership.municipality_id, []).append(membership.user)
    return found
