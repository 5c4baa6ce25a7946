"""Reminders of measures: when, to whom, once per deadline, nothing of another municipality."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.commitments import tasks
from apps.commitments.actions.reminders import remind, reminder_stage
from apps.commitments.models import Measure
from apps.core import scope
from apps.municipalities.models import Membership, Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories as assessments
from tests.commitments import factories
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db


def planned(municipality: Municipality, **fields: Any) -> Measure:
    """A measure that was planned long ago."""
    measure = factories.measure(municipality, **fields)
    with scope.enter(scope.municipality(municipality)):
        Measure.objects.filter(pk=measure.pk).update(created_at=timezone.now() - timedelta(days=100))
    return measure


def mails(municipality: Municipality) -> list[tuple[str, str]]:
    with scope.enter(scope.municipality(municipality)):
        found = OutgoingMail.objects.filter(kind__startswith="measure-").order_by("created_at", "to")
        return [(mail.kind, mail.to) for mail in found]


@pytest.fixture
def due() -> date:
    return timezone.localdate() + timedelta(days=60)


@pytest.fixture
def person(municipality: Municipality) -> User:
    return member(municipality, "contributor")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (15, None),
        (14, "due-14"),
        (4, "due-14"),
        (3, "due-3"),
        (0, "due-3"),
        (-1, "overdue-0"),
        (-7, "overdue-0"),
        (-8, "overdue-1"),
        (-29, "overdue-4"),
        (-35, "overdue-4"),
        (-36, None),
    ],
)
def test_the_day_says_which_reminder(days: int, expected: str | None) -> None:
    today = date(2026, 11, 20)
    measure = Measure(number=1, due_on=today + timedelta(days=days))
    measure.created_at = timezone.now() - timedelta(days=400)
    assert reminder_stage(measure, today) == expected


def test_without_a_deadline_there_is_no_reminder() -> None:
    assert reminder_stage(Measure(number=1), date(2026, 11, 20)) is None


def test_what_was_planned_late_is_not_reminded_of_at_once(municipality: Municipality, person: User) -> None:
    today = timezone.localdate()
    factories.measure(municipality, responsible=person, due_on=today + timedelta(days=5))
    assert remind(scope=scope.programme()) == 0
    assert remind(scope=scope.programme(), today=today + timedelta(days=2)) == 1


def test_responsible_person_and_deputy_are_reminded_once_per_stage(
    municipality: Municipality, person: User, due: date
) -> None:
    deputy = member(municipality, "employee")
    planned(municipality, responsible=person, deputy=deputy, due_on=due)
    counts = [remind(scope=scope.programme(), today=due - timedelta(days=days)) for days in range(20, -60, -1)]
    # Two before, the day after, four weeks: seven each.
    assert sum(counts) == 14
    kinds = [kind for kind, to in mails(municipality) if to == person.email]
    assert kinds == ["measure-due"] * 2 + ["measure-overdue"] * 5
    assert {to for _kind, to in mails(municipality)} == {person.email, deputy.email}


def test_a_day_that_was_missed_is_made_up_for(municipality: Municipality, person: User, due: date) -> None:
    planned(municipality, responsible=person, due_on=due)
    assert remind(scope=scope.programme(), today=due - timedelta(days=11)) == 1
    assert remind(scope=scope.programme(), today=due - timedelta(days=10)) == 0


def test_a_new_deadline_begins_anew(municipality: Municipality, person: User, due: date) -> None:
    measure = planned(municipality, responsible=person, due_on=due)
    remind(scope=scope.programme(), today=due)
    later = due + timedelta(days=30)
    with scope.enter(scope.municipality(municipality)):
        Measure.objects.filter(pk=measure.pk).update(due_on=later)
    assert remind(scope=scope.programme(), today=later) == 1


def test_where_nobody_is_in_charge_the_coordination_is_reminded(
    municipality: Municipality, person: User, due: date
) -> None:
    coordinator = member(municipality, Role.COORDINATOR)
    planned(municipality, due_on=due)
    planned(municipality, due_on=due, responsible=person)
    with scope.enter(scope.municipality(municipality)):
        Membership.objects.filter(user=person).update(ended_at=timezone.now())
    assert remind(scope=scope.programme(), today=due) == 2
    assert mails(municipality) == [("measure-due", coordinator.email)] * 2


def test_what_is_done_or_given_up_is_not_reminded_of(municipality: Municipality, person: User, due: date) -> None:
    planned(municipality, responsible=person, due_on=due, state="done")
    planned(municipality, responsible=person, due_on=due, state="dropped")
    planned(municipality, responsible=person, due_on=due, state="waiting")
    assert remind(scope=scope.programme(), today=due) == 1


def test_each_municipality_writes_its_own_and_one_that_has_ended_none(
    municipality: Municipality, other_municipality: Municipality, due: date
) -> None:
    for place in (municipality, other_municipality):
        planned(place, responsible=member(place, "contributor"), due_on=due)
    Municipality.objects.filter(pk=other_municipality.pk).update(is_active=False)
    assert remind(scope=scope.programme(), today=due) == 1
    assert len(mails(municipality)) == 1


def test_the_mail_names_number_and_day_and_no_title(municipality: Municipality, due: date) -> None:
    wave = assessments.wave()
    assessments.invited(municipality, wave)
    for language in ("de", "en"):
        planned(
            municipality,
            title="Rassismus im Ordnungsamt aufarbeiten",
            responsible=member(municipality, "contributor", user=UserFactory(language=language)),
            due_on=due,
        )
    remind(scope=scope.programme(), today=due + timedelta(days=1))
    with scope.enter(scope.municipality(municipality)):
        found = list(OutgoingMail.objects.filter(kind="measure-overdue"))
    assert len(found) == 2
    for mail in found:
        assert "Ordnungsamt" not in mail.text + mail.subject
        assert "https://kommunen.example/k/" in mail.text
        assert municipality.name in mail.subject


def test_the_task_carries_its_scope(municipality: Municipality, person: User) -> None:
    planned(municipality, responsible=person, due_on=timezone.localdate())
    tasks.remind(scope=scope.programme().as_json())
    assert len(mails(municipality)) == 1
