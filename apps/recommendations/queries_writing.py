"""Reads behind writing: lists, the text with who has which section in hand, teams, expenses, what is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Sum, When

from apps.accounts.models import Bench, ProgrammeRole, ProgrammeRoleKind, User
from apps.accounts.queries import bearers
from apps.assessments.models import WritingPriority
from apps.instruments.definition import DIMENSION_NAMES, Form, localized
from apps.instruments.queries import load_compiled, published_versions
from apps.recommendations.models import (
    Block,
    Edition,
    Expense,
    Recommendation,
    RecommendationVersion,
    Round,
    Section,
    SectionCheckout,
    StateChange,
    TeamMember,
)

STANDARD_INSTRUMENT = "kfa_bedarfserhebung"

# --- Versions -----------------------------------------------------------------------------------------------------


def listed_versions() -> "QuerySet[RecommendationVersion]":
    """All versions by number, each with `title` of its latest text and `was_in_round`."""
    latest = Edition.objects.filter(version=OuterRef("pk")).order_by("-number")
    return (
        RecommendationVersion.objects.select_related("recommendation")
        .annotate(title=Subquery(latest.values("title")[:1]), was_in_round=_was_in_round())
        .order_by("recommendation__number", "-number")
    )


def versions_of(user: User) -> "QuerySet[RecommendationVersion]":
    """Those of `listed_versions` that the person writes, as far as they can still change."""
    writes = TeamMember.objects.filter(
        recommendation=OuterRef("recommendation"), role__user=user, role__ended_at=None, left_at=None
    )
    return listed_versions().filter(Exists(writes)).exclude(state__in=("superseded", "withdrawn"))


def version(key: UUID) -> RecommendationVersion | None:
    """One version with its recommendation, its latest `title` and `was_in_round`."""
    return listed_versions().select_related("recommendation__priority").filter(pk=key).first()


def _was_in_round() -> Exists:
    """A round that was called off before anybody answered counts too: people have read the text."""
    return Exists(Round.objects.filter(version__recommendation=OuterRef("recommendation")))


def history(version: RecommendationVersion) -> "QuerySet[StateChange]":
    """The steps of a version with who took them, the latest first."""
    return version.changes.select_related("actor").order_by("-created_at")


def other_versions(version: RecommendationVersion) -> "QuerySet[RecommendationVersion]":
    """The other versions of the same recommendation, the newest first."""
    return version.recommendation.versions.exclude(pk=version.pk).order_by("-number")


def newest_version_id(recommendation_id: UUID) -> UUID | None:
    """The key of the version with the highest number."""
    found = RecommendationVersion.objects.filter(recommendation=recommendation_id).order_by("-number")
    return found.values_list("pk", flat=True).first()


# --- Text ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SectionText:
    """A part of the text with its blocks, and who has it in hand."""

    section: Section
    blocks: tuple[Block, ...] = ()
    checkout: SectionCheckout | None = None

    @property
    def label(self) -> str:
        return str(self.section.label)


@dataclass(frozen=True, slots=True)
class Text:
    """The latest text of a version, by section; `edition.frozen_at` says whether it may be written in."""

    edition: Edition
    sections: tuple[SectionText, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        return self.edition.frozen_at is None

    def section(self, name: str) -> SectionText:
        """One of the parts; raises KeyError."""
        return {part.section.value: part for part in self.sections}[name]


def text_of(version: RecommendationVersion) -> Text:
    """The latest text with its blocks and checkouts: three queries."""
    edition = version.editions.order_by("-number")[0]
    blocks: dict[str, list[Block]] = {}
    for block in edition.blocks.order_by("position"):
        blocks.setdefault(block.section, []).append(block)
    held = {checkout.section: checkout for checkout in edition.checkouts.select_related("user")}
    return Text(
        edition,
        tuple(
            SectionText(section, tuple(blocks.get(section.value, ())), held.get(section.value)) for section in Section
        ),
    )


def base_blocks(edition: Edition) -> list[Block]:
    """The blocks of the last frozen text of the recommendation: those that comments were written on."""
    frozen = (
        Edition.objects.filter(version__recommendation=edition.version.recommendation_id)
        .exclude(frozen_at=None)
        .order_by("-version__number", "-number")
    )
    last = frozen.first()
    return list(last.blocks.all()) if last else []


# --- Team and expenses --------------------------------------------------------------------------------------------


def team_of(recommendation_id: UUID) -> list[TeamMember]:
    """Who writes a recommendation now, with role and person: who leads first, then by bench."""
    return list(
        TeamMember.objects.filter(recommendation=recommendation_id, left_at=None)
        .select_related("role__user")
        .order_by("-leads", "role__bench", "role__user__last_name")
    )


def missing_benches(team: Sequence[TeamMember]) -> list[Bench]:
    """The benches without a member whose role still holds."""
    present = {member.role.bench for member in team if member.role.ended_at is None}
    return [bench for bench in Bench if bench.value not in present]


def bench_members() -> "QuerySet[ProgrammeRole]":
    """Everybody who can be on a team."""
    return bearers(ProgrammeRoleKind.BENCH_MEMBER)


def teams_with_expenses(user: User) -> list[tuple[UUID, str]]:
    """The memberships on which the person can note expenses now, with number and title: those from civil society."""
    latest = Edition.objects.filter(version__recommendation=OuterRef("recommendation"))
    title = Subquery(latest.order_by("-version__number", "-number").values("title")[:1])
    rows = (
        TeamMember.objects.filter(role__user=user, role__bench=Bench.CIVIL_SOCIETY, role__ended_at=None, left_at=None)
        .annotate(title=title)
        .order_by("recommendation__number")
        .values_list("pk", "recommendation__number", "title")
    )
    return [(key, f"{Recommendation(number=number).code} {title}") for key, number, title in rows]


def expenses_of(user: User) -> "QuerySet[Expense]":
    """What the person has noted, also on teams that were left."""
    return Expense.objects.filter(member__role__user=user).select_related("member__recommendation")


def expenses() -> "QuerySet[Expense]":
    """What everybody has noted: what is to be decided first, then what is to be paid, the oldest first."""
    turn = Case(When(state="noted", then=0), When(state="approved", then=1), default=2)
    found: QuerySet[Expense] = Expense.objects.select_related(
        "member__recommendation", "member__role__user", "decided_by"
    ).order_by(turn, "incurred_on", "created_at")
    return found


@dataclass(frozen=True, slots=True)
class ExpenseSum:
    """What a state of expenses adds up to."""

    state: str
    label: str
    hours: Decimal
    amount: Decimal


def expense_sums() -> list[ExpenseSum]:
    """Hours and money by state, for those with any; one query."""
    rows = Expense.objects.order_by().values("state").annotate(hours=Sum("hours"), amount=Sum("amount"))
    by_state = {row["state"]: row for row in rows}
    return [
        ExpenseSum(
            state.value, str(state.label), by_state[state]["hours"] or Decimal(), by_state[state]["amount"] or Decimal()
        )
        for state in Expense.State
        if state in by_state
    ]


# --- What is asked for --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recorded decision to write something, and the recommendations begun for it."""

    priority: WritingPriority
    subject: str
    dimension: int
    items: tuple[str, ...]
    begun: tuple[Recommendation, ...] = ()

    @property
    def told(self) -> str:
        """The subject and why it was chosen."""
        return f"{self.subject}: {self.priority.reason}"


def wanted(language: str) -> list[Wanted]:
    """What the decisions from the needs table ask for, in the order of writing; two queries.

    A later decision on the same subject does not make a recommendation forgotten that was begun for an earlier one.
    """
    rows = (
        WritingPriority.objects.filter(superseded_by=None, rank__isnull=False)
        .select_related("item", "wave")
        .order_by("rank", "created_at")
    )
    begun: dict[Any, list[Recommendation]] = {}
    for made in Recommendation.objects.exclude(priority=None).select_related("priority"):
        assert made.priority is not None
        begun.setdefault(_subject(made.priority), []).append(made)
    return [_wanted(row, language, tuple(begun.get(_subject(row), ()))) for row in rows]


def wanted_one(key: UUID, language: str) -> Wanted | None:
    """One decision that still counts."""
    row = WritingPriority.objects.filter(superseded_by=None, rank__isnull=False, pk=key).select_related("item", "wave")
    found = row.first()
    return _wanted(found, language) if found else None


def _subject(priority: WritingPriority) -> tuple[UUID | None, int | None]:
    return (priority.item_id, priority.dimension)


def _wanted(priority: WritingPriority, language: str, begun: tuple[Recommendation, ...] = ()) -> Wanted:
    if priority.item is None:
        dimension = priority.dimension or 1
        return Wanted(priority, dimension_name(dimension, language), dimension, (), begun)
    dimension = priority.item.dimension or 1
    label = localized(priority.item.label, language, "de")
    return Wanted(priority, label, dimension, (priority.item.name,), begun)


# --- Names --------------------------------------------------------------------------------------------------------


def dimension_name(dimension: int, language: str) -> str:
    """Number and name of a field of action."""
    return f"{dimension} {localized(DIMENSION_NAMES[dimension], language, 'de')}"


def dimension_names(language: str) -> dict[int, str]:
    """All fields of action by number."""
    return {dimension: dimension_name(dimension, language) for dimension in DIMENSION_NAMES}


def standard_form() -> Form | None:
    """The Standard questionnaire as published last; None where none is. It is kept in the process."""
    version = published_versions().filter(instrument__key=STANDARD_INSTRUMENT).first()
    return load_compiled(version).form if version else None


def item_labels(language: str, dimension: int | None = None) -> Mapping[str, str]:
    """Number and label of the Standard questionnaire's level items, in its order, of one field of action or of all.

    Empty where no Standard questionnaire is published.
    """
    form = standard_form()
    if form is None:
        return {}
    return {
        item.name: f"{item.number} {localized(item.label, language, form.default_language)}".strip()
        for item in form.level_items
        if dimension in (None, item.dimension)
    }
