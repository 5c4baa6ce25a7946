"""The demo's page: sign in as anybody, read the mails, follow their links."""

import re
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import scope
from apps.demo.queries import pieces
from tests.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []


def page_of(client: Client) -> str:
    response = client.get(reverse("demo"))
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_is_listed_by_municipality_with_what_they_can_show(seeded: str, client: Client) -> None:
    page = page_of(client)
    headings = re.findall(r"<h2[^>]*>\s*([^<]+?)\s*</h2>", page)
    assert (
        headings[:4] == ["Projektteam", "Bänke", "Expert*innengremium", "Multiplikator*innen"] and len(headings) == 17
    )
    assert {"Lindenfurt", "Amt Schilfsee", "Landkreis Moorwald"} <= set(headings)
    assert page.count('name="person"') == User.objects.count() + 1  # one of them works for two municipalities
    assert "die Bedarfserhebung mit allen Abschnitten" in page


@pytest.mark.parametrize(
    ("email", "leads_to"),
    [
        ("amina.reuter@lindenfurt.example", "/k/lindenfurt/"),
        ("miriam.osei-lindner@projektteam.example", "/programme/"),
        ("samira.haddad@quellenrode.example", "/me/"),
        ("aminata.keller@zivilgesellschaft.example", "/workshop/"),
        ("naledi.fischer@gremium.example", "/workshop/"),
        ("noura.feldhaus@multiplikation.example", "/workshop/"),
    ],
)
def test_one_click_signs_in_and_leads_to_where_the_person_works(
    seeded: str, client: Client, email: str, leads_to: str
) -> None:
    person = User.objects.get(email=email)
    response = client.post(reverse("demo-sign-in"), {"person": person.pk})
    assert (response.status_code, response["Location"]) == (303, leads_to)
    assert client.get(leads_to).status_code == 200
    with scope.enter(scope.programme()):
        assert AuditEntry.objects.filter(actor=person, verb="account.signed_in", data={"methods": ["demo"]}).exists()


def test_another_click_changes_the_person(seeded: str, client: Client) -> None:
    people = [User.objects.get(email=f"{name}@lindenfurt.example") for name in ("amina.reuter", "lea.sommerfeld")]
    for person in people:
        client.post(reverse("demo-sign-in"), {"person": person.pk})
        assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("person", ["", "nonsense", "0199c0de-0000-7000-8000-000000000000"])
def test_nobody_is_signed_in_without_a_person(seeded: str, client: Client, person: str) -> None:
    assert client.post(reverse("demo-sign-in"), {"person": person}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_person_whose_account_was_closed_cannot_be_chosen(seeded: str, client: Client) -> None:
    person = User.objects.get(email="lea.sommerfeld@lindenfurt.example")
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert str(person.pk) not in page_of(client)
    assert client.post(reverse("demo-sign-in"), {"person": person.pk}).status_code == 404


def test_an_invitation_can_be_followed_from_its_mail(seeded: str, client: Client) -> None:
    page = page_of(client)
    assert "georg.thaler@silberquell.example" in page
    links = re.findall(r'href="(/k/silberquell/join/[^"]+)"', page)
    assert len(links) == 1
    joined = client.get(links[0])
    assert joined.status_code == 200 and "Silberquell" in joined.content.decode()


def test_a_section_can_be_answered_by_the_link_in_its_mail(seeded: str, client: Client) -> None:
    page = page_of(client)
    assert "personalrat@lindenfurt.example" in page
    (link,) = re.findall(r'href="(/k/lindenfurt/contribute/[^"]+)"', page)
    answered = client.get(link)
    assert answered.status_code == 200 and "Beschwerde und Schutz" in answered.content.decode()


def test_outside_a_demo_there_is_no_such_page(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert client.get(reverse("demo")).status_code == 404
    assert client.post(reverse("demo-sign-in"), {}).status_code == 404


def test_the_page_says_whether_the_second_factor_is_off(client: Client, settings: Any) -> None:
    words = "Der zweite Faktor ist hier ausgeschaltet"
    assert words in page_of(client)
    settings.MFA_REQUIRED_ROLES = ["coordinator"]
    assert words not in page_of(client)


def test_the_number_of_queries_does_not_depend_on_people_and_mails(seeded: str, client: Client) -> None:
    assert queries_of(lambda: page_of(client)) <= 10


def test_links_in_mails_lead_to_this_site() -> None:
    text = "Guten Tag,\nfolgen Sie https://demo.kommunen.example/k/a/join/x/?b=1.\nDanke"
    assert list(pieces(text)) == [
        ("Guten Tag,\nfolgen Sie ", ""),
        ("https://demo.kommunen.example/k/a/join/x/?b=1", "/k/a/join/x/?b=1"),
        (".\nDanke", ""),
    ]
    assert list(pieces("https://other.example")) == [("https://other.example", "/")]


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("DEMO", False, "demo.E001"),
        ("SECURE_SSL_REDIRECT", True, "demo.E002"),
        ("SESSION_COOKIE_SECURE", True, "demo.E002"),
    ],
)
def test_the_system_check_refuses_the_demo_beside_production_settings(
    settings: Any, name: str, value: object, error: str
) -> None:
    setattr(settings, name, value)
    found = [message.id for message in run_checks() if (message.id or "").startswith("demo.")]
    assert error in found


def test_the_demo_as_it_is_passes_its_own_check() -> None:
    assert [message for message in run_checks() if (message.id or "").startswith("demo.")] == []
