"""Who may do what with assessments. `roles` is what the middleware loaded: roles of memberships, or project staff."""

from collections.abc import Collection
from typing import Any

from apps.assessments.models import Assessment
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role

_State = Assessment.State


def may_read(roles: Collection[str]) -> bool:
    """See the assessments of the municipality and their answers. Employees do not."""
    return not {Role.COORDINATOR, Role.CONTRIBUTOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_answer(roles: Collection[str]) -> bool:
    """Answer questions, whatever the state: the action looks at that under its lock."""
    return not {Role.COORDINATOR, Role.CONTRIBUTOR}.isdisjoint(roles)


def may_coordinate(roles: Collection[str]) -> bool:
    """Start an assessment and hand it in for signature."""
    return Role.COORDINATOR in roles


def may_sign(roles: Collection[str]) -> bool:
    """Sign off."""
    return Role.SIGNATORY in roles


def may_return(roles: Collection[str], assessment: Assessment) -> bool:
    """Put back to work: the signatory from review and after signing, the coordinator while nobody has signed."""
    if assessment.state == _State.IN_REVIEW:
        return not {Role.SIGNATORY, Role.COORDINATOR}.isdisjoint(roles)
    return assessment.state == _State.SIGNED_OFF and Role.SIGNATORY in roles


def may_report(roles: Collection[str]) -> bool:
    """Order the report, which shows every section."""
    return not {Role.COORDINATOR, Role.SIGNATORY, PROJECT_STAFF}.isdisjoint(roles)


def may_manage_waves(user: Any) -> bool:
    """Create, open and close waves, invite municipalities: the project team."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)
