"""Who may steer and keep the log of pilots in a municipality. `roles`: request.roles."""

from collections.abc import Collection

from apps.commitments.models import Pilot
from apps.municipalities.models import Role

_State = Pilot.State


def may_steer(roles: Collection[str]) -> bool:
    """Write the plan, begin, evaluate, call off."""
    return Role.COORDINATOR in roles


def may_note(roles: Collection[str]) -> bool:
    """Write into the log."""
    return bool({Role.COORDINATOR, Role.CONTRIBUTOR}.intersection(roles))


def steps(roles: Collection[str], pilot: Pilot) -> frozenset[str]:
    """What may be done with a pilot now: plan, begin, note, evaluate, call_off."""
    found: set[str] = set()
    if may_steer(roles):
        if pilot.state == _State.PLANNED:
            found |= {"plan", "begin", "call_off"}
        elif pilot.state == _State.RUNNING:
            found |= {"evaluate", "call_off"}
    if may_note(roles) and pilot.state in (_State.PLANNED, _State.RUNNING):
        found.add("note")
    return frozenset(found)
