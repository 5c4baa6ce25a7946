"""In a real browser: passkeys with a virtual authenticator, sign-in by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.core import scope
from tests.browsing import browser, in_browser, listened_to
from tests.factories import PASSWORD

__all__ = ["browser"]
pytestmark = in_browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page; an error of its own scripts or of the content security policy fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="de-DE")
    complaints: list[str] = []
    yield listened_to(context.new_page(), complaints)
    context.close()
    assert complaints == []


@pytest.fixture
def person() -> User:
    with scope.unscoped():
        return create_person(
            actor=None, email="kim@kommune.example", first_name="Kim", password=PASSWORD, email_is_verified=True
        )


def sign_in(page: Page, user: User) -> None:
    page.goto(reverse("account_login"))
    page.fill("#id_login", user.email)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/me/")


def virtual_authenticator(page: Page) -> Any:
    """A device with a fingerprint reader that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def test_a_passkey_is_added_and_signs_in_without_a_password(page: Page, person: User) -> None:
    virtual_authenticator(page)
    sign_in(page, person)
    page.goto(reverse("mfa_add_webauthn"))
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("#mfa_webauthn_add")
    page.fill("#id_name", "Mein Telefon")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    page.goto(reverse("mfa_list_webauthn"))
    assert "Mein Telefon" in page.inner_text("main")
    page.goto(reverse("account_logout"))
    page.click("main button[type=submit]")
    page.goto(reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url("**/me/")


def test_a_passkey_that_does_not_answer_is_told_on_the_page(page: Page) -> None:
    page.goto(reverse("account_login"))
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')) }")
    page.click("#passkey_login")
    page.wait_for_selector("#app-trouble:not([hidden])")
    assert "Bitte versuchen Sie es noch einmal." in page.inner_text("#app-trouble")
