"""Signing in with password, second factor, session list; nobody signs up; nobody learns who has an account."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.accounts import encryption
from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.notifications.models import OutgoingMail
from tests.factories import PASSWORD, member

pytestmark = pytest.mark.django_db


def person(**fields: Any) -> User:
    fields.setdefault("email", "kim@kommune.example")
    fields.setdefault("first_name", "Kim")
    fields.setdefault("last_name", "Beispiel")
    with scope.unscoped():
        return create_person(actor=None, password=PASSWORD, email_is_verified=True, **fields)


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def confirm(client: Client) -> None:
    """Give the password again, which allauth wants before anything that protects the account is changed."""
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert response.status_code == 302


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def mails() -> list[OutgoingMail]:
    with scope.enter(scope.programme()):
        return list(OutgoingMail.objects.order_by("created_at"))


def test_a_person_signs_in_with_address_and_password_and_lands_on_their_page(client: Client) -> None:
    user = person(language="en")
    response = sign_in(client, user)
    assert response.status_code == 302
    assert response["Location"] == reverse("my-page")
    assert response.cookies["django_language"].value == "en"
    page = client.get(reverse("my-page"))
    assert "You have no role in a municipality yet." in page.content.decode()
    with scope.unscoped():
        assert AuditEntry._base_manager.filter(verb="account.signed_in", actor=user).exists()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    user = person()
    wrong = sign_in(client, user, "nicht das richtige").content.decode()
    unknown = client.post(reverse("account_login"), {"login": "nobody@kommune.example", "password": "x"})
    text = "E-Mail-Adresse und Passwort passen nicht zusammen."
    assert text in wrong
    assert text in unknown.content.decode()


def test_guessing_passwords_ends_in_429(client: Client) -> None:
    user = person()
    statuses = [sign_in(client, user, f"geraten {number}").status_code for number in range(40)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert "Konten gibt es auf Einladung" in page
    fields = {"email": "new@kommune.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), fields)
    assert not User.objects.filter(email="new@kommune.example").exists()


@pytest.mark.parametrize("address", ["kim@kommune.example", "nobody@kommune.example"])
def test_asking_for_a_new_password_does_not_tell_whether_there_is_an_account(client: Client, address: str) -> None:
    person()
    response = client.post(reverse("account_reset_password"), {"email": address})
    assert response.status_code == 302
    assert response["Location"] == reverse("account_reset_password_done")
    (mail,) = mails()
    assert mail.to == address
    assert ("/accounts/password/reset/key/" in mail.text) == (address == "kim@kommune.example")


def test_the_link_in_the_mail_sets_a_new_password(client: Client) -> None:
    user = person()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(line for line in mails()[0].text.splitlines() if "/password/reset/key/" in line)
    page = client.get(link, follow=True)
    assert page.status_code == 200
    form_url = page.redirect_chain[-1][0]
    new = "ein ganz anderer langer Satz"
    assert client.post(form_url, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(client, user, new)["Location"] == reverse("my-page")
    assert mails()[-1].kind == "account.password_reset"


def test_mails_are_in_the_language_of_the_person_they_go_to(client: Client) -> None:
    user = person(language="en")
    client.post(reverse("account_reset_password"), {"email": user.email}, HTTP_ACCEPT_LANGUAGE="de")
    (mail,) = mails()
    assert mail.subject == "Set your password at Municipalities for all"
    assert "Good day," in mail.text


def test_an_unconfirmed_address_is_confirmed_before_the_first_sign_in(client: Client) -> None:
    user = person()
    EmailAddress.objects.filter(user=user).update(verified=False)
    response = sign_in(client, user)
    assert response["Location"] == reverse("account_email_verification_sent")
    link = next(line for line in mails()[0].text.splitlines() if "/confirm-email/" in line)
    assert client.get(link).status_code == 200
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified


def test_an_authenticator_app_is_asked_for_once_it_is_set_up(client: Client) -> None:
    user = person()
    sign_in(client, user)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = code_of(secret)
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    client.post(reverse("account_logout"))
    cache.clear()  # a code counts once; the next one would be half a minute away
    response = sign_in(client, user)
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("my-page")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    code = code_of(secret)
    assert client.post(reverse("mfa_authenticate"), {"code": code})["Location"] == reverse("my-page")
    assert client.get(reverse("my-page")).status_code == 200


def test_seeds_are_encrypted_at_rest() -> None:
    stored = encryption.encrypt("SEED")
    assert "SEED" not in stored
    assert encryption.decrypt(stored) == "SEED"


def test_a_secret_survives_the_rotation_of_the_key(settings: Any) -> None:
    stored = encryption.encrypt("SEED")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key" * 6
    assert encryption.decrypt(stored) == "SEED"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="no longer known"):
        encryption.decrypt(stored)


def test_other_devices_can_be_signed_out(client: Client) -> None:
    user = person()
    elsewhere = Client()
    sign_in(elsewhere, user)
    sign_in(client, user)
    page = client.get(reverse("usersessions_list"))
    assert page.status_code == 200
    assert "dieses Gerät" in page.content.decode()
    client.post(reverse("usersessions_list"))
    assert elsewhere.get(reverse("my-page")).status_code == 302
    assert client.get(reverse("my-page")).status_code == 200


@pytest.mark.parametrize("role", ["coordinator", "signatory"])
def test_a_role_that_demands_a_second_factor_leads_to_setting_it_up(
    client: Client, municipality: Any, settings: Any, role: str
) -> None:
    settings.MFA_REQUIRED_ROLES = ["project_staff", "coordinator", "signatory"]
    user = member(municipality, role)
    client.force_login(user)
    response = client.get(f"/k/{municipality.slug}/people/")
    assert response["Location"] == reverse("second-factor-required")
    page = client.get(response["Location"])
    assert reverse("mfa_activate_totp") in page.content.decode()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert client.get(f"/k/{municipality.slug}/people/").status_code in {200, 403}


def test_project_staff_need_a_second_factor_for_the_programme(client: Client, staff: Any, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["project_staff"]
    client.force_login(staff)
    assert client.get("/programme/team/")["Location"] == reverse("second-factor-required")


def test_employees_and_contributors_need_none(client: Client, municipality: Any, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["project_staff", "coordinator", "signatory"]
    client.force_login(member(municipality, "contributor"))
    assert client.get(f"/k/{municipality.slug}/people/").status_code == 403


PAGES = [
    "account_change_password",
    "account_email",
    "account_logout",
    "account_reset_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "account_security",
    "accounts-profile",
    "second-factor-required",
]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_about_the_account_opens_in_german_with_sie(client: Client, name: str) -> None:
    sign_in(client, person())
    confirm(client)
    response = client.get(reverse(name), HTTP_ACCEPT_LANGUAGE="de")
    assert response.status_code == 200
    text = response.content.decode()
    assert text.count("<h1") == 1
    assert "kern-heading-large" in text
    words = set(text.replace("<", " ").replace(">", " ").replace(".", " ").replace(",", " ").split())
    assert words.isdisjoint({"du", "Du", "dein", "deine", "deiner", "Deine", "Dein", "dir", "dich", "Dir"})
    assert "style=" not in text
