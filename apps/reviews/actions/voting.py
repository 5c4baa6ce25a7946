"""What a member enters in a review: conflict of interest, scores, vote with conditions."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.audit.actions import record
from apps.reviews.actions.reviews import locked
from apps.reviews.models import Assignment, Condition, Review, Score, Vote
from apps.reviews.problems import Refused
from apps.reviews.rubric import SCORES, criteria

State = Review.State


def given_to(member: ProgrammeRole, review_id: UUID) -> tuple[Review, Assignment]:
    """The review under its lock, and the member's part in it. Raises Assignment.DoesNotExist where there is none."""
    review = locked(review_id)
    return review, Assignment.objects.select_for_update(of=("self",)).get(review=review, member=member)


def why_no_scores(review: Review, given: Assignment) -> str:
    """Why the member cannot score now, as a sentence; "" where nothing is in the way."""
    if review.state not in (State.OPEN, State.VOTING):
        return _("The review has ended.")
    return _why_not_entitled(given)


def why_no_vote(review: Review, given: Assignment) -> str:
    """Why the member cannot vote now, as a sentence; "" where nothing is in the way."""
    if review.state != State.VOTING:
        return _("The vote is not open.")
    if why := _why_not_entitled(given):
        return why
    if timezone.localdate() > review.deadline:
        day = date_format(review.deadline, "SHORT_DATE_FORMAT")
        return _("The vote was open until %(day)s.") % {"day": day}
    return ""


def _why_not_entitled(given: Assignment) -> str:
    if given.conflict is None:
        return _("Please say first whether you have a conflict of interest.")
    return _("You have declared a conflict of interest and take no part in this review.") if given.conflict else ""


@transaction.atomic
def mark_seen(*, actor: Any, member: ProgrammeRole, review_id: UUID) -> None:
    """Remember that the member has seen the review as it stands. Raises Assignment.DoesNotExist."""
    _review, given = given_to(member, review_id)
    given.last_seen_at = timezone.now()
    given.save(update_fields=["last_seen_at", "updated_at"])


@transaction.atomic
def declare_conflict(*, actor: Any, member: ProgrammeRole, review_id: UUID, conflict: bool, note: str) -> Assignment:
    """Say whether there is a conflict of interest, and what it consists in.

    Whoever finds one later takes scores, vote and conditions back with it. Raises Refused once the review has ended or
    where a conflict is not explained.
    """
    review, given = given_to(member, review_id)
    if review.state not in (State.OPEN, State.VOTING):
        raise Refused(_("The review has ended."))
    note = note.strip() if conflict else ""
    if conflict and not note:
        raise Refused(_("Please say what the conflict of interest consists in."))
    if conflict:
        if review.state == State.VOTING:
            Vote.objects.filter(assignment=given).delete()
            Condition.objects.filter(review=review, set_by=member).delete()
        given.scores.all().delete()
        given.scored_at = None
    given.conflict, given.conflict_note, given.last_seen_at = conflict, note, timezone.now()
    given.save(update_fields=["conflict", "conflict_note", "scored_at", "last_seen_at", "updated_at"])
    record(actor=actor, verb="review.conflict_declared", target=review, data={"conflict": conflict})
    return given


@transaction.atomic
def save_scores(
    *, actor: Any, member: ProgrammeRole, review_id: UUID, scores: Mapping[str, tuple[int, str]]
) -> Assignment:
    """Save score and reason for every criterion of the rubric at once.

    Raises Refused for who is not entitled and once the review has ended, ValueError for scores that do not fit.
    """
    review, given = given_to(member, review_id)
    if why := why_no_scores(review, given):
        raise Refused(why)
    wanted = {criterion.key for criterion in criteria(review.subject_kind)}
    if set(scores) != wanted or any(score not in SCORES or not reason.strip() for score, reason in scores.values()):
        raise ValueError("Each criterion has a score from 1 to 4 and a reason.")
    given.scores.all().delete()
    Score.objects.bulk_create(
        Score(assignment=given, criterion=key, score=score, reason=reason.strip())
        for key, (score, reason) in scores.items()
    )
    given.scored_at = given.last_seen_at = timezone.now()
    given.save(update_fields=["scored_at", "last_seen_at", "updated_at"])
    record(actor=actor, verb="review.scored", target=review)
    return given


@transaction.atomic
def cast_vote(
    *,
    actor: Any,
    member: ProgrammeRole,
    review_id: UUID,
    choice: str,
    reason: str = "",
    conditions: Collection[str] = (),
) -> Vote:
    """Vote, or change the vote while it is open; with “yes, with conditions” the conditions.

    The member's conditions are those of the last vote. Raises Refused for who is not entitled, while the vote is not
    open, after its last day (until it is closed nobody changes what it will come to), for a no without a reason, and
    where conditions are missing or out of place.
    """
    review, given = given_to(member, review_id)
    if why := why_no_vote(review, given):
        raise Refused(why)
    reason, texts = reason.strip(), [text for condition in conditions if (text := condition.strip())]
    if choice == Vote.Choice.NO and not reason:
        raise Refused(_("Please give a reason for a no."))
    if (choice == Vote.Choice.CONDITIONAL) != bool(texts):
        raise Refused(_("Conditions belong to “Yes, with conditions”, and only to it."))
    vote, created = Vote.objects.update_or_create(assignment=given, defaults={"choice": choice, "reason": reason})
    old = list(Condition.objects.filter(review=review, set_by=member).values_list("text", flat=True))
    if old != texts:
        Condition.objects.filter(review=review, set_by=member).delete()
        for text in texts:
            Condition.objects.create(review=review, text=text, set_by=member)
    given.last_seen_at = timezone.now()
    given.save(update_fields=["last_seen_at", "updated_at"])
    record(actor=actor, verb="review.voted" if created else "review.vote_changed", target=review)
    return vote
