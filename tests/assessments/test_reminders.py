"""Reminding of delegated sections: a week before, the day before, overdue, once each."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.assessments.actions import delegations as actions
from apps.assessments.models import Assessment, Delegation
from apps.assessments.tasks import remind
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories
from tests.assessments.test_delegation import BASE, give, handed_back
from tests.assessments.test_delegation_links import send_link
from tests.factories import member

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def row(municipality: Municipality) -> Delegation:
    assessment = factories.started(municipality)
    return give(assessment, "d1", user=member(municipality, Role.CONTRIBUTOR), due_on=today() + days(20))


def kinds(municipality: Municipality) -> list[str]:
    with scope.enter(scope.municipality(municipality)):
        mails = OutgoingMail.objects.filter(kind__startswith="delegation-").exclude(kind="delegation-given")
        return list(mails.exclude(kind="delegation-link").order_by("created_at").values_list("kind", flat=True))


def run(day: date) -> int:
    return actions.remind(scope=scope.programme(), today=day)


def test_once_a_week_before_once_the_day_before_once_overdue(municipality: Municipality, row: Delegation) -> None:
    sent = {number: run(row.due_on + days(number)) for number in (-8, -7, -6, -2, -1, 0, 1, 2)}
    assert [number for number, mails in sent.items() if mails] == [-7, -1, 1]
    assert kinds(municipality) == ["delegation-due-soon", "delegation-due-tomorrow", "delegation-overdue"]


def test_a_day_that_was_missed_is_made_up_for(municipality: Municipality, row: Delegation) -> None:
    assert run(row.due_on - days(5)) == 1
    assert kinds(municipality) == ["delegation-due-soon"]


def test_who_got_the_section_a_moment_ago_is_not_reminded(municipality: Municipality) -> None:
    assessment = factories.started(municipality)
    give(assessment, "d1", user=member(municipality, Role.CONTRIBUTOR), due_on=today() + days(1))
    give(assessment, "d2", user=member(municipality, Role.CONTRIBUTOR), due_on=today() + days(6))
    assert run(today()) == 0


def test_nobody_is_reminded_of_what_was_handed_back(row: Delegation) -> None:
    handed_back(row)
    assert run(row.due_on + days(1)) == 0


def test_nobody_is_reminded_of_an_assessment_that_is_not_worked_on(row: Delegation) -> None:
    with scope.enter(scope.programme()):
        Assessment.objects.update(state="in_review", submitted_at=timezone.now(), submitted_by_id=row.given_by_id)
    assert run(row.due_on + days(1)) == 0


def test_the_deputy_and_the_holder_of_a_link_are_reminded(municipality: Municipality, row: Delegation) -> None:
    assessment = Assessment(pk=row.assessment_id, municipality=municipality)
    person, deputy = (member(municipality, Role.CONTRIBUTOR) for _ in range(2))
    give(assessment, "d2", user=person, deputy=deputy, due_on=row.due_on)
    send_link(assessment, section="d3", due_on=row.due_on)
    assert run(row.due_on - days(7)) == 4
    with scope.enter(scope.municipality(municipality)):
        mail = OutgoingMail.objects.get(to="alex.muster@bauhof.example", kind="delegation-due-soon")
    assert "/contribute/" not in mail.text


def test_each_municipality_is_reminded_in_its_own_scope(
    municipality: Municipality, other_municipality: Municipality, row: Delegation
) -> None:
    with scope.enter(scope.programme()):
        wave = Assessment.objects.select_related("wave").get(pk=row.assessment_id).wave
    other = factories.started(other_municipality, wave)
    give(other, "d1", user=member(other_municipality, Role.CONTRIBUTOR), due_on=row.due_on)
    assert run(row.due_on - days(7)) == 2
    assert kinds(municipality) == kinds(other_municipality) == ["delegation-due-soon"]


def test_the_task_runs_in_the_programmes_scope(municipality: Municipality, row: Delegation) -> None:
    with scope.enter(scope.municipality(municipality)):
        Delegation.objects.update(due_on=today() - days(1))
    remind(scope=scope.programme().as_json())
    assert kinds(municipality) == ["delegation-overdue"]


def test_the_reminder_leads_to_the_section(municipality: Municipality, row: Delegation) -> None:
    run(row.due_on + days(1))
    with scope.enter(scope.municipality(municipality)):
        mail = OutgoingMail.objects.get(kind="delegation-overdue")
    assert mail.text.count(f"{BASE}/k/{municipality.slug}/assessments/{row.assessment_id}/sections/d1/") == 1
