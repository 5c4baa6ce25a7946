"""Who may do what with the panel's work. `roles`: of the request; `member`: the person's role on the panel, if any."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind
from apps.core import reviewable_declaration as reviewables
from apps.municipalities.middleware import PROJECT_STAFF
from apps.reviews.models import Advice, Condition, Review


def panel_role(roles: Iterable[ProgrammeRole]) -> ProgrammeRole | None:
    """The person's role on the panel, among the active roles of the request."""
    return next((role for role in roles if role.role == ProgrammeRoleKind.PANEL_MEMBER), None)


def may_manage_panel(roles: Collection[str]) -> bool:
    """Open reviews, start and close votes, call meetings, record rules, answer advice: the project team."""
    return PROJECT_STAFF in roles


def may_read_panel(roles: Collection[str], member: ProgrammeRole | None) -> bool:
    """Read meetings and advice in the workshop: the panel and the project team."""
    return member is not None or PROJECT_STAFF in roles


def may_see_condition(user: Any, roles: Collection[str], member: ProgrammeRole | None, condition: Condition) -> bool:
    """The panel, the project team, and who wrote what the condition is about."""
    return may_read_panel(roles, member) or _concerned(user.pk, condition.review)


def may_say_met(user: Any, roles: Collection[str], condition: Condition) -> bool:
    """Say how a condition was met: the project team, and who wrote it."""
    return PROJECT_STAFF in roles or _concerned(user.pk, condition.review)


def may_read_advice(roles: Collection[str], member: ProgrammeRole | None, advice: Advice) -> bool:
    """Drafts are the panel's own; what was given is read by the project team too."""
    return member is not None or (PROJECT_STAFF in roles and advice.state != Advice.State.DRAFT)


def _concerned(user_id: UUID, review: Review) -> bool:
    return reviewables.get(review.subject_kind).concerned(user_id, review.subject_id)
