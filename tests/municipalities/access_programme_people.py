"""Who gets what from the pages of members of benches and panel."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import ProgrammeInvitation
from apps.core import scope
from apps.municipalities.actions import programme_people as actions
from apps.municipalities.actions.invitations import hash_of
from tests.consistency.access import Row, World
from tests.recommendations.factories import bench_member

TOKEN = "ein-link-aus-einer-einladung"


def _invited(world: World) -> ProgrammeInvitation:
    with scope.enter(scope.programme()):
        invitation = actions.invite(
            actor=world.people["staff"], email="neu@verein.example", role="bench_member", bench="science",
            function="Forschung", base_url="https://kommunen.example",
        )  # fmt: skip
    invitation.token_hash = hash_of(TOKEN)
    invitation.save(update_fields=["token_hash"])
    return invitation


def link(world: World) -> Mapping[str, Any]:
    _invited(world)
    return {"token": TOKEN}


def invitation(world: World) -> Mapping[str, Any]:
    return {"pk": _invited(world).pk}


def role(world: World) -> Mapping[str, Any]:
    return {"pk": bench_member("science").pk}


def own_role(world: World) -> Mapping[str, Any]:
    return {"pk": world.people["bench"].programme_roles.get().pk}


ACCESS = {
    "municipalities-programme-people": Row.in_programme(),
    "municipalities-programme-role-end": Row.in_programme(kwargs=role),
    "municipalities-programme-invitation-revoke": Row.in_programme(staff=303, method="post", kwargs=invitation),
    "workshop": Row.in_workshop(),
    "municipalities-programme-role-naming": Row.in_workshop(
        bench=303, panel=404, staff=404, method="post", kwargs=own_role
    ),
    "municipalities-programme-join": Row.for_all(kwargs=link),
}
