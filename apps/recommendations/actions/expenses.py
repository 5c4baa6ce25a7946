"""Expenses of members from civil society: noted by themselves, decided and paid by the project team."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Bench
from apps.audit.actions import record
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import Expense, TeamMember

State = Expense.State
#: What the project team can decide, by the state an expense is in.
DECISIONS: dict[str, tuple[str, ...]] = {
    State.NOTED: (State.APPROVED, State.DECLINED),
    State.APPROVED: (State.PAID, State.DECLINED),
}


@transaction.atomic
def note_expense(
    *,
    actor: Any,
    member_id: UUID,
    incurred_on: date,
    purpose: str,
    hours: Decimal | None = None,
    amount: Decimal | None = None,
) -> Expense:
    """Note time or money one has put into a recommendation. Raises TeamMember.DoesNotExist for another's membership.

    Raises NotPossible for a member of another bench (their time is paid by who employs them), after leaving the team,
    and where neither hours nor an amount is given.
    """
    member = TeamMember.objects.select_related("role").get(pk=member_id, role__user=actor)
    if member.role.bench != Bench.CIVIL_SOCIETY:
        raise NotPossible(_("Expenses are for members from civil society."))
    if member.left_at is not None or member.role.ended_at is not None:
        raise NotPossible(_("You are no longer on this team."))
    if hours is None and amount is None:
        raise NotPossible(_("Please give hours or an amount."))
    made = Expense.objects.create(member=member, incurred_on=incurred_on, purpose=purpose, hours=hours, amount=amount)
    record(actor=actor, verb="expense.noted", target=made)
    return made


@transaction.atomic
def withdraw_expense(*, actor: Any, expense_id: UUID) -> None:
    """Take back what one has noted while nobody has decided. Raises Expense.DoesNotExist, NotPossible."""
    expense = _locked(expense_id)
    if expense.member.role.user_id != actor.pk:
        raise Expense.DoesNotExist
    if expense.state != State.NOTED:
        raise NotPossible(_("It has been decided already."))
    record(actor=actor, verb="expense.withdrawn", target=expense)
    expense.delete()


@transaction.atomic
def decide_expense(*, actor: Any, expense_id: UUID, state: str, reason: str = "") -> Expense:
    """Approve, decline (with a reason) or mark as paid. Nothing to do where it is in that state already.

    Raises Expense.DoesNotExist, NotPossible where the state does not lead there or the reason is missing.
    """
    expense = _locked(expense_id)
    if expense.state == state:
        return expense
    if state not in DECISIONS.get(expense.state, ()):
        raise NotPossible(_("From “%(state)s” this step is not possible.") % {"state": expense.get_state_display()})
    if state == State.DECLINED and not reason.strip():
        raise NotPossible(_("Please give a reason."))
    expense.state, expense.reason, expense.decided_by = state, reason.strip() or expense.reason, actor
    expense.save(update_fields=["state", "reason", "decided_by", "updated_at"])
    record(actor=actor, verb=f"expense.{state}", target=expense)
    return expense


def _locked(expense_id: UUID) -> Expense:
    found: Expense = Expense.objects.select_for_update(of=("self",)).select_related("member__role").get(pk=expense_id)
    return found
