"""Members of the benches and of the panel, and a role that is still offered."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password

from apps.accounts.actions import create_person
from apps.accounts.models import ProgrammeRole, ProgrammeRoleKind, User
from apps.core import scope
from apps.demo.content.municipalities import address
from apps.demo.content.workshop import DOMAINS, INVITED, MEMBERS, DemoMember
from apps.demo.seeding.people import BASE_URL
from apps.municipalities.actions.programme_people import invite

#: Roles by last name.
Members = Mapping[str, ProgrammeRole]


def address_of(member: DemoMember) -> str:
    """The address a member signs in with."""
    return address(member.first_name, member.last_name, DOMAINS[member.bench])


def seed_workshop(staff: User, password: str) -> Members:
    """The members, if nobody has a role in the programme yet; returns their roles by last name."""
    with scope.enter(scope.programme()):
        if not ProgrammeRole.objects.exists():
            _settle(staff, make_password(password))
        addresses = {address_of(member): member.last_name for member in MEMBERS}
        roles = ProgrammeRole.objects.filter(user__email__in=addresses, ended_at=None).select_related("user")
        return {addresses[role.user.email]: role for role in roles}


def _settle(staff: User, hashed: str) -> None:
    for member in MEMBERS:
        person = create_person(
            actor=None,
            email=address_of(member),
            first_name=member.first_name,
            last_name=member.last_name,
            email_is_verified=True,
        )
        User.objects.filter(pk=person.pk).update(password=hashed)
        ProgrammeRole.objects.create(
            user=person,
            role=_role_of(member),
            bench=member.bench,
            function=member.function,
            organisation=member.organisation,
            is_named=member.is_named,
        )
    invite(
        actor=staff,
        email=address_of(INVITED),
        role=_role_of(INVITED),
        bench=INVITED.bench,
        function=INVITED.function,
        organisation=INVITED.organisation,
        base_url=BASE_URL,
    )


def _role_of(member: DemoMember) -> ProgrammeRoleKind:
    return ProgrammeRoleKind.BENCH_MEMBER if member.bench else ProgrammeRoleKind.PANEL_MEMBER
