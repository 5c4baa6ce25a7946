"""Reads on adoptions. Each runs in the scope the caller entered."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from apps.commitments.models import Adoption, AdoptionChange, AdoptionNeed, Measure
from apps.commitments.states import DECIDED, AdoptionState
from apps.recommendations.models import Edition, RecommendationVersion
from apps.reviews.lifecycle import ADOPTABLE, FINAL, State

#: The text a municipality reads: the last that was frozen; where none is, the one that is written.
_SHOWN_FIRST = (F("frozen_at").desc(nulls_last=True), "-number")


def adoptions() -> "QuerySet[Adoption]":
    """All adoptions with version and recommendation, by the recommendation's number, the newest version first."""
    found: QuerySet[Adoption] = Adoption.objects.select_related("version__recommendation").order_by(
        "version__recommendation__number", "-version__number"
    )
    return found


def adoption(key: UUID) -> Adoption | None:
    """One adoption with version, document, and the version it was kept despite."""
    return adoptions().select_related("document", "kept_despite").filter(pk=key).first()


def edition_of(version: RecommendationVersion) -> Edition:
    """The text of a version that municipalities read."""
    return version.editions.order_by(*_SHOWN_FIRST)[0]


def titles_of(versions: Collection[UUID]) -> Mapping[UUID, str]:
    """The titles of versions by key; one query."""
    rows = (
        Edition.objects.filter(version__in=versions)
        .order_by("version_id", *_SHOWN_FIRST)
        .distinct("version_id")
        .values_list("version", "title")
    )
    return dict(rows)


def newer_standards(versions: Iterable[RecommendationVersion]) -> Mapping[UUID, RecommendationVersion]:
    """By key of a version the standard that is newer than it, where there is one; one query."""
    asked = list(versions)
    found = RecommendationVersion.objects.filter(
        state=State.STANDARD, recommendation__in={version.recommendation_id for version in asked}
    ).select_related("recommendation")
    standards = {standard.recommendation_id: standard for standard in found}
    return {
        version.pk: standards[version.recommendation_id]
        for version in asked
        if version.recommendation_id in standards and standards[version.recommendation_id].number > version.number
    }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An adoption whose recommendation has a newer version, on which nothing has been decided. `title`: the newer's."""

    adoption: Adoption
    newer: RecommendationVersion
    title: str


def waiting(rows: Collection[Adoption], newer: Mapping[UUID, RecommendationVersion]) -> list[Adoption]:
    """Those of `rows`, all adoptions of a municipality, that a newer standard asks. Pure."""
    decided = {row.version_id for row in rows if row.state != AdoptionState.CONSIDERED}
    return [
        row
        for row in rows
        if row.state in DECIDED
        and row.version_id in newer
        and row.kept_despite_id != newer[row.version_id].pk
        and newer[row.version_id].pk not in decided
    ]


def asks(row: Adoption, newer: RecommendationVersion | None) -> bool:
    """The same for one adoption; at most one query."""
    if newer is None or row.state not in DECIDED or row.kept_despite_id == newer.pk:
        return False
    return not Adoption.objects.filter(version=newer).exclude(state=AdoptionState.CONSIDERED).exists()


def to_confirm() -> list[Confirmation]:
    """What new versions ask of the municipality, for its home too: three queries at most."""
    rows = list(adoptions())
    newer = newer_standards(row.version for row in rows) if rows else {}
    asked = waiting(rows, newer)
    titles = titles_of({newer[row.version_id].pk for row in asked}) if asked else {}
    return [Confirmation(row, newer[row.version_id], titles[newer[row.version_id].pk]) for row in asked]


def replaced() -> set[UUID]:
    """Keys of the adoptions that a later decision on a newer version has replaced."""
    later = Adoption.objects.exclude(follows=None).exclude(state=AdoptionState.CONSIDERED)
    return set(later.values_list("follows", flat=True))


def is_replaced(row: Adoption) -> bool:
    """Whether a newer version has been decided on in the place of this one."""
    return bool(Adoption.objects.filter(follows=row).exclude(state=AdoptionState.CONSIDERED).exists())


def candidates() -> "QuerySet[RecommendationVersion]":
    """Versions that the municipality can consider and has not yet: what can be adopted, and drafts shared as such."""
    return (
        RecommendationVersion.objects.filter(
            Q(state__in=ADOPTABLE) | Q(shared_as_draft_at__isnull=False) & ~Q(state__in=FINAL)
        )
        .exclude(pk__in=list(Adoption.objects.values_list("version", flat=True)))
        .select_related("recommendation")
        .order_by("recommendation__number", "-number")
    )


def editions_of(versions: Collection[UUID]) -> Mapping[UUID, Edition]:
    """The texts that municipalities read, by version; one query, blocks not loaded."""
    rows = Edition.objects.filter(version__in=versions).order_by("version_id", *_SHOWN_FIRST).distinct("version_id")
    return {row.version_id: row for row in rows}


def changes_of(row: Adoption) -> "QuerySet[AdoptionChange]":
    """The steps on record with who took them, the last first."""
    found: QuerySet[AdoptionChange] = (
        AdoptionChange.objects.filter(adoption=row).select_related("actor").order_by("-created_at")
    )
    return found


def needs_of(row: Adoption) -> "QuerySet[AdoptionNeed]":
    """The needs an adoption answers, each with its item and the questionnaire's version."""
    found: QuerySet[AdoptionNeed] = AdoptionNeed.objects.filter(adoption=row).select_related("need__item")
    return found


def measures_of(row: Adoption) -> "QuerySet[Measure]":
    """The measures of an adoption with department and people, by deadline."""
    found: QuerySet[Measure] = Measure.objects.filter(adoption=row).select_related("org_unit", "responsible", "deputy")
    return found.order_by(F("due_on").asc(nulls_last=True), "number")


def all_measures() -> "QuerySet[Measure]":
    """The measures of the municipality for its plan, by adoption and deadline."""
    found: QuerySet[Measure] = Measure.objects.select_related(
        "org_unit", "responsible", "deputy", "adoption__version__recommendation"
    )
    return found.order_by(
        F("adoption__version__recommendation__number").asc(nulls_last=True), F("due_on").asc(nulls_last=True), "number"
    )
