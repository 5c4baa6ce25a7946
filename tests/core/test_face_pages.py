"""The pages that belong to no app."""

import re

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries, Settings

PAGES = ["/", "/help/", "/accessibility/", "/privacy/", "/imprint/", "/easy-language/", "/components/"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_page_is_there_in_both_languages(client: Client, path: str, language: str) -> None:
    response = client.get(path, headers={"accept-language": language})
    content = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in content
    assert content.count("<h1") == 1
    assert len(re.findall(r"<main\b", content)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_inline_script_or_style(client: Client, path: str) -> None:
    content = client.get(path).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", content)
    assert not re.search(r"<style\b|\sstyle=|\son\w+=|hx-on", content)


def test_every_page_names_its_operator_and_funder(client: Client, settings: Settings) -> None:
    content = client.get("/help/").content.decode()
    assert settings.ORGANISATION["name"] in content
    assert settings.FUNDER_LINE in content
    for path in ("/imprint/", "/privacy/", "/accessibility/", "/easy-language/"):
        assert f'href="{path}"' in content


def test_the_accessibility_statement_is_dated_and_admits_what_is_missing(client: Client) -> None:
    content = client.get("/accessibility/", headers={"accept-language": "de"}).content.decode()
    assert "22. November 2026" in content
    assert "<strong>teilweise</strong>" in content
    assert "Durchsetzung" in content
    assert "mailto:" in content


def test_the_language_is_chosen_without_javascript(client: Client) -> None:
    response = client.post("/language/", {"language": "en", "next": "/help/"}, headers={"accept-language": "de"})
    assert response["Location"] == "/help/"
    assert '<html lang="en"' in client.get("/help/", headers={"accept-language": "de"}).content.decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_display_is_chosen_without_javascript(client: Client, theme: str) -> None:
    response = client.post("/theme/", {"theme": theme, "next": "/help/"})
    assert (response.status_code, response["Location"]) == (303, "/help/")
    assert f'data-kern-theme="{theme}"' in client.get("/help/").content.decode()


def test_the_display_is_given_back_to_the_device(client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": ""})
    assert "data-kern-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_choosing_the_display_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_the_display_is_not_changed_by_a_link(client: Client) -> None:
    assert client.get("/theme/").status_code == 405


def test_the_gallery_shows_a_form_with_its_errors(client: Client) -> None:
    response = client.post("/components/", {})
    assert response.status_code == 422
    assert "data-focus" in response.content.decode()


@override_settings(DEMO=False, DEBUG=False)
def test_there_is_no_gallery_in_production(client: Client) -> None:
    assert client.get("/components/").status_code == 404


def test_the_demo_says_that_it_is_one(client: Client, settings: Settings) -> None:
    assert "app-demo" in client.get("/").content.decode()
    settings.DEMO = False
    assert "app-demo" not in client.get("/").content.decode()


def test_the_start_page_asks_nothing_of_the_database_but_its_transaction(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        client.get("/")
