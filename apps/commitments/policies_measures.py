"""Who may see, work on and manage measures. `roles` as in policies."""

from collections.abc import Collection
from typing import Any

from apps.commitments.models import IndicatorValue, Measure, MeasureEvidence
from apps.commitments.policies import may_read
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role


def may_manage(roles: Collection[str]) -> bool:
    """Plan measures: add and change any, import the plan."""
    return Role.COORDINATOR in roles


def is_in_charge(user: Any, measure: Measure) -> bool:
    """Is somebody responsible for a measure, or the deputy?"""
    return user.pk is not None and user.pk in (measure.responsible_id, measure.deputy_id)


def may_see(roles: Collection[str], user: Any, measure: Measure) -> bool:
    """See a measure: all who read the plan, and whoever is in charge of it, whatever their role."""
    return may_read(roles) or (bool(roles) and is_in_charge(user, measure))


def may_work_on(roles: Collection[str], user: Any, measure: Measure) -> bool:
    """Say where it stands, add values, evidence and comments. Project staff look in only."""
    return may_manage(roles) or (PROJECT_STAFF not in roles and bool(roles) and is_in_charge(user, measure))


def sees_comments(roles: Collection[str]) -> bool:
    """Comments are words within the municipality."""
    return PROJECT_STAFF not in roles


def may_remove_value(roles: Collection[str], user: Any, value: IndicatorValue) -> bool:
    """Take back a value: the coordination any, others their own. Of a measure they may work on."""
    return may_manage(roles) or value.recorded_by_id == user.pk


def may_remove_evidence(roles: Collection[str], user: Any, evidence: MeasureEvidence) -> bool:
    """Take back a piece of evidence: the coordination any, others their own. Of a measure they may work on."""
    return may_manage(roles) or evidence.added_by_id == user.pk


def may_subscribe(roles: Collection[str]) -> bool:
    """Have a calendar address of one's own: whoever belongs to the municipality and reads the plan."""
    return may_read(roles) and PROJECT_STAFF not in roles
