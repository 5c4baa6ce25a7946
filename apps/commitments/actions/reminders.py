"""Reminding of measures: two weeks and three days before the deadline, the day after, then weekly, four times."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.assessments import queries
from apps.assessments.actions.reminding import remind_in_each
from apps.assessments.models import Wave
from apps.commitments import queries_measures
from apps.commitments.models import Measure
from apps.core.scope import Scope
from apps.municipalities.models import Membership, Role
from apps.notifications.actions import send

BEFORE = (timedelta(days=3), timedelta(days=14))
WEEKS_OVERDUE = 4


def remind(*, scope: Scope, today: date | None = None) -> int:
    """Write each reminder once per deadline; returns how many mails. A new deadline begins anew.

    scope: the programme's, in which only the municipalities are found; each one's mails are written in its own.
    """
    today = today or timezone.localdate()
    return remind_in_each(scope, partial(queries_measures.near_deadlines, today), partial(_remind, today))


def reminder_stage(measure: Measure, today: date) -> str | None:
    """Which reminder the day asks for: due-14, due-3, overdue-0 (the day after) … overdue-4; None: none.

    What was planned later than a reminder would have gone out is not reminded of at once.
    """
    if measure.due_on is None:
        return None
    left = measure.due_on - today
    if left < timedelta(0):
        week = (-left.days - 1) // 7
        return f"overdue-{week}" if week <= WEEKS_OVERDUE else None
    planned_on = timezone.localdate(measure.created_at)
    for span in BEFORE:
        if left <= span:
            return f"due-{span.days}" if planned_on < measure.due_on - span else None
    return None


def _remind(today: date) -> int:
    found = [(row, stage) for row in queries_measures.near_deadlines(today) if (stage := reminder_stage(row, today))]
    if not found:
        return 0
    here = _still_here({key for row, _stage in found for key in (row.responsible_id, row.deputy_id) if key})
    coordinators = queries.people_with_role(Role.COORDINATOR)
    site = Wave.objects.exclude(site="").order_by("-opens_on").values_list("site", flat=True).first() or ""
    count = 0
    for measure, stage in found:
        for person in _in_charge(measure, here) or coordinators:
            count += _tell(person, measure, stage, site)
    return count


def _still_here(keys: Collection[UUID]) -> set[UUID]:
    rows = Membership.objects.filter(user__in=keys, user__is_active=True, ended_at=None)
    return set(rows.values_list("user_id", flat=True))


def _in_charge(measure: Measure, here: Collection[UUID]) -> list[User]:
    people = (measure.responsible, measure.deputy)
    return list({person.pk: person for person in people if person is not None and person.pk in here}.values())


def _tell(person: Any, measure: Measure, stage: str, site: str) -> bool:
    """Write one mail; False where it was written before."""
    municipality, due_on = measure.municipality, measure.due_on
    assert due_on is not None  # reminder_stage leaves the others out
    is_overdue = stage.startswith("overdue")
    with translation.override(person.language):
        values = {
            "municipality": municipality.name,
            "number": measure.number,
            "day": date_format(due_on, "SHORT_DATE_FORMAT"),
        }
        subject = (
            gettext("Overdue – %(municipality)s: measure M%(number)s was due on %(day)s")
            if is_overdue
            else gettext("Reminder – %(municipality)s: measure M%(number)s is due on %(day)s")
        ) % values
    page = reverse("measures-detail", args=[municipality.slug, measure.pk])
    mail = send(
        kind="measure-overdue" if is_overdue else "measure-due",
        to=person.email,
        subject=subject,
        template="commitments/mail/measure_reminder.txt",
        context={"person": person, "overdue": is_overdue, "url": site + page if site else "", **values},
        language=person.language,
        dedupe_key=f"{measure.pk}:{due_on.isoformat()}:{stage}",
    )
    return mail is not None
