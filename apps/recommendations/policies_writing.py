"""Who may write a recommendation, lead its team, and see its expenses. Bool functions of what the views have loaded."""

from collections.abc import Iterable
from typing import Any

from apps.recommendations.models import SectionCheckout, TeamMember


def may_manage(user: Any) -> bool:
    """Start recommendations, decide about teams and expenses, take steps: the project team."""
    return bool(user.is_authenticated and user.is_active and user.is_project_staff)


def membership(user: Any, team: Iterable[TeamMember]) -> TeamMember | None:
    """The person's own membership among `team` (with roles), while neither it nor the role has ended."""
    mine = [
        member
        for member in team
        if member.role.user_id == user.pk and member.left_at is None and member.role.ended_at is None
    ]
    return min(mine, key=lambda member: not member.leads, default=None)


def may_write(user: Any, team: Iterable[TeamMember]) -> bool:
    """Write in a recommendation: its team and the project team."""
    return may_manage(user) or membership(user, team) is not None


def may_take_over(user: Any, team: Iterable[TeamMember], checkout: SectionCheckout) -> bool:
    """Take a section out of another's hand: who leads the team, and the project team."""
    mine = membership(user, team)
    return checkout.user_id != user.pk and (may_manage(user) or bool(mine and mine.leads))
