"""Who plans and gives sessions, and who keeps the list of who was there. `roles`: request.roles."""

from collections.abc import Collection, Iterable

from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind
from apps.municipalities.middleware import PROJECT_STAFF
from apps.municipalities.models import Municipality, Role
from apps.training.models import Session

_State = Session.State


def may_read(roles: Collection[str]) -> bool:
    """Read the planning of sessions: coordinators, and the project team."""
    return bool({Role.COORDINATOR, PROJECT_STAFF}.intersection(roles))


def may_plan(roles: Collection[str], host: Municipality | None) -> bool:
    """Plan the sessions of a municipality (its coordinators) or of the programme (the project team)."""
    return (PROJECT_STAFF if host is None else Role.COORDINATOR) in roles


def may_keep_list(roles: Collection[str], host: Municipality | None, session: Session) -> bool:
    """Read and tick the list of an ordinary session: the project team in the programme, the hosting municipality.

    host: the municipality whose pages these are, None in the programme. Of a confidential session there is no list.
    """
    if session.confidential:
        return False
    return may_plan(roles, host) and (host is None or session.host_id == host.pk)


def trainer_roles(roles: Iterable[ProgrammeRole]) -> list[ProgrammeRole]:
    """The roles as a trainer among the person's roles in the programme."""
    return [role for role in roles if role.role == ProgrammeRoleKind.TRAINER]


def steps(roles: Collection[str], host: Municipality | None, session: Session) -> frozenset[str]:
    """What may be done with a session now: change, seats, trainers, open, cancel, copy."""
    if not may_plan(roles, host):
        return frozenset()
    found = {"copy"}
    if session.host_id != (host.pk if host else None):
        return frozenset()
    if session.state in (_State.PLANNED, _State.OPEN):
        found |= {"change", "seats", "trainers", "cancel"}
    if session.state == _State.PLANNED:
        found.add("open")
    return frozenset(found)
