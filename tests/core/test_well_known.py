"""What machines ask: is it well, and whom to tell of a fault."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


def test_health_answers_while_the_database_does(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-cache" in response["Cache-Control"]


def test_security_txt_names_a_contact_and_expires(client: Client) -> None:
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:office@eccar.info"
    assert lines[1].startswith("Expires: ")


def test_what_names_no_icon_is_given_one(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert finders.find(response["Location"].removeprefix("/static/")) is not None
