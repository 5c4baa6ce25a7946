"""Reads on people and their roles in the programme."""

from django.db.models import QuerySet

from apps.accounts.models import ProgrammeInvitation, ProgrammeRole, User


def active_roles(user: User) -> "QuerySet[ProgrammeRole]":
    """The roles a person has in the programme now."""
    return ProgrammeRole.objects.filter(user=user, ended_at=None)


def bearers(role: str, bench: str = "") -> "QuerySet[ProgrammeRole]":
    """Who has `role` now, of `bench` or of all, with the person; by bench and name."""
    found = ProgrammeRole.objects.filter(role=role, ended_at=None, user__is_active=True).select_related("user")
    return found.filter(bench=bench) if bench else found


def open_invitations() -> "QuerySet[ProgrammeInvitation]":
    """Invitations that have been neither accepted nor withdrawn."""
    return ProgrammeInvitation.objects.filter(state=ProgrammeInvitation.State.OPEN)
