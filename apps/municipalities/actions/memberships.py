"""Writes on memberships and departments."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.actions import record
from apps.municipalities.models import Membership, Municipality, OrgUnit


class LastCoordinator(Exception):
    """The municipality would be without a coordinator."""


class WouldBeCircular(Exception):
    """A department cannot lie below itself."""


@transaction.atomic
def add_membership(
    *, actor: Any, municipality: Municipality, user: Any, role: str, org_unit: OrgUnit | None = None
) -> Membership:
    """Give `user` the role; a role the person has already stays as it is and is returned."""
    existing: Membership | None = Membership.objects.filter(
        municipality=municipality, user=user, role=role, ended_at=None
    ).first()
    if existing is not None:
        return existing
    membership = Membership(municipality=municipality, user=user, role=role, org_unit=org_unit)
    membership.save(force_insert=True)
    record(
        actor=actor,
        verb="membership.added",
        target=membership,
        municipality=municipality,
        data={"role": role, "user": str(user.pk)},
    )
    return membership


@transaction.atomic
def end_membership(*, actor: Any, membership: Membership) -> Membership:
    """End a role from now on; what the person did in it stays. Raises LastCoordinator for the last one of these."""
    coordinators = list(
        Membership.objects.select_for_update(of=("self",))
        .filter(municipality_id=membership.municipality_id, role="coordinator", ended_at=None)
        .order_by("pk")
    )
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if membership.ended_at is not None:
        return membership
    if membership.role == "coordinator" and len(coordinators) == 1:
        raise LastCoordinator
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at", "updated_at"])
    record(
        actor=actor,
        verb="membership.ended",
        target=membership,
        data={"role": membership.role, "user": str(membership.user_id)},
    )
    return membership


@transaction.atomic
def add_org_unit(*, actor: Any, name: str, short_name: str = "", parent: OrgUnit | None = None) -> OrgUnit:
    """A new department. Raises IntegrityError where there is one of that name beside it."""
    unit: OrgUnit = OrgUnit.objects.create(name=name, short_name=short_name, parent=parent)
    record(actor=actor, verb="org_unit.added", target=unit)
    return unit


@transaction.atomic
def change_org_unit(*, actor: Any, unit: OrgUnit, name: str, short_name: str, parent: OrgUnit | None) -> OrgUnit:
    """Rename a department or move it below another one. Raises WouldBeCircular, IntegrityError as `add_org_unit`."""
    # All of them are locked: two moves at once could each be harmless and together make a circle.
    units = {item.pk: item for item in OrgUnit.objects.select_for_update(of=("self",)).order_by("pk")}
    unit = units[unit.pk]
    above = parent.pk if parent is not None else None
    while above is not None:
        if above == unit.pk:
            raise WouldBeCircular
        above = units[above].parent_id
    unit.name, unit.short_name, unit.parent = name, short_name, parent
    unit.save(update_fields=["name", "short_name", "parent", "updated_at"])
    record(actor=actor, verb="org_unit.changed", target=unit)
    return unit
