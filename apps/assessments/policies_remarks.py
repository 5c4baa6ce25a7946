"""Who may say, see and settle what about the items of an assessment; whose names are shown. `roles` as in policies."""

from collections.abc import Collection

from apps.assessments.models import Assessment, Remark
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Role

_State = Assessment.State
_Kind = Remark.Kind
_HANDED_IN = (_State.IN_REVIEW, _State.SIGNED_OFF, _State.CLOSED)


def side_of(roles: Collection[str]) -> str:
    """For whom somebody speaks. Project staff with a role in the municipality act for the municipality there."""
    return Remark.Side.PROJECT if PROJECT_STAFF in roles else Remark.Side.MUNICIPALITY


def sees_comments(roles: Collection[str]) -> bool:
    """Comments are for the municipality alone."""
    return side_of(roles) == Remark.Side.MUNICIPALITY


def may_see(roles: Collection[str], remark: Remark) -> bool:
    """See a thread."""
    return remark.kind != _Kind.COMMENT or sees_comments(roles)


def kinds_to_begin(roles: Collection[str], assessment: Assessment) -> tuple[str, ...]:
    """What somebody who reads the assessment may begin now: feedback once it is handed in, the rest until it closes."""
    if side_of(roles) == Remark.Side.PROJECT:
        return (_Kind.FEEDBACK,) if assessment.state in _HANDED_IN else ()
    return (_Kind.COMMENT, _Kind.QUESTION) if assessment.state != _State.CLOSED else ()


def may_reply(roles: Collection[str], remark: Remark, assessment: Assessment) -> bool:
    """Reply to a thread: to questions and feedback at any time (the right of reply), to comments until it closes."""
    return may_see(roles, remark) and (remark.kind != _Kind.COMMENT or assessment.state != _State.CLOSED)


def may_settle(roles: Collection[str], remark: Remark) -> bool:
    """Say that nothing is left to be done: the side that began the thread, and the coordination."""
    return remark.side == side_of(roles) or Role.COORDINATOR in roles


def names_in_remarks(roles: Collection[str], assessment: Assessment) -> bool:
    """Show who wrote it: within the municipality, while the assessment is not closed."""
    return side_of(roles) == Remark.Side.MUNICIPALITY and assessment.state != _State.CLOSED


def names_in_history(roles: Collection[str], assessment: Assessment) -> bool:
    """Show who gave an answer: within the municipality, until it is signed. It is no record of people's performance."""
    return side_of(roles) == Remark.Side.MUNICIPALITY and assessment.state not in (_State.SIGNED_OFF, _State.CLOSED)
