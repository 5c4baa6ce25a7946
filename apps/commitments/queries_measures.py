"""Reads on measures. Each runs in the scope the caller entered; those of one municipality's plan load it once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apps.accounts.models import User
from apps.assessments.models import Need
from apps.commitments.models import (
    Adoption,
    AdoptionNeed,
    CalendarToken,
    IndicatorValue,
    Measure,
    MeasureComment,
    MeasureDependency,
    MeasureEvidence,
    MeasureNeed,
)
from apps.commitments.states import ENDED, MEASURE_OPEN
from apps.municipalities.models import Membership, OrgUnit
from apps.municipalities.queries.memberships import active_members
from apps.recommendations.models import Edition

SOON = timedelta(days=30)
FIRST_REMINDER = timedelta(days=14)
LAST_REMINDER = timedelta(days=29)


@dataclass(frozen=True, slots=True)
class Plan:
    """All measures of a municipality, by number, without their long texts.

    waits: by measure those it waits for, by number. dimensions: by measure the fields of action it answers.
    """

    measures: list[Measure]
    waits: Mapping[UUID, list[Measure]]
    dimensions: Mapping[UUID, frozenset[int]]


def _edition_title(version: str) -> Subquery:
    """Title of the latest text of a version; `version`: where its key stands."""
    return Subquery(Edition.objects.filter(version=OuterRef(version)).order_by("-number").values("title")[:1])


def measures() -> "QuerySet[Measure]":
    """All measures with department, people, adoption (`adoption_title`) and the number of its recommendation."""
    found: QuerySet[Measure] = (
        Measure.objects.select_related("org_unit", "responsible", "deputy", "adoption__version__recommendation")
        .annotate(adoption_title=_edition_title("adoption__version"))
        .order_by("number")
    )
    return found


def plan() -> Plan:
    """The plan of the municipality in scope; three queries, however many measures there are."""
    found = list(measures().defer("description", "indicator_definition", "budget_note", "reason"))
    by_key = {measure.pk: measure for measure in found}
    waits: dict[UUID, list[Measure]] = {}
    for before, after in MeasureDependency.objects.order_by("after__number").values_list("measure_id", "after_id"):
        if before in by_key and after in by_key:
            waits.setdefault(before, []).append(by_key[after])
    dimensions: dict[UUID, set[int]] = {}
    for measure in found:
        if measure.adoption is not None:
            dimensions.setdefault(measure.pk, set()).add(measure.adoption.version.recommendation.dimension)
    needs = MeasureNeed.objects.filter(need__dimension__isnull=False).order_by()
    for key, dimension in needs.values_list("measure_id", "need__dimension"):
        dimensions.setdefault(key, set()).add(dimension)
    return Plan(found, waits, {key: frozenset(values) for key, values in dimensions.items()})


def measure(key: UUID) -> Measure | None:
    """One measure with all it names."""
    return measures().filter(pk=key).first()


def whole_plan() -> list[Measure]:
    """All measures with their long texts, for files; one query."""
    return list(measures())


# --- Parts of one measure -----------------------------------------------------------------------------------------


def links_of(measure: Measure) -> tuple[list[Measure], list[Measure]]:
    """What it waits for, and what waits for it, by number; one query."""
    rows = MeasureDependency.objects.filter(Q(measure=measure) | Q(after=measure)).select_related("measure", "after")
    before, after = [], []
    for row in rows:
        if row.measure_id == measure.pk:
            before.append(row.after)
        else:
            after.append(row.measure)
    return sorted(before, key=_number), sorted(after, key=_number)


def _number(measure: Measure) -> int:
    return measure.number


def values_of(measure: Measure) -> list[IndicatorValue]:
    """Its measured values, the earliest first, with who recorded them."""
    return list(IndicatorValue.objects.filter(measure=measure).select_related("recorded_by"))


def evidence_of(measure: Measure) -> "QuerySet[MeasureEvidence]":
    """Its evidence with the documents, the latest first."""
    found: QuerySet[MeasureEvidence] = MeasureEvidence.objects.filter(measure=measure).select_related("document")
    return found


def comments_of(measure: Measure) -> list[MeasureComment]:
    """Its comments with their authors, the earliest first."""
    return list(MeasureComment.objects.filter(measure=measure).select_related("author"))


def needs_of(measure: Measure) -> list[Need]:
    """The needs it answers, with their items."""
    rows = MeasureNeed.objects.filter(measure=measure).select_related("need__item")
    return [row.need for row in rows]


def others(measure: Measure) -> list[Measure]:
    """The other measures of the municipality, by number."""
    return list(Measure.objects.exclude(pk=measure.pk).only("pk", "number", "title").order_by("number"))


def waiting_pairs() -> list[tuple[UUID, UUID]]:
    """Which measure waits for which, of the whole municipality."""
    return list(MeasureDependency.objects.order_by().values_list("measure_id", "after_id"))


# --- What a form offers -------------------------------------------------------------------------------------------


def members() -> list[User]:
    """Everybody who belongs to the municipality, by name, once each; `is_employee` for who is nothing else."""
    found: dict[UUID, Any] = {}
    for membership in active_members().filter(user__is_active=True):
        person = found.setdefault(membership.user_id, membership.user)
        person.is_employee = getattr(person, "is_employee", True) and membership.role == "employee"
    return list(found.values())


def is_member(user_id: UUID) -> bool:
    """Does an active person belong to the municipality in scope?"""
    return bool(Membership.objects.filter(user=user_id, user__is_active=True, ended_at=None).exists())


def adoptions() -> list[Adoption]:
    """Adoptions that have not ended, with `title` and the number of the recommendation; by number."""
    found: QuerySet[Adoption] = (
        Adoption.objects.exclude(state__in=ENDED)
        .select_related("version__recommendation")
        .annotate(title=_edition_title("version"))
        .order_by("version__recommendation__number", "version__number")
    )
    return list(found)


def needs_of_adoption(adoption_id: UUID) -> list[UUID]:
    """Keys of the needs that an adoption answers."""
    return list(AdoptionNeed.objects.filter(adoption=adoption_id).values_list("need_id", flat=True))


def departments() -> list[OrgUnit]:
    """All departments with what they belong to."""
    return list(OrgUnit.objects.select_related("parent").order_by("name"))


# --- Figures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overview:
    """How many measures there are. soon: due within 30 days; mine: open, of a person who is responsible or deputy."""

    total: int = 0
    open: int = 0
    overdue: int = 0
    soon: int = 0
    done: int = 0
    mine: int = 0
    mine_overdue: int = 0


def _figures(today: date) -> dict[str, Count]:
    is_open, late = Q(state__in=sorted(MEASURE_OPEN)), Q(due_on__lt=today)
    return {
        "total": Count("pk"),
        "open": Count("pk", filter=is_open),
        "overdue": Count("pk", filter=is_open & late),
        "soon": Count("pk", filter=is_open & Q(due_on__range=(today, today + SOON))),
        "done": Count("pk", filter=Q(state="done")),
    }


def overview(*, today: date, user_id: UUID | None = None) -> Overview:
    """The figures of the municipality in scope; `mine` of this person. One query."""
    is_open = Q(state__in=sorted(MEASURE_OPEN))
    mine = Q(responsible=user_id) | Q(deputy=user_id)
    own: dict[str, Count] = {}
    if user_id is not None:
        own = {
            "mine": Count("pk", filter=is_open & mine),
            "mine_overdue": Count("pk", filter=is_open & mine & Q(due_on__lt=today)),
        }
    return Overview(**Measure.objects.order_by().aggregate(**_figures(today), **own))


def overview_by_municipality(*, today: date) -> dict[UUID, Overview]:
    """The figures of all municipalities that have measures, by municipality. In the programme's scope; one query."""
    rows = Measure.objects.order_by().values("municipality_id").annotate(**_figures(today))
    return {row.pop("municipality_id"): Overview(**row) for row in rows}


# --- Deadlines ----------------------------------------------------------------------------------------------------


def near_deadlines(today: date) -> "QuerySet[Measure]":
    """Open measures whose deadline may ask for a reminder, with department and people."""
    found: QuerySet[Measure] = Measure.objects.filter(
        state__in=sorted(MEASURE_OPEN), due_on__range=(today - LAST_REMINDER, today + FIRST_REMINDER)
    ).select_related("municipality", "responsible", "deputy")
    return found


def calendar_token(user_id: UUID) -> CalendarToken | None:
    """The calendar address of a person that works now."""
    found: CalendarToken | None = CalendarToken.objects.filter(user=user_id, revoked_at=None).first()
    return found


def calendar_token_by_hash(token_hash: str) -> CalendarToken | None:
    """The token with this hash, if it has not been revoked and its person is active; with the person."""
    found: CalendarToken | None = (
        CalendarToken.objects.filter(token_hash=token_hash, revoked_at=None, user__is_active=True)
        .select_related("user")
        .first()
    )
    return found


def roles_of(user_id: UUID) -> frozenset[str]:
    """A person's roles in the municipality in scope."""
    return frozenset(Membership.objects.filter(user=user_id, ended_at=None).values_list("role", flat=True))


def with_deadlines(user_id: UUID | None) -> "Iterable[Measure]":
    """Open measures that have a deadline, the nearest first; user_id: only those this person is in charge of."""
    found: QuerySet[Measure] = Measure.objects.filter(state__in=sorted(MEASURE_OPEN), due_on__isnull=False)
    if user_id is not None:
        found = found.filter(Q(responsible=user_id) | Q(deputy=user_id))
    return found.order_by("due_on", "number")
