"""Reads on reviews: what waits, what is whose, who entered what. Subjects come from their kinds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from apps.accounts.models import ProgrammeRoleKind, User
from apps.accounts.queries import bearers
from apps.core import reviewable_declaration as reviewables
from apps.core.reviewable_declaration import Subject
from apps.reviews.counting import Count
from apps.reviews.models import (
    Assignment,
    Condition,
    Majority,
    MinoritySigner,
    MinorityStatement,
    PanelRules,
    Review,
    Score,
)

RUNNING = (Review.State.OPEN, Review.State.VOTING)
QUORUM_BY_DEFAULT = 50
MAJORITY_BY_DEFAULT = Majority.ABSOLUTE
#: How long after the decision a minority statement can be written and signed.
STATEMENT_DAYS = 14
#: How long before the deadline members are reminded.
REMIND_BEFORE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Rules:
    """How the panel votes now. decision: the row on record; None while the defaults count."""

    quorum: int
    majority: str
    decision: PanelRules | None = None

    @property
    def majority_label(self) -> str:
        """The majority in words."""
        return str(Majority(self.majority).label)


def current_rules() -> Rules:
    """The latest rules on record, or the defaults."""
    latest = PanelRules.objects.order_by("-created_at").first()
    if latest is None:
        return Rules(QUORUM_BY_DEFAULT, MAJORITY_BY_DEFAULT)
    return Rules(latest.quorum, latest.majority, latest)


def recorded_rules() -> "QuerySet[PanelRules]":
    """All rules on record, the latest first."""
    return PanelRules.objects.select_related("decided_by").order_by("-created_at")


# --- Subjects -----------------------------------------------------------------------------------------------------


def waiting() -> list[Subject]:
    """What waits for the panel, of all kinds, by title."""
    found = [subject for kind in reviewables.kinds() for subject in kind.waiting()]
    return sorted(found, key=lambda subject: subject.title)


def subject(kind: str, subject_id: UUID) -> Subject | None:
    """One subject; None where there is no such kind or version."""
    try:
        declared = reviewables.get(kind)
    except LookupError:
        return None
    return declared.subjects([subject_id]).get(subject_id)


def subjects_of(reviews: Iterable[Review]) -> dict[UUID, Subject]:
    """The subjects of these reviews, by their key; one call per kind."""
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for review in reviews:
        by_kind[review.subject_kind].add(review.subject_id)
    found: dict[UUID, Subject] = {}
    for kind in reviewables.kinds():
        if ids := by_kind.get(kind.kind):
            found |= dict(kind.subjects(ids))
    return found


def kind_label(kind: str) -> str:
    """What a kind is called; its key where it is no longer declared."""
    labels: Mapping[str, str] = {declared.kind: str(declared.label) for declared in reviewables.kinds()}
    return labels.get(kind, kind)


# --- Reviews ------------------------------------------------------------------------------------------------------


def panel() -> "QuerySet[Any]":
    """The members of the panel now, by name."""
    return bearers(ProgrammeRoleKind.PANEL_MEMBER)


def _with_assignments(found: "QuerySet[Review]") -> "QuerySet[Review]":
    assignments = Assignment.objects.select_related("member__user", "vote").order_by(
        "-reports", "member__user__last_name", "member__user__first_name"
    )
    return found.prefetch_related(Prefetch("assignments", queryset=assignments), "conditions")


def reviews() -> "QuerySet[Review]":
    """All reviews with assignments, members, votes and conditions; the nearest deadline first. Three queries."""
    return _with_assignments(Review.objects.order_by("deadline", "created_at"))


def running() -> "QuerySet[Review]":
    """Those that have not ended."""
    return reviews().filter(state__in=RUNNING)


def latest() -> "QuerySet[Review]":
    """All reviews, those that have not ended first by deadline, then the latest decisions."""
    return reviews().order_by(F("decided_at").desc(nulls_first=True), "deadline", "created_at")


def review(key: UUID) -> Review | None:
    """One review with everything that was entered in it; six queries."""
    scores = Score.objects.order_by("criterion")
    signers = MinoritySigner.objects.select_related("member__user").order_by("created_at")
    statements = MinorityStatement.objects.prefetch_related(Prefetch("signers", queryset=signers))
    assignments = (
        Assignment.objects.select_related("member__user", "vote")
        .prefetch_related(Prefetch("scores", queryset=scores))
        .order_by("-reports", "member__user__last_name", "member__user__first_name")
    )
    conditions = Condition.objects.select_related("set_by__user", "confirmed_by__user")
    return (
        Review.objects.filter(pk=key)
        .prefetch_related(
            Prefetch("assignments", queryset=assignments),
            Prefetch("conditions", queryset=conditions),
            Prefetch("minority_statements", queryset=statements),
        )
        .first()
    )


def entitled_in(found: Review) -> list[Assignment]:
    """Who is entitled to vote: no declared conflict of interest, and still on the panel or voted while on it."""
    return [
        row
        for row in found.assignments.all()
        if row.conflict is not True and (row.member.ended_at is None or hasattr(row, "vote"))
    ]


def count_of(found: Review) -> Count:
    """The votes of a review whose assignments are at hand."""
    entitled = entitled_in(found)
    choices = [assignment.vote.choice for assignment in entitled if hasattr(assignment, "vote")]
    return Count.of(choices, len(entitled))


def outstanding(found: Review) -> list[Assignment]:
    """Whose word is still missing: the scores before the vote, the vote while it is open."""
    entitled = entitled_in(found)
    if found.state == Review.State.OPEN:
        return [assignment for assignment in entitled if assignment.scored_at is None]
    if found.state == Review.State.VOTING:
        return [assignment for assignment in entitled if not hasattr(assignment, "vote")]
    return []


def due_for_reminder(today: date) -> list[Review]:
    """Running reviews whose deadline is REMIND_BEFORE away or nearer, and has not passed."""
    return list(running().filter(deadline__range=(today, today + REMIND_BEFORE)))


# --- Of a member --------------------------------------------------------------------------------------------------


def mine(member_id: UUID) -> "QuerySet[Assignment]":
    """What was given to a member: running reviews first, then by deadline. Each with `touched_at`, see below."""
    latest = {
        name: Subquery(
            model.objects.filter(**{path: OuterRef("review_id")})
            .order_by()
            .values(path)
            .annotate(latest=Max(stamp))
            .values("latest")
        )
        for name, model, path, stamp in _TOUCHING
    }
    return (
        Assignment.objects.filter(member_id=member_id)
        .select_related("review", "vote")
        .annotate(**latest)
        .annotate(touched_at=Greatest("review__updated_at", *latest))
        .order_by("due_on", "created_at")
    )


#: What counts as a change in a review besides its own state: an entry of a member, a condition, a minority statement.
_TOUCHING: tuple[tuple[str, Any, str, str], ...] = (
    ("condition_at", Condition, "review", "updated_at"),
    ("statement_at", MinoritySigner, "statement__review", "created_at"),
)


def open_conditions(kind: str, subject_id: UUID) -> "QuerySet[Condition]":
    """Conditions of decided reviews of a subject that the panel has not confirmed as met yet: for its owner's pages."""
    return (
        Condition.objects.filter(
            review__subject_kind=kind,
            review__subject_id=subject_id,
            review__state=Review.State.DECIDED,
            review__outcome=Review.Outcome.CONDITIONAL,
            confirmed_at=None,
        )
        .select_related("review")
        .order_by("created_at")
    )


def conditions_in_work() -> "QuerySet[Condition]":
    """Conditions of all decided reviews that have not been confirmed: those said to be met first."""
    return (
        Condition.objects.filter(review__state=Review.State.DECIDED, confirmed_at=None)
        .filter(~Q(review__outcome=Review.Outcome.RETURNED), ~Q(review__outcome=Review.Outcome.NO_QUORUM))
        .select_related("review")
        .order_by("met_at", "created_at")
    )


def condition(key: UUID) -> Condition | None:
    """One condition with its review, who set and who confirmed it."""
    return Condition.objects.select_related("review", "set_by__user", "confirmed_by__user").filter(pk=key).first()


def assignment_of(review_id: UUID, member_id: UUID) -> Assignment | None:
    """What a member has to do with a review; None where it was not given to the member."""
    return Assignment.objects.select_related("vote", "review").filter(review_id=review_id, member_id=member_id).first()


def is_reviewing(user_id: UUID, kind: str, subject_ids: Collection[UUID]) -> bool:
    """Whether a person has a part in a running review of one of these and has declared no conflict of interest."""
    given = Assignment.objects.filter(
        member__user=user_id,
        review__subject_kind=kind,
        review__subject_id__in=subject_ids,
        review__state__in=RUNNING,
    )
    return given.exclude(conflict=True).exists()


def decided_reviews(kind: str, subject_id: UUID) -> "QuerySet[Review]":
    """The decisions on a subject with minority statements and signers: for the public history. The latest first."""
    signers = MinoritySigner.objects.select_related("member__user").order_by("created_at")
    statements = MinorityStatement.objects.prefetch_related(Prefetch("signers", queryset=signers))
    return (
        Review.objects.filter(subject_kind=kind, subject_id=subject_id, state=Review.State.DECIDED)
        .prefetch_related(Prefetch("minority_statements", queryset=statements), "conditions")
        .order_by("-decided_at")
    )


def project_team() -> list[User]:
    """The active project staff."""
    return list(User.objects.filter(is_project_staff=True, is_active=True).order_by("last_name", "first_name"))
