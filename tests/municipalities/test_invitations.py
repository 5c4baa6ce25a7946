"""Inviting people, and what becomes of the link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.municipalities.actions import invitations as actions
from apps.municipalities.middleware import SSO_MUNICIPALITY
from apps.municipalities.models import Membership, Municipality, Role
from apps.municipalities.models.invitation import Invitation
from apps.notifications.models import OutgoingMail
from tests.factories import PASSWORD, UserFactory, member, org_unit

pytestmark = pytest.mark.django_db

NEW = {
    "first_name": "Nia",
    "last_name": "Muster",
    "password": "ein langer neuer Satz",
    "password_again": "ein langer neuer Satz",
}


def invite(municipality: Municipality, email: str = "nia@kommune.example", role: str = "contributor") -> str:
    """Invite as a coordinator does; returns the path of the link in the mail."""
    coordinator = member(municipality)
    with scope.enter(scope.municipality(municipality)):
        actions.invite(
            actor=coordinator, municipality=municipality, email=email, role=role, base_url="https://testserver"
        )
    return link(municipality, email)


def link(municipality: Municipality, email: str = "nia@kommune.example") -> str:
    """The path in the newest mail to `email`."""
    with scope.enter(scope.municipality(municipality)):
        mail = OutgoingMail.objects.filter(to=email).order_by("-created_at").first()
    assert mail is not None
    found = re.search(r"https?://testserver(/k/\S+)", mail.text)
    assert found
    return found[1]


def account(email: str = "nia@kommune.example") -> User:
    with scope.unscoped():
        return create_person(actor=None, email=email, password=PASSWORD, email_is_verified=True)


def the_invitation(municipality: Municipality) -> Invitation:
    with scope.enter(scope.municipality(municipality)):
        return Invitation.objects.get()


def roles(municipality: Municipality, email: str = "nia@kommune.example") -> list[str]:
    with scope.enter(scope.municipality(municipality)):
        found = Membership.objects.filter(user__email=email, ended_at=None).order_by("role")
        return list(found.values_list("role", flat=True))


def test_a_coordinator_invites_and_the_mail_holds_the_link(client: Client, municipality: Municipality) -> None:
    unit = org_unit(municipality)
    client.force_login(member(municipality))
    fields = {"email": "Nia@Kommune.example", "role": "contributor", "org_unit": str(unit.pk)}
    response = client.post(f"/k/{municipality.slug}/invitations/", fields)
    assert response.status_code == 303
    invitation = the_invitation(municipality)
    assert (invitation.email, invitation.org_unit_id) == ("nia@kommune.example", unit.pk)
    token = link(municipality).rstrip("/").rpartition("/")[2]
    assert token not in invitation.token_hash
    assert actions.hash_of(token) == invitation.token_hash
    assert "nia@kommune.example" in client.get(f"/k/{municipality.slug}/invitations/").content.decode()


def test_a_department_of_another_municipality_cannot_be_chosen(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    foreign = org_unit(other_municipality)
    client.force_login(member(municipality))
    fields = {"email": "nia@kommune.example", "role": "contributor", "org_unit": str(foreign.pk)}
    assert client.post(f"/k/{municipality.slug}/invitations/", fields).status_code == 422


def test_a_new_person_opens_an_account_and_is_signed_in(client: Client, municipality: Municipality) -> None:
    path = invite(municipality)
    page = client.get(path)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    response = client.post(path, NEW)
    assert response.status_code == 302
    assert response["Location"] == f"/k/{municipality.slug}/"
    assert roles(municipality) == ["contributor"]
    assert client.get("/me/").status_code == 200
    user = User.objects.get(email="nia@kommune.example")
    assert user.emailaddress_set.get().verified
    with scope.enter(scope.municipality(municipality)):
        verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"invitation.sent", "account.created", "membership.added", "invitation.accepted"} <= verbs


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password_again": "etwas anderes"}, "password_again"),
        ({"password": "kurz", "password_again": "kurz"}, "password"),
        ({"password": "nia@kommune.example", "password_again": "nia@kommune.example"}, "password"),
        ({"first_name": ""}, "first_name"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_at_the_field(
    client: Client, municipality: Municipality, change: dict[str, str], field: str
) -> None:
    path = invite(municipality)
    response = client.post(path, {**NEW, **change})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not User.objects.filter(email="nia@kommune.example").exists()


def test_somebody_with_an_account_signs_in_and_accepts(client: Client, municipality: Municipality) -> None:
    user = account()
    path = invite(municipality)
    page = client.get(path).content.decode()
    assert f"/accounts/login/?next={path}" in page
    assert client.post(path, NEW).status_code == 200  # no second account, no new password
    client.force_login(user)
    assert "Annehmen" in client.get(path, HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert client.post(path)["Location"] == f"/k/{municipality.slug}/"
    assert roles(municipality) == ["contributor"]


def test_signed_in_with_another_address_the_page_says_so_and_nothing_happens(
    client: Client, municipality: Municipality
) -> None:
    path = invite(municipality)
    other = account("someone@kommune.example")
    client.force_login(other)
    page = client.get(path).content.decode()
    assert "nia@kommune.example" in page
    assert "someone@kommune.example" in page
    assert client.post(path).status_code == 403
    assert roles(municipality) == []
    assert the_invitation(municipality).state == "open"


def test_an_address_that_was_never_confirmed_accepts_nothing(client: Client, municipality: Municipality) -> None:
    with scope.unscoped():
        user = create_person(actor=None, email="nia@kommune.example", password=PASSWORD)
    path = invite(municipality)
    client.force_login(user)
    assert client.post(path).status_code == 403


def test_a_session_of_another_municipalitys_provider_cannot_accept(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    user = account()
    path = invite(municipality)
    client.force_login(user)
    session = client.session
    session[SSO_MUNICIPALITY] = str(other_municipality.pk)
    session.save()
    assert client.post(path).status_code == 403
    assert roles(municipality) == []


def test_a_link_works_once(client: Client, municipality: Municipality) -> None:
    path = invite(municipality)
    client.post(path, NEW)
    again = Client().get(path)
    assert again.status_code == 410
    assert "angenommen" in again.content.decode()
    assert Client().post(path, NEW).status_code == 410


def test_a_withdrawn_link_is_dead(client: Client, municipality: Municipality) -> None:
    path = invite(municipality)
    coordinator = Client()
    coordinator.force_login(member(municipality))
    invitation = the_invitation(municipality)
    response = coordinator.post(f"/k/{municipality.slug}/invitations/{invitation.pk}/revoke/")
    assert response.status_code == 303
    page = client.get(path)
    assert page.status_code == 410
    assert "zurückgezogen" in page.content.decode()


def test_an_expired_link_is_dead_until_it_is_sent_again(client: Client, municipality: Municipality) -> None:
    path = invite(municipality)
    with scope.enter(scope.municipality(municipality)):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(path).status_code == 410
    coordinator = Client()
    coordinator.force_login(member(municipality))
    invitation = the_invitation(municipality)
    assert "abgelaufen" in coordinator.get(f"/k/{municipality.slug}/invitations/").content.decode()
    coordinator.post(f"/k/{municipality.slug}/invitations/{invitation.pk}/resend/")
    fresh = link(municipality)
    assert fresh != path
    assert client.get(path).status_code == 404
    assert client.get(fresh).status_code == 200


def test_inviting_the_same_address_again_renews_the_invitation(municipality: Municipality) -> None:
    first, second = invite(municipality), invite(municipality)
    assert first != second
    the_invitation(municipality)  # there is one


def test_who_has_the_role_already_is_not_invited(client: Client, municipality: Municipality) -> None:
    coordinator = member(municipality)
    client.force_login(coordinator)
    fields = {"email": coordinator.email, "role": "coordinator"}
    assert client.post(f"/k/{municipality.slug}/invitations/", fields).status_code == 422


def test_a_token_of_one_municipality_opens_nothing_in_another(
    client: Client, municipality: Municipality, other_municipality: Municipality
) -> None:
    path = invite(municipality)
    assert client.get(path.replace(municipality.slug, other_municipality.slug)).status_code == 404


def test_trying_tokens_ends_in_429(client: Client, municipality: Municipality) -> None:
    cache.clear()
    statuses = [client.get(f"/k/{municipality.slug}/join/guess-{number}/").status_code for number in range(22)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_accepting_twice_at_once_gives_the_role_once(municipality: Municipality) -> None:
    user = account()
    invite(municipality)
    invitation = the_invitation(municipality)
    with scope.enter(scope.municipality(municipality)):
        actions.accept_as(actor=user, invitation=invitation)
        with pytest.raises(actions.NotAcceptable):
            actions.accept_as(actor=user, invitation=invitation)
    assert roles(municipality) == ["contributor"]


def test_a_closed_invitation_is_not_sent_again(municipality: Municipality) -> None:
    invite(municipality)
    invitation = the_invitation(municipality)
    coordinator = UserFactory()
    with scope.enter(scope.municipality(municipality)):
        actions.revoke(actor=coordinator, invitation=invitation)
        assert actions.revoke(actor=coordinator, invitation=invitation).state == "revoked"
        with pytest.raises(actions.NotAcceptable):
            actions.resend(
                actor=coordinator, municipality=municipality, invitation=invitation, base_url="https://testserver"
            )


def test_a_new_person_cannot_take_an_address_that_somebody_has(municipality: Municipality) -> None:
    invite(municipality)
    account()
    with scope.enter(scope.municipality(municipality)), pytest.raises(actions.AddressInUse):
        actions.accept_as_new_person(
            invitation=Invitation.objects.get(), first_name="A", last_name="B", password=PASSWORD
        )


def test_the_database_refuses_an_accepted_invitation_without_a_person(municipality: Municipality) -> None:
    invite(municipality)
    with scope.enter(scope.municipality(municipality)), pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(state="accepted")


def test_the_project_team_invites_the_first_coordinator(client: Client, staff: Any, municipality: Municipality) -> None:
    client.force_login(staff)
    url = f"/programme/municipalities/{municipality.slug}/coordinators/"
    assert "Die Kommune hat noch keine Koordination." in client.get(url).content.decode()
    assert client.post(url, {"email": "nia@kommune.example"}).status_code == 303
    with scope.enter(scope.programme()):
        mail = OutgoingMail.objects.get(to="nia@kommune.example")
    path = re.search(r"http://testserver(/k/\S+)", mail.text)
    assert path
    response = Client().post(path[1], NEW)
    assert response["Location"] == f"/k/{municipality.slug}/"
    assert roles(municipality) == [Role.COORDINATOR]
    assert "Nia Muster" in client.get(url).content.decode()


def test_the_list_of_invitations_takes_the_same_number_of_queries_however_long_it_is(
    client: Client, municipality: Municipality, django_assert_max_num_queries: Any
) -> None:
    client.force_login(member(municipality))
    for number in range(12):
        invite(municipality, f"p{number}@kommune.example")
    with django_assert_max_num_queries(8 + 4):  # and session, transaction
        client.get(f"/k/{municipality.slug}/invitations/")
