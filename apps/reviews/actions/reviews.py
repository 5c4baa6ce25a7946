"""Opening a review, giving it to members, the vote from start to outcome, calling it off."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.audit.actions import record
from apps.core import reviewable_declaration as reviewables
from apps.reviews import counting, queries
from apps.reviews.actions.telling import tell
from apps.reviews.models import Assignment, Review
from apps.reviews.problems import Refused

State = Review.State


def locked(review_id: UUID) -> Review:
    """The review under its row lock. Raises Review.DoesNotExist."""
    return Review.objects.select_for_update(of=("self",)).get(pk=review_id)


@transaction.atomic
def open_review(
    *,
    actor: Any,
    kind: str,
    subject_id: UUID,
    members: Collection[UUID],
    reporting: UUID | None,
    deadline: date,
    question: str,
    base_url: str,
) -> Review:
    """Begin the review of a version that waits for the panel, and give it to `members` (keys of programme roles).

    reporting: who of them reports to the panel. It keeps the rules of today. Raises LookupError for an unknown kind,
    Refused where the version does not wait, is being reviewed already, or a member wrote it.
    """
    declared = reviewables.get(kind)
    subject = declared.subjects([subject_id]).get(subject_id)
    if subject is None or not subject.stage:
        raise Refused(_("It does not wait for the panel."))
    if not members:
        raise Refused(_("Please choose at least one member."))
    rules = queries.current_rules()
    try:
        with transaction.atomic():
            review = Review.objects.create(
                subject_kind=kind,
                subject_id=subject_id,
                subject_title=subject.title[:200],
                text_id=subject.text_id,
                stage=subject.stage,
                question=question.strip(),
                deadline=deadline,
                quorum=rules.quorum,
                majority=rules.majority,
                opened_by=actor,
                site=base_url,
            )
    except IntegrityError:
        raise Refused(_("It is being reviewed already.")) from None
    for member in queries.panel().filter(pk__in=members):
        _give(review, member, review.deadline, reports=member.pk == reporting)
    record(actor=actor, verb="review.opened", target=review, data={"kind": kind, "stage": subject.stage})
    return review


@transaction.atomic
def assign(*, actor: Any, review_id: UUID, member_id: UUID, reports: bool) -> Assignment:
    """Give a review to one more member, or change whether the member reports.

    Raises Refused once the vote has begun, and where the member wrote what is reviewed.
    """
    review = locked(review_id)
    if review.state != State.OPEN:
        raise Refused(_("The vote has begun: who votes does not change any more."))
    member = queries.panel().filter(pk=member_id).first()
    if member is None:
        raise Refused(_("This person is not on the panel."))
    given = Assignment.objects.filter(review=review, member=member).first()
    if given is None:
        given = _give(review, member, review.deadline, reports=reports)
    elif given.reports != reports:
        given.reports = reports
        given.save(update_fields=["reports", "updated_at"])
    record(actor=actor, verb="review.assigned", target=review)
    return given


def _give(review: Review, member: ProgrammeRole, due_on: date, *, reports: bool) -> Assignment:
    if reviewables.get(review.subject_kind).concerned(member.user_id, review.subject_id):
        name = member.user.get_full_name()
        raise Refused(_("%(name)s took part in writing it and cannot review it.") % {"name": name})
    given = Assignment.objects.create(review=review, member=member, due_on=due_on, reports=reports)

    def words() -> tuple[str, str]:
        day = date_format(due_on, "SHORT_DATE_FORMAT")
        return (
            _("For your review until %(day)s") % {"day": day},
            _(
                "a text was given to you to review until %(day)s. "
                "Please say first whether there is a conflict of interest."
            )
            % {"day": day},
        )

    tell([member.user], kind="panel-assigned", words=words, url=page(review), dedupe_key=str(given.pk))
    return given


@transaction.atomic
def unassign(*, actor: Any, assignment_id: UUID) -> Review:
    """Take a review back from a member who has not entered anything. Refused otherwise, and once voting began."""
    review = locked(Assignment.objects.values_list("review_id", flat=True).get(pk=assignment_id))
    given = Assignment.objects.get(pk=assignment_id)
    if review.state != State.OPEN:
        raise Refused(_("The vote has begun: who votes does not change any more."))
    if given.scored_at is not None or given.conflict is not None:
        raise Refused(_("The member has already entered something. That stays on record."))
    given.delete()
    record(actor=actor, verb="review.unassigned", target=review)
    return review


@transaction.atomic
def start_vote(*, actor: Any, review_id: UUID, deadline: date) -> Review:
    """Open the vote until `deadline`. Nothing to do where it is open. Raises Refused without anybody entitled."""
    review = locked(review_id)
    if review.state == State.VOTING:
        return review
    if review.state != State.OPEN:
        raise Refused(_("The review has ended."))
    entitled = list(
        Assignment.objects.filter(review=review, member__ended_at=None)
        .exclude(conflict=True)
        .select_related("member__user")
    )
    if not entitled:
        raise Refused(_("Nobody is entitled to vote: please give it to members without a conflict of interest."))
    review.state, review.deadline = State.VOTING, deadline
    review.save(update_fields=["state", "deadline", "updated_at"])
    Assignment.objects.filter(review=review).update(due_on=deadline)
    record(actor=actor, verb="review.vote_started", target=review)

    def words() -> tuple[str, str]:
        day = date_format(deadline, "SHORT_DATE_FORMAT")
        return (
            _("Please vote until %(day)s") % {"day": day},
            _("the vote of the expert panel on a text is open until %(day)s.") % {"day": day},
        )

    tell(
        [given.member.user for given in entitled],
        kind="panel-vote-open",
        words=words,
        url=page(review),
        dedupe_key=f"{review.pk}:{deadline.isoformat()}",
    )
    return review


@transaction.atomic
def close_vote(*, actor: Any, review_id: UUID, reason: str = "") -> Review:
    """Count the votes and decide; the kind's `decided` moves the version in the same transaction.

    reason: a summary of the reasons, for those who wrote the text. Nothing to do where it is decided. Raises Refused
    while members are entitled who have not voted and the deadline has not passed, and where `decided` refuses.
    """
    locked(review_id)
    review = queries.review(review_id)
    assert review is not None
    if review.state == State.DECIDED:
        return review
    if problem := closing_waits_for(review, timezone.localdate()):
        raise Refused(problem)
    count = queries.count_of(review)
    review.outcome = counting.outcome(
        count, quorum=review.quorum, majority=review.majority, conditions=len(review.conditions.all())
    )
    review.state, review.decided_at, review.reason = State.DECIDED, timezone.now(), reason.strip()
    review.save(update_fields=["state", "outcome", "decided_at", "reason", "updated_at"])
    data = {"outcome": str(review.outcome), "entitled": count.entitled, "voted": count.voted}
    record(actor=actor, verb="review.decided", target=review, data=data)
    told = review.reason or result_in_words(count)
    reviewables.get(review.subject_kind).decided(actor, review.subject_id, review.stage, str(review.outcome), told)
    tell(
        [given.member.user for given in review.assignments.all()],
        kind="panel-decided",
        words=lambda: (
            _("The panel has decided"),
            _("the vote of the expert panel on a text has been counted. Result and votes stand here:"),
        ),
        url=page(review),
        dedupe_key=str(review.pk),
    )
    return review


def closing_waits_for(review: Review, today: date) -> str:
    """Why the vote cannot be closed yet, as a sentence, or "": so that nobody closes it when the count suits."""
    if review.state != State.VOTING:
        return _("The vote is not open.")
    missing = len(queries.outstanding(review))
    if missing and today <= review.deadline:
        return _(
            "The vote can be closed once all entitled members have voted (missing: %(number)s) or after %(day)s."
        ) % {
            "number": missing,
            "day": date_format(review.deadline, "SHORT_DATE_FORMAT"),
        }
    return ""


def result_in_words(count: counting.Count) -> str:
    """The figures of a vote as a sentence."""
    return _(
        "Entitled: %(entitled)s. Yes: %(yes)s, yes with conditions: %(conditional)s, no: %(no)s, "
        "abstentions: %(abstain)s."
    ) % {
        "entitled": count.entitled,
        "yes": count.yes,
        "conditional": count.conditional,
        "no": count.no,
        "abstain": count.abstain,
    }


@transaction.atomic
def call_off(*, actor: Any, review_id: UUID, reason: str) -> Review:
    """End a review without a result. Nothing to do where it was; Refused without a reason or once decided."""
    review = locked(review_id)
    if review.state == State.CALLED_OFF:
        return review
    if review.state == State.DECIDED:
        raise Refused(_("The review has ended."))
    if not reason.strip():
        raise Refused(_("Please give a reason."))
    review.state, review.decided_at, review.reason = State.CALLED_OFF, timezone.now(), reason.strip()[:2_000]
    review.save(update_fields=["state", "decided_at", "reason", "updated_at"])
    record(actor=actor, verb="review.called_off", target=review)
    given = Assignment.objects.filter(review=review).select_related("member__user")
    tell(
        [assignment.member.user for assignment in given],
        kind="panel-called-off",
        words=lambda: (_("A review was called off"), _("a review that was given to you has been called off.")),
        url=page(review),
        dedupe_key=str(review.pk),
    )
    return review


def lock_running(*, subject_kind: str, subject_id: UUID) -> None:
    """Lock the running review of a subject, if there is one: before the subject's own lock, so that two who move it on
    and back wait for each other in one order.
    """
    running = Review.objects.select_for_update(of=("self",)).order_by("pk")
    list(running.filter(subject_kind=subject_kind, subject_id=subject_id, state__in=queries.RUNNING))


def call_off_open(*, actor: Any, subject_kind: str, subject_id: UUID, reason: str) -> Review | None:
    """Call off the running review of a subject that is taken back from the panel; None where there is none."""
    running = Review.objects.filter(subject_kind=subject_kind, subject_id=subject_id, state__in=queries.RUNNING).first()
    return call_off(actor=actor, review_id=running.pk, reason=reason) if running is not None else None


@transaction.atomic
def remind_outstanding(*, actor: Any, review_id: UUID) -> int:
    """Remind those whose word is missing, once a day at most; returns how many mails were written."""
    review = queries.review(review_id)
    if review is None:
        raise Review.DoesNotExist
    count = _remind(review, f"{review.pk}:{timezone.localdate().isoformat()}")
    record(actor=actor, verb="review.reminded", target=review, data={"mails": count})
    return count


def remind(*, today: date | None = None) -> int:
    """Remind of deadlines three days ahead, once per deadline; returns how many mails were written."""
    due = queries.due_for_reminder(today or timezone.localdate())
    return sum(_remind(review, f"{review.pk}:{review.state}:{review.deadline.isoformat()}") for review in due)


def _remind(review: Review, key: str) -> int:
    def words() -> tuple[str, str]:
        day = date_format(review.deadline, "SHORT_DATE_FORMAT")
        if review.state == State.VOTING:
            return (
                _("Reminder: please vote until %(day)s") % {"day": day},
                _("your vote on a text before the expert panel is still missing. The vote is open until %(day)s.")
                % {"day": day},
            )
        return (
            _("Reminder: your review until %(day)s") % {"day": day},
            _("your review of a text before the expert panel is due on %(day)s.") % {"day": day},
        )

    people = [given.member.user for given in queries.outstanding(review)]
    return tell(people, kind="panel-reminder", words=words, url=page(review), dedupe_key=key)


def page(review: Review) -> str:
    """Address of the member's page on a review, for mails."""
    return review.site + reverse("panel-review", args=[review.pk])
