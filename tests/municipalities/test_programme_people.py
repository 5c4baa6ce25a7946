"""Members of benches and panel: invited, accepted, named by their own choice only."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import create_person
from apps.accounts.models import ProgrammeInvitation, ProgrammeRole, User
from apps.core import scope
from apps.municipalities.actions import programme_people as actions
from apps.municipalities.actions.invitations import WrongPerson
from apps.municipalities.middleware import SSO_MUNICIPALITY
from apps.notifications.models import OutgoingMail
from tests.factories import PASSWORD, UserFactory
from tests.recommendations.factories import bench_member, panel_member

pytestmark = pytest.mark.django_db

PAGE = "/programme/people/"
INVITED = {"email": "Nia@verein.example", "place": "civil_society", "function": "Beratungsstelle", "organisation": ""}
NEW = {
    "first_name": "Nia",
    "last_name": "Muster",
    "password": "ein langer neuer Satz",
    "password_again": "ein langer neuer Satz",
}


@pytest.fixture
def team(client: Client) -> Client:
    client.force_login(UserFactory(staff=True))
    return client


def invite(team: Client, **values: Any) -> str:
    """Invite as the project team does; returns the path of the link in the mail."""
    response = team.post(PAGE, {**INVITED, **values})
    assert response.status_code == 303, response.content.decode()
    with scope.enter(scope.programme()):
        mail = OutgoingMail.objects.filter(kind="programme_invitation").order_by("-created_at").first()
    assert mail is not None
    found = re.search(r"https?://testserver(/join/\S+)", mail.text)
    assert found
    return found[1]


def test_somebody_new_opens_an_account_and_gets_to_the_workshop(team: Client) -> None:
    link, guest = invite(team), Client()
    assert "nia@verein.example" in guest.get(link).content.decode()
    assert guest.post(link, NEW).status_code == 302
    role = ProgrammeRole.objects.get(user__email="nia@verein.example")
    assert (role.role, role.bench, role.function, role.is_named) == (
        "bench_member", "civil_society", "Beratungsstelle", False,
    )  # fmt: skip
    assert guest.get("/workshop/").status_code == 200
    assert guest.get(link).status_code == 410


def test_what_is_missing_is_said_at_its_field(team: Client) -> None:
    response = team.post(PAGE, {**INVITED, "function": ""})
    assert response.status_code == 422
    assert "erforderlich" in response.content.decode()
    assert not ProgrammeInvitation.objects.exists()


def test_somebody_with_an_account_signs_in_and_accepts(team: Client) -> None:
    person = create_person(actor=None, email="nia@verein.example", password=PASSWORD, email_is_verified=True)
    link, theirs = invite(team, place="panel_member"), Client()
    assert f"?next={link}" in theirs.get(link).content.decode()
    theirs.force_login(person)
    assert theirs.get(link).status_code == 200
    assert theirs.post(link).status_code == 303
    assert ProgrammeRole.objects.get(user=person).role == "panel_member"


def test_an_invitation_is_for_its_address_only(team: Client) -> None:
    link, other = invite(team), Client()
    other.force_login(UserFactory())
    assert other.post(link).status_code == 403
    assert not ProgrammeRole.objects.exists()


def test_a_session_limited_to_a_municipality_neither_accepts_nor_enters(team: Client) -> None:
    person = create_person(actor=None, email="nia@verein.example", password=PASSWORD, email_is_verified=True)
    link, theirs = invite(team), Client()
    bench_member("science", user=person)
    theirs.force_login(person)
    session = theirs.session
    session[SSO_MUNICIPALITY] = "01900000-0000-7000-8000-000000000000"
    session.save()
    assert theirs.post(link).status_code == 403
    assert theirs.get("/workshop/").status_code == 404


def test_inviting_again_renews_the_link_and_the_old_one_ends(team: Client) -> None:
    first = invite(team)
    second = invite(team)
    assert ProgrammeInvitation.objects.count() == 1
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_whoever_has_the_role_is_not_invited_again(team: Client) -> None:
    role = bench_member("civil_society")
    response = team.post(PAGE, {**INVITED, "email": role.user.email})
    assert response.status_code == 422
    assert "Diese Person hat die Rolle schon." in response.content.decode()


@pytest.mark.parametrize("damage", ["revoke", "expire"])
def test_a_withdrawn_or_expired_invitation_is_not_accepted(team: Client, damage: str) -> None:
    link = invite(team)
    invitation = ProgrammeInvitation.objects.get()
    if damage == "revoke":
        assert team.post(f"{PAGE}{invitation.pk}/revoke/").status_code == 303
    else:
        ProgrammeInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert Client().post(link, NEW).status_code == 410
    assert not User.objects.filter(email="nia@verein.example").exists()


def test_only_the_person_decides_on_being_named(client: Client) -> None:
    role = panel_member(function="Professur für Verwaltungsrecht")
    assert role.public_name == "Professur für Verwaltungsrecht"
    with pytest.raises(WrongPerson):
        actions.choose_naming(actor=UserFactory(staff=True), role=role, is_named=True)
    client.force_login(role.user)
    assert client.post(f"/workshop/roles/{role.pk}/naming/", {"is_named": "yes"}).status_code == 303
    role.refresh_from_db()
    assert role.public_name.startswith(role.user.get_full_name())
    stranger = Client()
    stranger.force_login(panel_member().user)
    assert stranger.post(f"/workshop/roles/{role.pk}/naming/", {"is_named": "no"}).status_code == 404


def test_a_role_that_ended_no_longer_opens_the_workshop(team: Client) -> None:
    role, theirs = bench_member("science"), Client()
    theirs.force_login(role.user)
    assert theirs.get("/workshop/").status_code == 200
    assert team.get(f"{PAGE}{role.pk}/end/").status_code == 200
    assert team.post(f"{PAGE}{role.pk}/end/").status_code == 303
    assert theirs.get("/workshop/").status_code == 404


def test_the_database_knows_that_the_panel_has_no_bench() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        panel_member(bench="science")
    with pytest.raises(IntegrityError), transaction.atomic():
        bench_member("science", function="")
