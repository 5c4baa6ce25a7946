"""What the pages on reviews show, put together from rows that are at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.core import reviewable_declaration as reviewables
from apps.core.reviewable_declaration import Subject
from apps.reviews import queries
from apps.reviews.models import Assignment, Condition, MinorityStatement, Review, Score
from apps.reviews.rubric import criteria

State, Outcome = Review.State, Review.Outcome

_STATE_KINDS = {State.OPEN: "info", State.VOTING: "warning", State.DECIDED: "success", State.CALLED_OFF: "neutral"}
_OUTCOME_KINDS = {
    Outcome.ACCEPTED: "success",
    Outcome.CONDITIONAL: "warning",
    Outcome.RETURNED: "danger",
    Outcome.NO_QUORUM: "neutral",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in words, with the kind of its badge."""

    text: str
    kind: str


def badge_of(review: Review) -> Badge:
    """Where a review stands: its outcome once it is decided."""
    if review.state == State.DECIDED:
        return Badge(review.get_outcome_display(), _OUTCOME_KINDS[Outcome(review.outcome)])
    return Badge(review.get_state_display(), _STATE_KINDS[State(review.state)])


@dataclass(frozen=True, slots=True)
class Line:
    """A review in a list."""

    review: Review
    badge: Badge
    kind: str
    subject: Subject | None
    assigned: int
    conflicts: int
    scored: int
    voted: int


def lines(reviews: Iterable[Review], subjects: Mapping[UUID, Subject]) -> list[Line]:
    """The lines of a list of reviews whose assignments are at hand."""
    found = []
    for review in reviews:
        given = list(review.assignments.all())
        found.append(
            Line(
                review,
                badge_of(review),
                queries.kind_label(review.subject_kind),
                subjects.get(review.subject_id),
                len(given),
                sum(row.conflict is True for row in given),
                sum(row.scored_at is not None for row in given),
                sum(hasattr(row, "vote") for row in given),
            )
        )
    return found


# --- Of a member --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Task:
    """What a member has to do with a review: `todo` in words ("" for nothing), what has changed since last looked."""

    assignment: Assignment
    review: Review
    badge: Badge
    kind: str
    todo: str
    changed: list[str]


def tasks(assignments: Iterable[Assignment], subjects: Mapping[UUID, Subject]) -> list[Task]:
    """What was given to a member; what is to be done first, then by deadline."""
    found = [
        Task(
            row,
            row.review,
            badge_of(row.review),
            queries.kind_label(row.review.subject_kind),
            todo(row, row.review),
            changes(row, subjects.get(row.review.subject_id)),
        )
        for row in assignments
    ]
    return sorted(found, key=lambda task: (not task.todo, task.review.state not in queries.RUNNING))


def todo(assignment: Assignment, review: Review) -> str:
    """The member's next step in words, "" where there is none."""
    if review.state not in queries.RUNNING or assignment.conflict:
        return ""
    if assignment.conflict is None:
        return _("Say whether you have a conflict of interest")
    if review.state == State.VOTING and not hasattr(assignment, "vote") and review.deadline >= timezone.localdate():
        return _("Vote")
    return _("Score") if assignment.scored_at is None else ""


def changes(assignment: Any, subject: Subject | None) -> list[str]:
    """What has changed since the member last looked, in words. `assignment` as from queries.mine."""
    seen: datetime | None = assignment.last_seen_at
    if seen is None:
        return [_("new")]
    happened = (
        (_("the text"), subject.changed_at if subject else None),
        (_("the state of the review"), assignment.review.updated_at),
        (_("conditions"), assignment.condition_at),
        (_("a minority statement"), assignment.statement_at),
    )
    return [words for words, when in happened if when is not None and when > seen]


# --- One review ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A criterion with the scores given, by member, and their mean."""

    label: str | Promise
    question: str | Promise
    scores: list[tuple[Assignment, Score]]
    mean: float | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A minority statement as a member sees it."""

    row: MinorityStatement
    signers: list[str]
    own: Any
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A review as the person may see it. count: only once the person may see the votes."""

    review: Review
    badge: Badge
    kind: str
    subject: Subject | None
    own: Assignment | None
    todo: str
    assignments: list[Assignment]
    sees_scores: bool
    sees_votes: bool
    scores: list[ScoreRow]
    count: Any
    conditions: list[Condition]
    statements: list[Statement]


def sheet(review: Review, subject: Subject | None, member: ProgrammeRole | None) -> Sheet:
    """Put together for a member of the panel, or for project staff (`member` None), who see everything.

    Who is to score or vote sees the others' scores and votes once the own ones are in, who can still be given the
    review, once the vote has begun; who has declared a conflict of interest or wrote the text, once it has ended.
    """
    assignments = list(review.assignments.all())
    own = next((row for row in assignments if member is not None and row.member_id == member.pk), None)
    free = member is None or review.state not in queries.RUNNING
    if member is not None and own is None and review.state == State.VOTING:
        free = not reviewables.get(review.subject_kind).concerned(member.user_id, review.subject_id)
    sees_scores = free or (own is not None and own.may_vote and own.scored_at is not None)
    may_sign = free or (own is not None and own.may_vote)
    sees_votes = free or (own is not None and own.may_vote and hasattr(own, "vote"))
    return Sheet(
        review=review,
        badge=badge_of(review),
        kind=queries.kind_label(review.subject_kind),
        subject=subject,
        own=own,
        todo=todo(own, review) if own is not None else "",
        assignments=assignments,
        sees_scores=sees_scores,
        sees_votes=sees_votes,
        scores=_scores(review, assignments if sees_scores else [own] if own else []),
        count=queries.count_of(review) if sees_votes else None,
        conditions=list(review.conditions.all()) if sees_votes else [],
        statements=[_statement(row, member) for row in review.minority_statements.all()] if may_sign else [],
    )


def _scores(review: Review, assignments: Iterable[Assignment]) -> list[ScoreRow]:
    given: dict[str, list[tuple[Assignment, Score]]] = {}
    for assignment in assignments:
        for score in assignment.scores.all():
            given.setdefault(score.criterion, []).append((assignment, score))
    return [
        ScoreRow(
            criterion.label,
            criterion.question,
            rows := given.get(criterion.key, []),
            round(mean(score.score for _assignment, score in rows), 1) if rows else None,
        )
        for criterion in criteria(review.subject_kind)
        if given
    ]


def _statement(row: MinorityStatement, member: ProgrammeRole | None) -> Statement:
    signers = list(row.signers.all())
    own = next((signer for signer in signers if member is not None and signer.member_id == member.pk), None)
    return Statement(row, [signer.public_name for signer in signers], own, own is not None and len(signers) == 1)
