"""Reads on mandatory trainings: who has to take one, and how far that is. In the municipality's scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.core.days import months_later
from apps.municipalities.models import Membership, OrgUnit
from apps.training.models import Completion, MandatoryTraining

DONE, EXPIRING, DUE, OVERDUE = "done", "expiring", "due", "overdue"
STATUSES = (DONE, EXPIRING, DUE, OVERDUE)
#: How long before its end a completion is said to run out.
SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Duty:
    """How far one person is with one mandatory training. until: when it is due, or until when it counts."""

    training: MandatoryTraining
    user_id: UUID
    status: str
    until: date | None


def active() -> "QuerySet[MandatoryTraining]":
    """What is mandatory now, with module and department."""
    return (
        MandatoryTraining.objects.filter(ended_at=None)
        .select_related("module__offered", "org_unit")
        .order_by("module__number", "created_at")
    )


def mandatory_modules() -> set[UUID]:
    """Modules that are mandatory for somebody now."""
    return set(MandatoryTraining.objects.filter(ended_at=None).order_by().values_list("module_id", flat=True))


def duties(trainings: Iterable[MandatoryTraining]) -> dict[UUID, list[Duty]]:
    """Training → the duty of everybody it is for; three queries, however many there are."""
    rows = list(trainings)
    if not rows:
        return {}
    people, since = _people()
    completed = _completed([row.module_id for row in rows])
    below = _below()
    today = timezone.localdate()
    found: dict[UUID, list[Duty]] = {}
    for row in rows:
        units = below[row.org_unit_id] if row.org_unit_id else None
        concerned = [user for user, where in people.items() if units is None or where & units]
        found[row.pk] = [
            _duty(row, user, since[user], completed.get((row.module_id, user)), today) for user in concerned
        ]
    return found


def mine(user: Any) -> list[Duty]:
    """The person's own duties, the most urgent first."""
    own = [duty for found in duties(active()).values() for duty in found if duty.user_id == user.pk]
    return sorted(own, key=lambda duty: (STATUSES[::-1].index(duty.status), duty.until or date.max))


def names(ids: Iterable[UUID]) -> Mapping[UUID, User]:
    """The people behind ids."""
    return User.objects.in_bulk(list(ids))


def _people() -> tuple[dict[UUID, set[UUID]], dict[UUID, date]]:
    """Everybody of the municipality: their departments, and since when they have been there."""
    where: dict[UUID, set[UUID]] = {}
    since: dict[UUID, date] = {}
    rows = Membership.objects.filter(user__is_active=True).order_by("created_at")
    for user, unit, came, ended in rows.values_list("user", "org_unit", "created_at", "ended_at"):
        since.setdefault(user, timezone.localdate(came))
        if ended is None:
            where.setdefault(user, set()).update({unit} if unit else ())
    return where, since


def _completed(modules: list[UUID]) -> dict[tuple[UUID, UUID], date]:
    latest = Completion.objects.filter(module__in=modules).values("module", "user").annotate(last=Max("completed_on"))
    return {(row["module"], row["user"]): row["last"] for row in latest.order_by()}


def _below() -> Mapping[UUID, set[UUID]]:
    """Department → itself and all below it."""
    parents = dict(OrgUnit.objects.values_list("pk", "parent"))
    found: dict[UUID, set[UUID]] = {unit: {unit} for unit in parents}
    for unit in parents:
        above = parents[unit]
        while above is not None:
            found[above].add(unit)
            above = parents[above]
    return found


def _duty(row: MandatoryTraining, user: UUID, came: date, completed: date | None, today: date) -> Duty:
    if completed is not None:
        if not row.repeat_months:
            return Duty(row, user, DONE, None)
        until = months_later(completed, row.repeat_months)
        if until >= today:
            return Duty(row, user, EXPIRING if until - today <= SOON else DONE, until)
        return Duty(row, user, OVERDUE, until)
    due = months_later(max(came, row.decided_on), row.within_months)
    return Duty(row, user, DUE if due >= today else OVERDUE, due)
