"""Expenses: noted by members from civil society, decided and paid by the project team, seen by these two."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.recommendations.actions.expenses import decide_expense, note_expense, withdraw_expense
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.actions.team import remove_member
from apps.recommendations.models import Expense, TeamMember
from apps.recommendations.queries_writing import expense_sums
from tests.recommendations.factories import recommendation, team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are checked as they stand in the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def member() -> TeamMember:
    """A member from civil society."""
    return team(recommendation(), ["civil_society"])[0]


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"recommendations-{name}", args=args)


def note(member: TeamMember, **given: Any) -> Expense:
    values = {"incurred_on": timezone.localdate(), "purpose": "Sitzung am Montag", "hours": Decimal("2.5"), **given}
    return note_expense(actor=member.role.user, member_id=member.pk, **values)


def sent(team_member: TeamMember, **given: str) -> dict[str, str]:
    day = timezone.localdate().isoformat()
    return {"member": str(team_member.pk), "incurred_on": day, "purpose": "Fahrt", "hours": "", "amount": "", **given}


def test_a_member_notes_time_and_money_and_sees_it(member: TeamMember) -> None:
    client = signed_in(member.role.user)
    assert client.post(url("expenses"), sent(member, hours="1.5", amount="23.40")).status_code == 303
    made = Expense.objects.get()
    assert (made.hours, made.amount, made.state) == (Decimal("1.5"), Decimal("23.40"), "noted")
    assert "Fahrt" in client.get(url("expenses")).content.decode()


def test_numbers_are_read_as_germans_write_them(member: TeamMember) -> None:
    client = signed_in(member.role.user)
    response = client.post(url("expenses"), sent(member, amount="23,40"), headers={"accept-language": "de"})
    assert response.status_code == 303
    assert Expense.objects.get().amount == Decimal("23.40")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": "", "amount": ""},
        {"hours": "0", "amount": "0"},
        {"hours": "-1"},
        {"hours": "1", "purpose": ""},
        {"hours": "x"},
        {"hours": "1", "member": "nonsense"},
    ],
)
def test_what_cannot_be_noted_comes_back_with_what_was_typed(member: TeamMember, wrong: dict[str, str]) -> None:
    response = signed_in(member.role.user).post(url("expenses"), sent(member, **wrong))
    assert response.status_code == 422
    assert "app-error-summary" in response.content.decode()
    assert not Expense.objects.exists()


def test_days_to_come_are_refused(member: TeamMember) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    response = signed_in(member.role.user).post(url("expenses"), sent(member, hours="1", incurred_on=tomorrow))
    assert response.status_code == 422
    assert "not been yet" in response.content.decode()


@pytest.mark.parametrize("bench", ["administration", "science"])
def test_other_benches_note_nothing(bench: str) -> None:
    member = team(recommendation(), [bench])[0]
    with pytest.raises(NotPossible, match="civil society"):
        note(member)
    client = signed_in(member.role.user)
    assert "<form" not in client.get(url("expenses")).content.decode().split("<main")[1].split("</main")[0]
    assert client.post(url("expenses"), sent(member, hours="1")).status_code == 403


def test_nobody_notes_for_somebody_else(member: TeamMember) -> None:
    other = team(recommendation(), ["civil_society"])[0]
    assert signed_in(other.role.user).post(url("expenses"), sent(member, hours="1")).status_code == 422
    with pytest.raises(TeamMember.DoesNotExist):
        note_expense(
            actor=other.role.user, member_id=member.pk, incurred_on=timezone.localdate(), purpose="x", hours=Decimal(1)
        )


def test_who_has_left_notes_nothing_new_but_sees_what_was(member: TeamMember, staff: User) -> None:
    note(member)
    remove_member(actor=staff, member_id=member.pk)
    with pytest.raises(NotPossible, match="no longer"):
        note(member)
    assert "Sitzung am Montag" in signed_in(member.role.user).get(url("expenses")).content.decode()


def test_the_action_wants_hours_or_an_amount(member: TeamMember) -> None:
    with pytest.raises(NotPossible, match="hours or an amount"):
        note(member, hours=None)


def test_a_member_sees_only_their_own(member: TeamMember) -> None:
    note(member)
    other = team(recommendation(), ["civil_society"])[0]
    assert "Sitzung am Montag" not in signed_in(other.role.user).get(url("expenses")).content.decode()


def test_staff_decide_pay_and_see_sums(member: TeamMember, staff: User) -> None:
    expense = note(member, amount=Decimal("10"))
    note(member, hours=None, amount=Decimal("5.50"))
    client = signed_in(staff)
    html = client.get(url("expenses-all")).content.decode()
    assert "Sitzung am Montag" in html
    assert "15.50" in html
    for state in ("approved", "paid"):
        assert client.post(url("expense-decide", expense.pk), {"state": state}).status_code == 303
    expense.refresh_from_db()
    assert (expense.state, expense.decided_by) == ("paid", staff)
    assert [(row.state, row.amount) for row in expense_sums()] == [
        ("noted", Decimal("5.50")),
        ("paid", Decimal("10.00")),
    ]
    assert client.post(url("expense-decide", expense.pk), {"state": "declined", "reason": "x"}).status_code == 303
    expense.refresh_from_db()
    assert expense.state == "paid"


def test_declining_needs_a_reason_which_the_member_reads(member: TeamMember, staff: User) -> None:
    expense = note(member)
    client = signed_in(staff)
    response = client.post(url("expense-decide", expense.pk), {"state": "declined", "reason": ""})
    assert response.status_code == 422
    assert "open" in response.content.decode()
    with pytest.raises(NotPossible, match="reason"):
        decide_expense(actor=staff, expense_id=expense.pk, state="declined", reason=" ")
    client.post(url("expense-decide", expense.pk), {"state": "declined", "reason": "Schon erstattet."})
    assert "Schon erstattet." in signed_in(member.role.user).get(url("expenses")).content.decode()


def test_steps_are_not_skipped_and_not_repeated(member: TeamMember, staff: User) -> None:
    expense = note(member)
    with pytest.raises(NotPossible, match="not possible"):
        decide_expense(actor=staff, expense_id=expense.pk, state="paid")
    decide_expense(actor=staff, expense_id=expense.pk, state="approved")
    assert decide_expense(actor=staff, expense_id=expense.pk, state="approved").state == "approved"
    assert signed_in(staff).post(url("expense-decide", expense.pk), {"state": "noted"}).status_code == 422


def test_what_nobody_has_decided_can_be_taken_back(member: TeamMember, staff: User) -> None:
    expense, decided = note(member), note(member)
    decide_expense(actor=staff, expense_id=decided.pk, state="approved")
    other = team(recommendation(), ["civil_society"])[0]
    assert signed_in(other.role.user).post(url("expense-withdraw", expense.pk)).status_code == 404
    client = signed_in(member.role.user)
    assert client.post(url("expense-withdraw", expense.pk)).status_code == 303
    assert client.post(url("expense-withdraw", decided.pk)).status_code == 303
    assert list(Expense.objects.all()) == [decided]
    with pytest.raises(NotPossible, match="already"):
        withdraw_expense(actor=member.role.user, expense_id=decided.pk)
