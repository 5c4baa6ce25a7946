"""Reminding coordinators of what has not been handed in: two weeks before, three days before, overdue, once each."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.assessments.actions import wave_reminders
from apps.assessments.models import Assessment, Wave
from apps.assessments.tasks import remind_waves
from apps.core import scope
from apps.municipalities.models import Municipality, Role
from apps.notifications.models import OutgoingMail
from tests.assessments import factories
from tests.factories import member

pytestmark = pytest.mark.django_db

KINDS = ("assessment-due-soon", "assessment-due-in-days", "assessment-overdue")


def today() -> date:
    return timezone.localdate()


def days(number: int) -> timedelta:
    return timedelta(days=number)


def wave(**fields: Any) -> Wave:
    return factories.wave(opens_on=today() - days(1), closes_on=today() + days(30), **fields)


@pytest.fixture
def assessment(municipality: Municipality) -> Assessment:
    return factories.started(municipality, wave())


def kinds(municipality: Municipality) -> list[str]:
    with scope.enter(scope.municipality(municipality)):
        return list(OutgoingMail.objects.filter(kind__in=KINDS).order_by("created_at").values_list("kind", flat=True))


def run(day: date) -> int:
    return wave_reminders.remind(scope=scope.programme(), today=day)


def change(assessment: Assessment, **fields: Any) -> None:
    with scope.enter(scope.municipality(assessment.municipality)):
        Assessment.objects.filter(pk=assessment.pk).update(**fields)


def test_once_two_weeks_before_once_three_days_before_once_overdue(
    municipality: Municipality, assessment: Assessment
) -> None:
    due = assessment.due_on
    sent = {number: run(due + days(number)) for number in (-15, -14, -13, -4, -3, -1, 0, 1, 2)}
    assert [number for number, mails in sent.items() if mails] == [-14, -3, 1]
    assert kinds(municipality) == list(KINDS)


def test_what_has_not_been_begun_is_reminded_of_too(municipality: Municipality) -> None:
    factories.person(municipality, Role.COORDINATOR)
    assessment = factories.invited(municipality, wave())
    assert run(assessment.due_on - days(14)) == 1


def test_all_coordinators_are_told_and_nobody_else(municipality: Municipality, assessment: Assessment) -> None:
    member(municipality)
    member(municipality, Role.CONTRIBUTOR)
    assert run(assessment.due_on + days(1)) == 2


def test_whoever_was_invited_a_moment_ago_is_not_reminded(municipality: Municipality) -> None:
    factories.started(municipality, factories.wave(opens_on=today() - days(1), closes_on=today() + days(10)))
    assert run(today()) == 0


def test_an_extension_counts_and_begins_anew(municipality: Municipality, assessment: Assessment) -> None:
    assert run(assessment.due_on + days(1)) == 1
    change(assessment, extended_to=assessment.due_on + days(30))
    assert run(assessment.due_on + days(2)) == 0
    assert run(assessment.due_on + days(27)) == 1
    assert run(assessment.due_on + days(31)) == 1
    assert kinds(municipality) == ["assessment-overdue", "assessment-due-in-days", "assessment-overdue"]


@pytest.mark.parametrize("state", ["in_review", "signed_off"])
def test_what_was_handed_in_is_left_alone(assessment: Assessment, state: str) -> None:
    now = timezone.now()
    change(
        assessment,
        state=state,
        submitted_at=now,
        submitted_by=factories.person(assessment.municipality, Role.COORDINATOR),
        signed_off_at=now if state == "signed_off" else None,
    )
    assert run(assessment.due_on + days(1)) == 0


def test_a_closed_wave_is_left_alone(assessment: Assessment) -> None:
    with scope.enter(scope.programme()):
        Wave.objects.update(state="closed", closed_at=timezone.now())
    assert run(assessment.due_on + days(1)) == 0


def test_a_municipality_that_no_longer_takes_part_is_left_alone(
    municipality: Municipality, assessment: Assessment
) -> None:
    Municipality.objects.filter(pk=municipality.pk).update(is_active=False)
    assert run(assessment.due_on + days(1)) == 0


def test_each_municipality_is_reminded_in_its_own_scope(
    municipality: Municipality, other_municipality: Municipality
) -> None:
    shared = wave()
    due = factories.started(municipality, shared).due_on
    factories.started(other_municipality, shared)
    assert run(due - days(3)) == 2
    assert kinds(municipality) == kinds(other_municipality) == ["assessment-due-in-days"]


def test_the_mail_leads_to_the_assessment_with_the_deadline_that_holds(
    municipality: Municipality, assessment: Assessment
) -> None:
    later = assessment.due_on + days(5)
    change(assessment, extended_to=later)
    run(later - days(3))
    with scope.enter(scope.municipality(municipality)):
        mail = OutgoingMail.objects.get(kind="assessment-due-in-days")
    assert f"https://kommunen.example/k/{municipality.slug}/assessments/{assessment.pk}/" in mail.text
    assert f"{later:%d.%m.%Y}" in mail.text and f"{later:%d.%m.%Y}" in mail.subject


def test_the_task_runs_in_the_programmes_scope(municipality: Municipality, assessment: Assessment) -> None:
    with scope.enter(scope.programme()):
        Wave.objects.update(opens_on=today() - days(9), closes_on=today() - days(1))
    remind_waves(scope=scope.programme().as_json())
    assert kinds(municipality) == ["assessment-overdue"]
