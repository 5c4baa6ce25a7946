"""Reads on members, invitations and departments. Each runs in the scope the caller entered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.municipalities.models import Membership, Municipality, OrgUnit, Role
from apps.municipalities.models.invitation import Invitation

#: Strongest first; decides what a person with several roles sees first.
ROLE_ORDER = (Role.COORDINATOR, Role.SIGNATORY, Role.CONTRIBUTOR, Role.EMPLOYEE)


@dataclass(frozen=True)
class RolesHere:
    """A municipality and the names of a person's roles in it."""

    municipality: Municipality
    roles: list[str]


def active_members() -> "QuerySet[Membership]":
    """Memberships that have not ended, with person and department, by name and role."""
    found: QuerySet[Membership] = (
        Membership.objects.filter(ended_at=None)
        .select_related("user", "org_unit")
        .order_by("user__last_name", "user__first_name", "user__email", "role")
    )
    return found


def membership(key: UUID) -> "QuerySet[Membership]":
    """The membership with this key, where it has not ended."""
    return active_members().filter(pk=key)


def open_invitations() -> "QuerySet[Invitation]":
    """Invitations nobody has accepted yet, the newest first."""
    found: QuerySet[Invitation] = Invitation.objects.filter(state=Invitation.State.OPEN).select_related(
        "org_unit", "invited_by"
    )
    return found


def roles_of(user: Any) -> list[RolesHere]:
    """In which municipalities a person has which roles. Runs in the person's scope."""
    memberships = (
        Membership.objects.filter(user=user, ended_at=None, municipality__is_active=True)
        .select_related("municipality")
        .order_by("municipality__name")
    )
    found: dict[UUID, RolesHere] = {}
    for item in memberships:
        here = found.setdefault(item.municipality_id, RolesHere(item.municipality, []))
        here.roles.append(item.role)
    order = {role.value: place for place, role in enumerate(ROLE_ORDER)}
    for here in found.values():
        here.roles[:] = [str(Role(role).label) for role in sorted(here.roles, key=order.__getitem__)]
    return list(found.values())


def leading_membership(memberships: "list[Membership]") -> "Membership | None":
    """The membership with the strongest of a person's roles."""
    order = {role.value: place for place, role in enumerate(ROLE_ORDER)}
    return min(memberships, key=lambda item: order[item.role], default=None)


def org_units() -> "list[OrgUnit]":
    """All departments of the municipality as a tree, depth first.

    Each has `depth` (0 at the top), `above` (its parent's name, or None) and `people` (how many roles belong to it).
    """
    people = Count("memberships", filter=Q(memberships__ended_at=None))
    units = list(OrgUnit.objects.annotate(people=people).order_by("name"))
    names = {unit.pk: unit.name for unit in units}
    below: dict[UUID | None, list[OrgUnit]] = {}
    for unit in units:
        unit.above = names.get(unit.parent_id)
        below.setdefault(unit.parent_id, []).append(unit)
    return list(_walk(below, None, 0))


def _walk(below: "dict[UUID | None, list[OrgUnit]]", parent: UUID | None, depth: int) -> "Iterator[OrgUnit]":
    for unit in below.get(parent, []):
        unit.depth = depth
        yield unit
        yield from _walk(below, unit.pk, depth + 1)


def keys_below(unit: OrgUnit, units: "list[OrgUnit]") -> set[UUID]:
    """Keys of `unit` and of everything below it; `units` as from `org_units`."""
    found = {unit.pk}
    for other in units:  # parents come before their children
        if other.parent_id in found:
            found.add(other.pk)
    return found
