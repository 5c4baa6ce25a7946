"""Reminding coordinators of assessments that have not been handed in: two weeks before, three days before, overdue."""

from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from apps.assessments import queries, queries_waves
from apps.assessments.actions.reminding import remind_in_each
from apps.assessments.models import Assessment
from apps.core.scope import Scope
from apps.municipalities.models import Role
from apps.notifications.actions import send


def remind(*, scope: Scope, today: date | None = None) -> int:
    """Write each reminder once per deadline; returns how many mails. An extension begins anew.

    scope: the programme's, in which only the municipalities are found; each one's mails are written in its own.
    """
    today = today or timezone.localdate()
    return remind_in_each(scope, partial(queries_waves.near_deadlines, today), partial(_remind, today))


def _remind(today: date) -> int:
    people = queries.people_with_role(Role.COORDINATOR)
    count = 0
    for assessment in queries_waves.near_deadlines(today):
        stage = reminder_stage(assessment, today)
        count += sum(_tell(person, assessment, stage) for person in people) if stage else 0
    return count


def reminder_stage(assessment: Assessment, today: date) -> str | None:
    """Which reminder the day asks for: due_soon (14 days before), due_in_days (3 days before), overdue; None: none.

    Who was invited later than a reminder would have gone out is not reminded at once.
    """
    due_on, invited_on = assessment.due_on, timezone.localdate(assessment.created_at)
    if due_on < today:
        return "overdue"
    if today >= due_on - queries_waves.LAST_BEFORE:
        return "due_in_days" if invited_on < due_on - queries_waves.LAST_BEFORE else None
    if today >= due_on - queries_waves.FIRST_BEFORE:
        return "due_soon" if invited_on < due_on - queries_waves.FIRST_BEFORE else None
    return None


def _tell(person: Any, assessment: Assessment, stage: str) -> bool:
    """Write one mail; False where it was written before."""
    municipality, due_on = assessment.municipality, assessment.due_on
    with translation.override(person.language):
        values = {"municipality": municipality.name, "day": date_format(due_on, "SHORT_DATE_FORMAT")}
        subject = (
            gettext("Overdue – %(municipality)s: the needs assessment was due on %(day)s")
            if stage == "overdue"
            else gettext("Reminder – %(municipality)s: please hand in the needs assessment until %(day)s")
        ) % values
    page = reverse("assessments-detail", args=[municipality.slug, assessment.pk])
    mail = send(
        kind=f"assessment-{stage.replace('_', '-')}",
        to=person.email,
        subject=subject,
        template="assessments/mail/wave_reminder.txt",
        context={
            "person": person,
            "assessment": assessment,
            "municipality": municipality,
            "overdue": stage == "overdue",
            "url": assessment.wave.site + page if assessment.wave.site else "",
        },
        language=person.language,
        dedupe_key=f"{assessment.pk}:{due_on.isoformat()}",
    )
    return mail is not None
