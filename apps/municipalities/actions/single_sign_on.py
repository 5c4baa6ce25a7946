"""Writes on a municipality's single sign-on, and taking in whom it vouches for."""

from typing import Any

from django.db import transaction

from apps.accounts.encryption import encrypt
from apps.accounts.models import User
from apps.audit.actions import record
from apps.municipalities.actions.memberships import add_membership
from apps.municipalities.models import Membership, Municipality, Role
from apps.municipalities.models.single_sign_on import SingleSignOn


@transaction.atomic
def configure(*, actor: Any, municipality: Municipality, secret: str, **fields: Any) -> SingleSignOn:
    """Write the provider of a municipality. `secret` is stored encrypted; an empty one leaves what is there.

    Raises ValueError where there is none yet and none is given.
    """
    row = SingleSignOn.objects.select_for_update(of=("self",)).filter(municipality=municipality).first()
    is_new = row is None
    row = row or SingleSignOn(municipality=municipality)
    for name, value in fields.items():
        setattr(row, name, value)
    if secret:
        row.encrypted_secret = encrypt(secret)
    if not row.encrypted_secret:
        raise ValueError("A provider without a client secret.")
    row.save()
    record(
        actor=actor,
        verb="single_sign_on.added" if is_new else "single_sign_on.changed",
        target=row,
        data={"fields": sorted(fields), "secret": bool(secret)},
    )
    return row


@transaction.atomic
def admit_employee(*, municipality: Municipality, user: User) -> Membership:
    """Make a person an employee whom the municipality's provider has just signed in for the first time."""
    return add_membership(actor=user, municipality=municipality, user=user, role=Role.EMPLOYEE)
