"""Who gets what from the pages about people, departments, single sign-on and the register."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from apps.core import scope
from apps.municipalities.actions import invitations
from apps.municipalities.actions.single_sign_on import configure
from apps.municipalities.models import Invitation, Membership
from tests.consistency.access import Row, World
from tests.factories import org_unit


def _membership(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(world.municipality)):
        return {"pk": Membership.objects.get(user=world.people["employee"]).pk}


def _invitation(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(world.municipality)):
        invitation = invitations.invite(
            actor=world.people["coordinator"],
            municipality=world.municipality,
            email="nia@kommune.example",
            role="contributor",
            base_url="",
        )
    return {"pk": invitation.pk}


def _link(world: World) -> Mapping[str, Any]:
    key = _invitation(world)["pk"]
    with scope.enter(scope.municipality(world.municipality)):
        Invitation.objects.filter(pk=key).update(token_hash=invitations.hash_of("token"))
    return {"token": "token"}


def _department(world: World) -> Mapping[str, Any]:
    return {"pk": org_unit(world.municipality).pk}


def _provider(world: World) -> Mapping[str, Any]:
    with scope.enter(scope.municipality(world.municipality)):
        configure(
            actor=None,
            municipality=world.municipality,
            secret="s",
            name="Stadtkonto",
            server_url="https://login.example",
            client_id="platform",
        )
    return {}


def _slug(world: World) -> Mapping[str, Any]:
    return {"slug": world.municipality.slug}


ACCESS = {
    "my-page": Row.of_person(),
    "municipalities-members": Row.in_municipality(coordinator=200, staff=200),
    "municipalities-membership-end": Row.in_municipality(coordinator=303, staff=303, method="post", kwargs=_membership),
    "municipalities-invitations": Row.in_municipality(coordinator=200, staff=200),
    "municipalities-invitation-resend": Row.in_municipality(
        coordinator=303, staff=303, method="post", kwargs=_invitation
    ),
    "municipalities-invitation-revoke": Row.in_municipality(
        coordinator=303, staff=303, method="post", kwargs=_invitation
    ),
    "municipalities-org-units": Row.in_municipality(coordinator=200, staff=200),
    "municipalities-org-unit": Row.in_municipality(coordinator=200, staff=200, kwargs=_department),
    "municipalities-join": Row.for_all(kwargs=_link),
    "municipalities-sso": Row.for_all(kwargs=_provider),
    "municipalities-single-sign-on": Row.in_municipality(staff=200),
    "municipalities-invite-coordinator": Row.in_programme(kwargs=_slug),
    "municipalities-territories": Row.in_programme(),
    "municipalities-territory": Row.in_programme(staff=404, kwargs=lambda world: {"pk": uuid4()}),
    "municipalities-new": Row.in_programme(staff=302),  # no territory chosen: to the search
    "municipalities-competences": Row.in_programme(kwargs=_slug),
}
