"""Reads on the deadlines of waves. Each runs in the scope the caller entered."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from apps.assessments.models import Assessment, Wave

#: Reminders go out so long before the deadline that holds for a municipality, and once it has passed.
FIRST_BEFORE, LAST_BEFORE = timedelta(days=14), timedelta(days=3)


def near_deadlines(today: date) -> "QuerySet[Assessment]":
    """What has not been handed in and is due soon, or should have been; with wave and municipality."""
    day = today + FIRST_BEFORE
    found: QuerySet[Assessment] = Assessment.objects.filter(
        Q(extended_to=None) | Q(extended_to__lte=day),
        wave__closes_on__lte=day,
        wave__state=Wave.State.OPEN,
        state__in=(Assessment.State.INVITED, Assessment.State.IN_PROGRESS),
    ).select_related("wave", "municipality")
    return found
