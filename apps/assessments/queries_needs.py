"""Reads on needs as rows. Each runs in the scope the caller entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.assessments.models import Assessment, Need, RoutineCheck
from apps.assessments.policies_routines import RoutineAccess
from apps.assessments.queries import item_names

SIGNED = (Assessment.State.SIGNED_OFF, Assessment.State.CLOSED)


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A need that stands, for apps that build on needs.

    item: its name in the questionnaire's version `version_id`; instrument: key of the questionnaire over all versions.
    kind: as of Need. level and target: None for a routine, level also where it is unknown. priority: "" while none is
    set. One of assessment_id and routine_check_id is set.
    """

    need_id: UUID
    municipality_id: UUID
    kind: str
    item: str
    instrument: str
    version_id: UUID
    dimension: int | None
    level: int | None
    target: int | None
    weight: int
    priority: str
    assessment_id: UUID | None
    routine_check_id: UUID | None


def open_needs() -> list[OpenNeed]:
    """The needs that stand, by dimension and item: in a municipality's scope its own, in the programme's all.

    Those of the last signed assessment, of each module too, and those of completed routine checks; what lapsed is left
    out, and so is what has not been signed. One query.
    """
    last_signed = (
        Assessment.objects.filter(state__in=SIGNED)
        .order_by("municipality_id", "wave__topic", "-wave__opens_on", "-signed_off_at")
        .distinct("municipality_id", "wave__topic")
    )
    rows = (
        Need.objects.filter(lapsed_at=None)
        .filter(
            Q(assessment__in=last_signed.values("pk")) | Q(routine_check__state=RoutineCheck.State.COMPLETED),
        )
        .select_related("item__version__instrument")
        .order_by("municipality_id", "dimension", "item__name", "pk")
    )
    return [
        OpenNeed(
            need_id=row.pk,
            municipality_id=row.municipality_id,
            kind=row.kind,
            item=row.item.name,
            instrument=row.item.version.instrument.key,
            version_id=row.item.version_id,
            dimension=row.dimension,
            level=row.level,
            target=row.target,
            weight=row.weight,
            priority=row.priority,
            assessment_id=row.assessment_id,
            routine_check_id=row.routine_check_id,
        )
        for row in rows
    ]


def rows_of(assessment: Assessment) -> Mapping[str, Need]:
    """The rows of an assessment's needs by item name, lapsed ones included, with who set the priority; one query."""
    names = item_names(assessment.wave.instrument_version_id)
    rows = Need.objects.filter(assessment=assessment).select_related("prioritised_by")
    return {names[row.item_id]: row for row in rows}


def routine_needs(access: RoutineAccess) -> "QuerySet[Need]":
    """Open needs of the routines somebody may see, with item, check, routine and department, by routine."""
    found: QuerySet[Need] = Need.objects.filter(kind=Need.Kind.ROUTINE, lapsed_at=None)
    if not access.sees_all:
        found = found.filter(routine_check__routine__org_unit__in=access.units)
    return found.select_related("item", "routine_check__routine__org_unit").order_by(
        "routine_check__routine__name", "item__position"
    )
