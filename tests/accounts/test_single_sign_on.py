"""Single sign-on of a municipality, against a provider that really runs: what it may do, and what it never may."""

import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from apps.accounts import encryption
from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.actions import invitations
from apps.municipalities.actions.single_sign_on import configure
from apps.municipalities.middleware import NOWHERE, SSO_MUNICIPALITY
from apps.municipalities.models import Membership, Municipality
from apps.municipalities.models.single_sign_on import SingleSignOn
from apps.notifications.models import OutgoingMail
from tests.factories import PASSWORD, member

pytestmark = pytest.mark.django_db

CLIENT = ("platform", "client-secret-of-the-test")
NIA = {"sub": "1", "email": "nia@stadt.example", "email_verified": True, "given_name": "Nia", "family_name": "Muster"}


class RunningProvider:
    """The provider's process."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("oidc_provider.py")
        self.process = subprocess.Popen([sys.executable, str(script), *CLIENT], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.issuer = self.process.stdout.readline().strip()

    def will_sign_in(self, claims: dict[str, Any]) -> None:
        """Whom the next authorisation is about."""
        requests.post(f"{self.issuer}/claims", json=claims, timeout=5).raise_for_status()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    running = RunningProvider()
    yield running
    running.end()


@pytest.fixture
def connected(municipality: Municipality, provider: RunningProvider) -> Municipality:
    """A municipality with its provider."""
    connect(municipality, provider)
    return municipality


def connect(municipality: Municipality, provider: RunningProvider, **fields: Any) -> SingleSignOn:
    values = {
        "name": "Stadtkonto",
        "server_url": provider.issuer,
        "client_id": CLIENT[0],
        "email_domains": ["stadt.example"],
        "admits_employees": True,
        "demands_second_factor": False,
        "is_enabled": True,
        **fields,
    }
    with scope.enter(scope.municipality(municipality)):
        return configure(actor=None, municipality=municipality, secret=CLIENT[1], **values)


def sign_in(
    client: Client, municipality: Municipality, provider: RunningProvider, claims: dict[str, Any], **form: str
) -> Any:
    """The whole way: the municipality's page, the provider, back to the callback. Returns the callback's answer."""
    provider.will_sign_in(claims)
    return client.get(way_back(client, municipality, **form))


def way_back(client: Client, municipality: Municipality, **form: str) -> str:
    """Start the sign-in, pass through the provider; returns the callback address the browser would open."""
    page = client.post(f"/k/{municipality.slug}/sso/", form)
    assert page.status_code == 200
    answer = requests.get(unescape(page.context["url"]), allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    assert parts.netloc == "testserver"
    return f"{parts.path}?{parts.query}"


def roles(municipality: Municipality, email: str = "nia@stadt.example") -> list[str]:
    with scope.enter(scope.municipality(municipality)):
        return list(Membership.objects.filter(user__email=email, ended_at=None).values_list("role", flat=True))


def account(email: str) -> User:
    with scope.unscoped():
        return create_person(actor=None, email=email, password=PASSWORD, email_is_verified=True)


def reachable(client: Client, municipality: Municipality) -> dict[str, int]:
    """What the session gets from every page of a municipality that has no further parameter."""
    names = ["people", "invitations", "departments", "single-sign-on", ""]
    return {name: client.get(f"/k/{municipality.slug}/{name}{'/' if name else ''}").status_code for name in names}


def test_a_new_identity_becomes_a_person_and_an_employee(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    response = sign_in(client, connected, provider, NIA)
    assert response.status_code == 302
    assert response["Location"] == f"/k/{connected.slug}/"
    user = User.objects.get(email="nia@stadt.example")
    assert (user.first_name, user.last_name, user.has_usable_password()) == ("Nia", "Muster", False)
    assert roles(connected) == ["employee"]
    assert client.session[SSO_MUNICIPALITY] == str(connected.pk)
    assert client.get("/me/").status_code == 200


def test_the_same_identity_is_the_same_person_the_next_time(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    sign_in(client, connected, provider, NIA)
    again = Client()
    sign_in(again, connected, provider, {**NIA, "email": "nia.neu@stadt.example"})
    assert User.objects.count() == 1
    assert again.get("/me/").status_code == 200


def test_claiming_the_address_of_somebody_with_an_account_signs_nobody_in(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    victim = account("nia@stadt.example")
    response = sign_in(client, connected, provider, NIA)
    assert response.status_code == 403
    assert "Zu Ihrer E-Mail-Adresse gibt es bereits ein Konto." in response.content.decode()
    assert client.get("/me/").status_code == 302
    assert not SocialAccount.objects.exists()
    victim.refresh_from_db()
    assert victim.has_usable_password()
    assert User.objects.count() == 1


def test_neither_does_claiming_a_second_address_of_theirs_in_other_letters(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    victim = account("victim@elsewhere.example")
    victim.emailaddress_set.create(email="nia@stadt.example", verified=True)
    assert sign_in(client, connected, provider, {**NIA, "email": "NIA@Stadt.example"}).status_code == 403
    assert client.get("/me/").status_code == 302


def test_an_address_outside_the_municipalitys_domains_is_confirmed_by_mail_first(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    response = sign_in(client, connected, provider, {**NIA, "email": "nia@elsewhere.example"})
    assert response["Location"] == reverse("account_email_verification_sent")
    assert client.get("/me/").status_code == 302
    with scope.enter(scope.programme()):
        text = OutgoingMail.objects.get(to="nia@elsewhere.example").text
    link = next(line for line in text.splitlines() if "/confirm-email/" in line)
    client.post(link)
    sign_in(client, connected, provider, {**NIA, "email": "nia@elsewhere.example"})
    assert client.get("/me/").status_code == 200
    assert client.session[SSO_MUNICIPALITY] == str(connected.pk)


def test_without_an_address_nobody_comes_in(client: Client, connected: Municipality, provider: RunningProvider) -> None:
    assert sign_in(client, connected, provider, {"sub": "1"}).status_code == 403
    assert not User.objects.exists()


def test_where_people_come_by_invitation_only_an_unknown_identity_is_refused(
    client: Client, municipality: Municipality, provider: RunningProvider
) -> None:
    connect(municipality, provider, admits_employees=False)
    assert sign_in(client, municipality, provider, NIA).status_code == 403
    assert not User.objects.exists()


def test_a_session_that_came_through_one_municipalitys_provider_never_reaches_another(
    client: Client, connected: Municipality, other_municipality: Municipality, provider: RunningProvider
) -> None:
    """Not even where the person has a role there, or belongs to the project team."""
    sign_in(client, connected, provider, NIA)
    user = User.objects.get(email="nia@stadt.example")
    member(connected, "coordinator", user)
    member(other_municipality, "coordinator", user)
    user.is_project_staff = True
    user.save()
    assert reachable(client, connected)["people"] == 200
    assert set(reachable(client, other_municipality).values()) == {404}
    assert client.get("/programme/team/").status_code == 404
    page = client.get("/me/").content.decode()
    assert connected.name in page
    assert other_municipality.name not in page
    by_password = Client()
    by_password.force_login(user)
    assert reachable(by_password, other_municipality)["people"] == 200


ACCOUNT_PAGES = [
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "account_reset_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_generate_recovery_codes",
    "usersessions_list",
    "socialaccount_connections",
]


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_it_cannot_give_itself_another_way_into_the_account(
    client: Client, connected: Municipality, provider: RunningProvider, name: str
) -> None:
    sign_in(client, connected, provider, NIA)
    assert client.get(reverse(name)).status_code == 404
    fields = {"password1": "ein langer neuer Satz", "password2": "ein langer neuer Satz", "email": "x@evil.example"}
    assert client.post(reverse(name), {**fields, "action_add": ""}).status_code == 404
    user = User.objects.get(email="nia@stadt.example")
    assert not user.has_usable_password()
    assert not Authenticator.objects.exists()


def test_it_cannot_accept_an_invitation_of_another_municipality(
    client: Client, connected: Municipality, other_municipality: Municipality, provider: RunningProvider
) -> None:
    sign_in(client, connected, provider, NIA)
    coordinator = member(other_municipality)
    with scope.enter(scope.municipality(other_municipality)):
        invitations.invite(
            actor=coordinator,
            municipality=other_municipality,
            email="nia@stadt.example",
            role="contributor",
            base_url="",
        )
        text = OutgoingMail.objects.get(to="nia@stadt.example").text
    link = next(line for line in text.splitlines() if line.startswith("/k/"))
    assert client.post(link).status_code == 403
    assert roles(other_municipality) == []


def test_a_session_without_a_clear_origin_reaches_nothing(
    client: Client, connected: Municipality, other_municipality: Municipality, provider: RunningProvider
) -> None:
    sign_in(client, connected, provider, NIA)
    session = client.session
    session[SSO_MUNICIPALITY] = str(other_municipality.pk)  # contradicts how allauth recorded the sign-in
    session.save()
    assert client.get(f"/k/{connected.slug}/people/").status_code == 404
    assert client.get("/me/").status_code == 404
    assert NOWHERE not in {str(connected.pk), str(other_municipality.pk)}


def test_losing_the_mark_does_not_lift_the_limit(
    client: Client, connected: Municipality, other_municipality: Municipality, provider: RunningProvider
) -> None:
    sign_in(client, connected, provider, NIA)
    member(other_municipality, "coordinator", User.objects.get(email="nia@stadt.example"))
    session = client.session
    del session[SSO_MUNICIPALITY]
    session.save()
    assert client.get(f"/k/{other_municipality.slug}/people/").status_code == 404


def test_one_providers_answer_is_worth_nothing_at_anothers_callback(
    client: Client, connected: Municipality, other_municipality: Municipality, provider: RunningProvider
) -> None:
    connect(other_municipality, provider)
    provider.will_sign_in(NIA)
    callback = way_back(client, connected)
    response = client.get(callback.replace(str(connected.pk), str(other_municipality.pk)))
    assert response.status_code in {403, 404}
    assert client.get("/me/").status_code == 302


def test_a_callback_that_was_not_started_here_is_refused(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    provider.will_sign_in(NIA)
    callback = way_back(Client(), connected)
    assert client.get(callback).status_code == 404
    client.post(f"/k/{connected.slug}/sso/")
    assert client.get(callback).status_code == 403
    assert client.get("/me/").status_code == 302


def test_a_callback_counts_once(client: Client, connected: Municipality, provider: RunningProvider) -> None:
    provider.will_sign_in(NIA)
    callback = way_back(client, connected)
    assert client.get(callback).status_code == 302
    client.post(reverse("account_logout"))
    assert client.get(callback).status_code in {403, 404}
    assert client.get("/me/").status_code == 302


def test_signing_in_over_a_running_session_starts_a_new_one(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    staff = account("staff@project.example")
    client.force_login(staff)
    sign_in(client, connected, provider, NIA)
    assert client.get(f"/k/{connected.slug}/people/").status_code == 403  # an employee
    assert client.session["_auth_user_id"] == str(User.objects.get(email="nia@stadt.example").pk)


def test_an_account_there_is_gets_connected_by_its_owner(
    client: Client, connected: Municipality, other_municipality: Municipality, provider: RunningProvider
) -> None:
    owner = account("nia@stadt.example")
    member(connected, "coordinator", owner)
    member(other_municipality, "coordinator", owner)
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    response = sign_in(client, connected, provider, NIA, connect="1")
    assert response["Location"] == f"/k/{connected.slug}/"
    assert SocialAccount.objects.get().user == owner
    assert client.get(f"/k/{other_municipality.slug}/people/").status_code == 200  # this session gave the password
    through_provider = Client()
    sign_in(through_provider, connected, provider, NIA)
    assert through_provider.get(f"/k/{connected.slug}/people/").status_code == 200
    assert through_provider.get(f"/k/{other_municipality.slug}/people/").status_code == 404


def test_connecting_needs_a_role_in_the_municipality(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    client.force_login(account("other@stadt.example"))
    assert client.post(f"/k/{connected.slug}/sso/", {"connect": "1"}).status_code == 403


def test_cancelling_at_the_provider_ends_on_a_page_that_says_so(
    client: Client, connected: Municipality, provider: RunningProvider
) -> None:
    response = sign_in(client, connected, provider, {"error": "access_denied"})
    assert response.status_code == 403
    assert "Die Anmeldung war nicht möglich" in response.content.decode()


def test_a_provider_that_does_not_answer_is_told_as_such(
    client: Client, municipality: Municipality, provider: RunningProvider
) -> None:
    connect(municipality, provider, server_url="http://127.0.0.1:9")
    assert client.post(f"/k/{municipality.slug}/sso/").status_code == 502


def test_a_wrong_client_secret_signs_nobody_in(
    client: Client, municipality: Municipality, provider: RunningProvider
) -> None:
    connect(municipality, provider)
    with scope.enter(scope.municipality(municipality)):
        SingleSignOn.objects.update(encrypted_secret=encryption.encrypt("wrong"))
    assert sign_in(client, municipality, provider, NIA).status_code == 502
    assert client.get("/me/").status_code == 302


def test_without_a_provider_in_use_there_is_no_such_page(
    client: Client, municipality: Municipality, provider: RunningProvider
) -> None:
    assert client.get(f"/k/{municipality.slug}/sso/").status_code == 404
    connect(municipality, provider, is_enabled=False)
    assert client.get(f"/k/{municipality.slug}/sso/").status_code == 404
    assert client.get(f"/accounts/oidc/{municipality.pk}/login/").status_code == 404


def test_the_providers_second_factor_counts_where_it_is_known_to_demand_one(
    client: Client, municipality: Municipality, provider: RunningProvider, settings: Any
) -> None:
    settings.MFA_REQUIRED_ROLES = ["coordinator"]
    connect(municipality, provider, demands_second_factor=True)
    sign_in(client, municipality, provider, NIA)
    member(municipality, "coordinator", User.objects.get(email="nia@stadt.example"))
    assert client.get(f"/k/{municipality.slug}/people/").status_code == 200


def test_the_project_team_connects_a_provider_and_never_sees_the_secret_again(
    client: Client, staff: Any, municipality: Municipality, provider: RunningProvider
) -> None:
    client.force_login(staff)
    url = f"/k/{municipality.slug}/single-sign-on/"
    fields = {
        "name": "Stadtkonto",
        "server_url": provider.issuer,
        "client_id": CLIENT[0],
        "secret": CLIENT[1],
        "domains": "Stadt.example, @amt.example",
        "admits_employees": "on",
        "is_enabled": "on",
    }
    assert client.post(url, {**fields, "secret": ""}).status_code == 422
    assert client.post(url, {**fields, "server_url": "http://login.stadt.example"}).status_code == 422
    assert client.post(url, {**fields, "domains": "not a domain"}).status_code == 422
    assert client.post(url, fields).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        row = SingleSignOn.objects.get()
    assert row.email_domains == ["stadt.example", "amt.example"]
    assert CLIENT[1] not in row.encrypted_secret
    assert encryption.decrypt(row.encrypted_secret) == CLIENT[1]
    page = client.get(url).content.decode()
    assert CLIENT[1] not in page
    assert f"/accounts/oidc/{municipality.pk}/login/callback/" in page
    assert client.post(url, {**fields, "secret": "", "name": "Neuer Name"}).status_code == 303
    with scope.enter(scope.municipality(municipality)):
        assert encryption.decrypt(SingleSignOn.objects.get().encrypted_secret) == CLIENT[1]


def test_a_coordinator_does_not_connect_a_provider(client: Client, municipality: Municipality) -> None:
    client.force_login(member(municipality))
    assert client.get(f"/k/{municipality.slug}/single-sign-on/").status_code == 403
