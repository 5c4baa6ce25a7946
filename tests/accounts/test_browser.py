"""In a real browser: passkeys with a virtual authenticator, sign-in by keyboard, accessibility of the pages."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.core import scope
from apps.municipalities.actions import invitations
from apps.notifications.models import OutgoingMail
from tests.factories import PASSWORD, MunicipalityFactory, member, org_unit

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
CHROMIUM = os.environ.get("KFA_CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread of the tests
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page; an error of its own scripts or of the content security policy fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="de-DE")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
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


def findings(page: Page) -> list[str]:
    """What axe finds, with best practices."""
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document).then(result => result.violations)")
    return [f"{item['id']}: {node['html'][:120]}" for item in found for node in item["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(browser: Browser, live_server: LiveServer, scheme: Any, width: int, settings: Any) -> None:
    cache.clear()
    municipality = MunicipalityFactory(slug="musterstadt", name="Musterstadt")
    with scope.unscoped():
        user = create_person(actor=None, email="kim@kommune.example", password=PASSWORD, email_is_verified=True)
    user.is_project_staff = True
    user.save()
    member(municipality, "coordinator", user)
    top = org_unit(municipality, "Dezernat I")
    org_unit(municipality, "Amt für Soziales", parent=top)
    with scope.enter(scope.municipality(municipality)):
        invitations.invite(
            actor=user, municipality=municipality, email="nia@kommune.example", role="contributor", base_url=""
        )
        text = OutgoingMail.objects.get(to="nia@kommune.example").text
    join = next(line for line in text.splitlines() if line.startswith("/k/"))
    context = browser.new_context(
        base_url=live_server.url,
        locale="de-DE",
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}
    paths = [reverse("account_login"), reverse("account_reset_password"), reverse("account_signup"), join]

    def visit(path: str) -> None:
        page.goto(path)
        if problems := findings(page):
            found[path] = problems
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.setdefault(path, []).append("scrolls sideways")

    for path in paths:
        visit(path)
    sign_in(page, user)
    page.goto(reverse("account_reauthenticate"))
    visit(reverse("account_reauthenticate"))
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_load_state()
    names = [
        "my-page",
        "accounts-profile",
        "account_security",
        "second-factor-required",
        "account_email",
        "account_change_password",
        "account_logout",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "usersessions_list",
        "accounts-project-staff",
    ]
    inside = ["people", "invitations", "departments", f"departments/{top.pk}"]
    more = [join, "/programme/municipalities/musterstadt/coordinators/"]
    for path in [*map(reverse, names), *(f"/k/musterstadt/{name}/" for name in inside), *more]:
        visit(path)
    context.close()
    assert found == {}
