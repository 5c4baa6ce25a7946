"""Minority statements and who signs them; conditions, from met to confirmed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import ProgrammeRole
from apps.audit.actions import record
from apps.reviews import queries
from apps.reviews.actions.reviews import locked
from apps.reviews.actions.telling import tell
from apps.reviews.actions.voting import given_to
from apps.reviews.models import Assignment, Condition, MinoritySigner, MinorityStatement, Review
from apps.reviews.problems import Refused

State = Review.State


def statements_open(review: Review) -> bool:
    """Whether minority statements can be written and signed: during the vote and two weeks after the decision."""
    if review.state == State.VOTING:
        return True
    if review.state != State.DECIDED or review.decided_at is None:
        return False
    return timezone.now() < review.decided_at + timedelta(days=queries.STATEMENT_DAYS)


def _may_state(member: ProgrammeRole, review_id: UUID) -> Review:
    review, given = given_to(member, review_id)
    if not given.may_vote:
        raise Refused(_("Only who is entitled to vote can write or sign a minority statement."))
    if not statements_open(review):
        raise Refused(_("Minority statements are possible during the vote and two weeks after the decision."))
    return review


@transaction.atomic
def write_statement(
    *, actor: Any, member: ProgrammeRole, review_id: UUID, text: str, by_name: bool
) -> MinorityStatement:
    """Write a minority statement; its author signs it first. Raises Refused outside the time or without the right."""
    review = _may_state(member, review_id)
    statement = MinorityStatement.objects.create(review=review, text=text.strip())
    MinoritySigner.objects.create(statement=statement, member=member, by_name=by_name)
    record(actor=actor, verb="review.minority_statement", target=review)
    return statement


@transaction.atomic
def rewrite_statement(*, actor: Any, member: ProgrammeRole, statement_id: UUID, text: str) -> MinorityStatement:
    """Change the text while its author is the only signer. Raises Refused otherwise."""
    statement = MinorityStatement.objects.get(pk=statement_id)
    review = _may_state(member, statement.review_id)
    if list(statement.signers.values_list("member_id", flat=True)) != [member.pk]:
        raise Refused(_("Somebody else has signed it: the text does not change any more."))
    statement.text = text.strip()
    statement.save(update_fields=["text", "updated_at"])
    record(actor=actor, verb="review.minority_statement_changed", target=review)
    return statement


@transaction.atomic
def sign_statement(*, actor: Any, member: ProgrammeRole, statement_id: UUID, by_name: bool) -> MinoritySigner:
    """Sign, or choose anew whether by name or by function; that choice stays the signer's at any time."""
    statement = MinorityStatement.objects.get(pk=statement_id)
    signer = MinoritySigner.objects.filter(statement=statement, member=member).first()
    if signer is None:
        _may_state(member, statement.review_id)
        signer = MinoritySigner.objects.create(statement=statement, member=member, by_name=by_name)
    elif signer.by_name != by_name:
        signer.by_name = by_name
        signer.save(update_fields=["by_name", "updated_at"])
    record(actor=actor, verb="review.minority_statement_signed", target=statement)
    return signer


@transaction.atomic
def withdraw_signature(*, actor: Any, member: ProgrammeRole, statement_id: UUID) -> None:
    """Take a signature back; a statement nobody signs any more is removed. Raises Refused outside the time."""
    statement = MinorityStatement.objects.get(pk=statement_id)
    review = _may_state(member, statement.review_id)
    statement.signers.filter(member=member).delete()
    if not statement.signers.exists():
        statement.delete()
    record(actor=actor, verb="review.minority_signature_withdrawn", target=review)


# --- Conditions ---------------------------------------------------------------------------------------------------


def _condition(condition_id: UUID) -> tuple[Review, Condition]:
    review = locked(Condition.objects.values_list("review_id", flat=True).get(pk=condition_id))
    if review.state != State.DECIDED or review.outcome != Review.Outcome.CONDITIONAL:
        raise Refused(_("The conditions count once the panel has accepted the text with conditions."))
    return review, Condition.objects.get(pk=condition_id)


@transaction.atomic
def say_met(*, actor: Any, condition_id: UUID, note: str) -> Condition:
    """Say how a condition was met; the panel then confirms. Refused where it is confirmed, or nothing is said."""
    review, condition = _condition(condition_id)
    if condition.confirmed_at is not None:
        raise Refused(_("The panel has confirmed it already."))
    if not note.strip():
        raise Refused(_("Please say how the condition was met."))
    condition.met_at, condition.met_note = timezone.now(), note.strip()
    condition.save(update_fields=["met_at", "met_note", "updated_at"])
    record(actor=actor, verb="condition.met", target=condition)
    confirmers = Assignment.objects.filter(review=review, conflict=False).select_related("member__user")
    tell(
        [given.member.user for given in confirmers],
        kind="panel-condition-met",
        words=lambda: (_("Please confirm a condition"), _("a condition of the panel is said to be met. Please look:")),
        url=review.site + reverse("panel-condition", args=[condition.pk]),
        dedupe_key=f"{condition.pk}:{condition.met_at.isoformat()}",
    )
    return condition


@transaction.atomic
def judge_condition(*, actor: Any, member: ProgrammeRole, condition_id: UUID, is_met: bool) -> Condition:
    """Confirm that a condition was met, or say that it is not yet: any member entitled in this review.

    With the last one confirmed the project team is told. Raises Refused for others and before it was said to be met.
    """
    review, condition = _condition(condition_id)
    if not Assignment.objects.filter(review=review, member=member, conflict=False).exists():
        raise Refused(_("Only who was entitled to vote confirms conditions."))
    if condition.confirmed_at is not None:
        return condition
    if condition.met_at is None:
        raise Refused(_("Nobody has said yet how it was met."))
    if is_met:
        condition.confirmed_by, condition.confirmed_at = member, timezone.now()
    else:
        condition.met_at, condition.met_note = None, ""
    condition.save(update_fields=["met_at", "met_note", "confirmed_by", "confirmed_at", "updated_at"])
    record(actor=actor, verb="condition.confirmed" if is_met else "condition.not_met", target=condition)
    if not is_met or not Condition.objects.filter(review=review, confirmed_at=None).exists():
        tell(
            queries.project_team(),
            kind="panel-conditions",
            words=lambda: (
                _("A condition is not met yet") if not is_met else _("All conditions of the panel are met"),
                _("the panel has looked at the conditions of a text. What is to be done next stands here:"),
            ),
            url=review.site + reverse("panel-review-staff", args=[review.pk]),
            dedupe_key=f"{condition.pk}:{timezone.now().isoformat()}",
        )
    return condition
