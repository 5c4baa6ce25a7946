"""Municipalities, departments, people with their roles, and invitations that are still open."""

from django.contrib.auth.hashers import make_password

from apps.accounts.actions import add_project_staff, create_person, person_with_address
from apps.accounts.models import User
from apps.core import scope
from apps.demo.content.municipalities import (
    MUNICIPALITIES,
    OPEN_INVITATIONS,
    PARTICIPATES_SINCE,
    PROJECT_DOMAIN,
    PROJECT_STAFF,
    DemoMunicipality,
    address,
    address_of,
)
from apps.municipalities.actions.invitations import invite
from apps.municipalities.actions.memberships import add_membership, add_org_unit
from apps.municipalities.actions.onboarding import TerritoryPeriod, confirm_competences, create_municipality
from apps.municipalities.models import Membership, Municipality, Territory

#: Where links in mails lead; the demo's page shows them with the address it is opened under.
BASE_URL = "https://demo.kommunen.example"


def seed_project_staff(password: str) -> User:
    """The project team; returns its head, in whose name the programme is set up."""
    hashed: str | None = None
    team: list[User] = []
    with scope.enter(scope.programme()):
        for first_name, last_name, is_admin in PROJECT_STAFF:
            email = address(first_name, last_name, PROJECT_DOMAIN)
            person = person_with_address(email)
            if person is None:
                hashed = hashed or make_password(password)
                person = _person(email, first_name, last_name, hashed)
                add_project_staff(actor=team[0] if team else person, email=email)
                if is_admin:
                    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
            team.append(person)
    return team[0]


def seed_municipalities(actor: User, territories: dict[str, Territory]) -> dict[str, Municipality]:
    """The tenants, made of their territories; returns them by slug."""
    with scope.enter(scope.programme()):
        known = {row.slug: row for row in Municipality.objects.all()}
        for place in MUNICIPALITIES:
            if place.slug in known:
                continue
            municipality = create_municipality(
                actor=actor,
                name=place.name,
                slug=place.slug,
                territories=[TerritoryPeriod(territories[place.ars], PARTICIPATES_SINCE)],
                stage=place.stage,
                eccar_member=place.eccar_member,
                employees_count=place.employees,
            )
            known[place.slug] = confirm_competences(
                actor=actor, municipality=municipality, competences=municipality.competences
            )
    return {place.slug: known[place.slug] for place in MUNICIPALITIES}


def seed_people(actor: User, municipalities: dict[str, Municipality], password: str) -> None:
    """Departments, people and invitations of each municipality that has nobody yet.

    Whether somebody is there decides, not each single role: a role that was ended in the demo stays ended.
    """
    with scope.enter(scope.programme()):
        inhabited = set(Membership.objects.order_by().values_list("municipality_id", flat=True).distinct())
    empty = [place for place in MUNICIPALITIES if municipalities[place.slug].pk not in inhabited]
    if not empty:
        return
    hashed = make_password(password)
    for place in empty:
        with scope.enter(scope.municipality(municipalities[place.slug])):
            _settle(actor, place, municipalities[place.slug], hashed)


def _settle(actor: User, place: DemoMunicipality, municipality: Municipality, hashed: str) -> None:
    units = {name: add_org_unit(actor=actor, name=name, short_name=short_name) for name, short_name in place.units}
    for member in place.people:
        email = address_of(member)
        person = person_with_address(email) or _person(email, member.first_name, member.last_name, hashed)
        unit = units[member.unit] if member.unit else None
        add_membership(actor=actor, municipality=municipality, user=person, role=member.role, org_unit=unit)
    for slug, email, role in OPEN_INVITATIONS:
        if slug == place.slug:
            invite(actor=actor, municipality=municipality, email=email, role=role, base_url=BASE_URL)


def _person(email: str, first_name: str, last_name: str, hashed: str) -> User:
    """A person of the demo; all share one password, hashed once: hashing sixty takes longer than all the rest."""
    person = create_person(actor=None, email=email, first_name=first_name, last_name=last_name, email_is_verified=True)
    User.objects.filter(pk=person.pk).update(password=hashed)
    return person
