"""Who may read, steer and decide what a municipality commits itself to. `roles`: request.roles."""

from collections.abc import Collection

from apps.commitments.models import SelfCommitment
from apps.commitments.policies import may_read
from apps.municipalities.models import Role

__all__ = ["may_decide", "may_read", "may_read_commitment", "may_steer"]


def may_read_commitment(roles: Collection[str], commitment: SelfCommitment) -> bool:
    """What is or was in force is for everybody in the administration, a draft for those who work on it."""
    return may_read(roles) or (bool(roles) and commitment.state != SelfCommitment.State.DRAFT)


def may_steer(roles: Collection[str]) -> bool:
    """Consider, plan, begin, report; write the self-commitment."""
    return Role.COORDINATOR in roles


def may_decide(roles: Collection[str]) -> bool:
    """Put on record what was decided: adopt or not, give up, stay with a version; put the commitment in force."""
    return bool({Role.COORDINATOR, Role.SIGNATORY}.intersection(roles))
