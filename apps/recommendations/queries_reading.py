"""Reads on what may be read: by whom is decided in policies_reading."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apps.accounts.models import ProgrammeRole
from apps.recommendations.guards import KIND
from apps.recommendations.models import BenchWord, Edition, RecommendationVersion, Round, TeamMember
from apps.reviews.lifecycle import ADOPTABLE, State
from apps.reviews.models import MinorityStatement, Review

LANGUAGE = "german"


def readable_by_municipalities() -> "QuerySet[RecommendationVersion]":
    """Versions that municipalities may read: those to take up, and drafts that were shared as such."""
    return RecommendationVersion.objects.filter(
        Q(state__in=sorted(ADOPTABLE)) | Q(published_at__isnull=False) | Q(shared_as_draft_at__isnull=False)
    ).select_related("recommendation")


def once_published() -> "QuerySet[RecommendationVersion]":
    """Versions that were published, those withdrawn since included: everybody may know of them."""
    return RecommendationVersion.objects.filter(published_at__isnull=False).select_related("recommendation")


def published() -> "QuerySet[RecommendationVersion]":
    """Versions that everybody may read: the standards, and what was one before."""
    return once_published().exclude(state=State.WITHDRAWN)


def catalogue(*, words: str = "", dimension: int | None = None) -> "QuerySet[RecommendationVersion]":
    """The standards, by number, with the title and summary of their text as `title` and `summary`.

    words: looked for in title, summary and text (PostgreSQL's German text search); all must occur.
    """
    newest = Edition.objects.filter(version=OuterRef("pk")).order_by("-number")
    found = published().filter(state=State.STANDARD)
    if dimension is not None:
        found = found.filter(recommendation__dimension=dimension)
    if words.strip():
        query = SearchQuery(words, config=LANGUAGE, search_type="websearch")
        editions = Edition.objects.filter(version__in=found).annotate(
            in_fields=SearchVector("title", "summary", config=LANGUAGE),
            in_text=SearchVector("blocks__text", config=LANGUAGE),
        )
        found = found.filter(pk__in=editions.filter(Q(in_fields=query) | Q(in_text=query)).values("version"))
    return found.annotate(
        title=Subquery(newest.values("title")[:1]), summary=Subquery(newest.values("summary")[:1])
    ).order_by("recommendation__number")


def editions_of(version: RecommendationVersion) -> list[Edition]:
    """All texts of a version, oldest first, with their number of blocks."""
    return list(version.editions.annotate(size=Count("blocks")).order_by("number"))


def last_edition(version: RecommendationVersion) -> Edition:
    """The latest text of a version, with its blocks."""
    return version.editions.prefetch_related("blocks").order_by("-number")[0]


def settled_edition(version: RecommendationVersion) -> Edition:
    """The latest text of a version that stands still; the open one only where none has been frozen yet."""
    frozen = version.editions.filter(frozen_at__isnull=False).prefetch_related("blocks").order_by("-number").first()
    return frozen or last_edition(version)


def had_a_round(version: RecommendationVersion) -> bool:
    """Whether anybody but the authors has taken part yet, in this version or an earlier one."""
    return Round.objects.filter(version__recommendation=version.recommendation_id, state=Round.State.CLOSED).exists()


def authors(recommendation_id: UUID) -> list[ProgrammeRole]:
    """The writing team, those who have left included, by bench."""
    members = TeamMember.objects.filter(recommendation=recommendation_id).select_related("role__user")
    return list({member.role_id: member.role for member in members}.values())


def bench_words(versions: Iterable[UUID]) -> list[BenchWord]:
    """What the benches said in the closed rounds of these versions, latest round first."""
    return list(
        BenchWord.objects.filter(round__version__in=list(versions), round__state=Round.State.CLOSED)
        .select_related("round")
        .order_by("-round__closed_at", "bench")
    )


def reviews(versions: Iterable[UUID]) -> list[Review]:
    """The panel's decisions on these versions, latest first."""
    return list(
        Review.objects.filter(subject_kind=KIND, subject_id__in=list(versions), state=Review.State.DECIDED).order_by(
            "-decided_at"
        )
    )


def minority_statements(versions: Iterable[UUID]) -> list[MinorityStatement]:
    """Minority statements on the panel's decisions on these versions, with their signers."""
    return list(
        MinorityStatement.objects.filter(
            review__subject_kind=KIND, review__subject_id__in=list(versions), review__state=Review.State.DECIDED
        )
        .select_related("review")
        .prefetch_related("signers__member__user")
        .order_by("created_at")
    )
