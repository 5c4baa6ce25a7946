"""What the server says to htmx."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from apps.core import htmx

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_browser_gets_the_page_and_htmx_its_fragment(rf: RequestFactory) -> None:
    template, fragment = "errors/404.html", "components/badge.html"
    page = htmx.render_page(rf.get("/"), template, {"status": 404}, fragment=fragment)
    part = htmx.render_page(rf.get("/", headers=PARTIAL), template, {"text": "offen"}, fragment=fragment)
    assert b"<html" in page.content
    assert b"<html" not in part.content
    assert b"offen" in part.content


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**PARTIAL, "HX-Request-Type": "full"},
        {**PARTIAL, "HX-History-Restore-Request": "true"},
        {**PARTIAL, "HX-Boosted": "true"},
    ],
    ids=["browser", "whole page", "going back", "boosted"],
)
def test_whole_pages_are_wanted(rf: RequestFactory, headers: dict[str, str]) -> None:
    assert not htmx.is_fragment(rf.get("/", headers=headers))


def test_caches_are_told_that_page_and_fragment_share_a_url(rf: RequestFactory) -> None:
    response = htmx.render_page(rf.get("/"), "components/badge.html", {})
    assert response["Vary"] == "HX-Request, HX-Request-Type"


def test_an_invalid_form_goes_out_as_422(rf: RequestFactory) -> None:
    assert htmx.render_page(rf.post("/"), "components/badge.html", {}, status=422).status_code == 422


def test_after_a_write_a_browser_is_sent_on_by_303(rf: RequestFactory) -> None:
    response = htmx.see_other(rf.post("/"), "help")
    assert (response.status_code, response["Location"]) == (303, "/help/")


def test_after_a_write_htmx_is_told_to_load_the_page(rf: RequestFactory) -> None:
    response = htmx.see_other(rf.post("/", headers=PARTIAL), "help")
    assert (response.status_code, response["HX-Redirect"]) == (204, "/help/")


def test_announcement_and_focus_go_together_in_one_ascii_header() -> None:
    response = htmx.focus(htmx.announce(HttpResponse(), "Prüfung läuft"), "result")
    assert response["HX-Trigger"].isascii()
    assert json.loads(response["HX-Trigger"]) == {
        "app:announce": {"text": "Prüfung läuft"},
        "app:focus": {"id": "result"},
    }
