"""Who sees which entry, and where."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import NoReverseMatch

from apps.core import navigation as nav


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> list[nav.NavItem]:
    """A registry of the test's own."""
    nav.navigation(request("/"))  # let the apps register into the real one first
    own: list[nav.NavItem] = []
    monkeypatch.setattr(nav, "_items", own)
    return own


def request(path: str, **attributes: Any) -> HttpRequest:
    made = RequestFactory().get(path)
    made.user = attributes.pop("user", AnonymousUser())
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def person(**attributes: Any) -> Any:
    return SimpleNamespace(is_authenticated=True, **{"is_project_staff": False, **attributes})


def in_municipality(path: str, role: str | None, **attributes: Any) -> HttpRequest:
    membership = SimpleNamespace(role=role) if role else None
    place = SimpleNamespace(slug="musterstadt", name="Musterstadt")
    return request(path, municipality=place, membership=membership, **{"user": person(), **attributes})


def labels(shown: nav.Navigation) -> list[str]:
    return [link.label for link in shown.links]


def test_entries_stand_in_their_order(entries: list[nav.NavItem]) -> None:
    nav.register(nav.NavItem("Second", "help", order=20), nav.NavItem("First", "start", order=10))
    assert labels(nav.navigation(request("/"))) == ["First", "Second"]


def test_the_page_itself_is_current_and_the_one_above_it_too(entries: list[nav.NavItem]) -> None:
    nav.register(nav.NavItem("Start", "start"), nav.NavItem("Help", "help"))
    assert [link.current for link in nav.navigation(request("/help/")).links] == ["", "page"]
    assert [link.current for link in nav.navigation(request("/help/more/")).links] == ["", "true"]
    assert [link.current for link in nav.navigation(request("/")).links] == ["page", ""]


def test_only_the_nearest_entry_is_current(entries: list[nav.NavItem], monkeypatch: pytest.MonkeyPatch) -> None:
    urls = {"list": "/programme/waves/", "new": "/programme/waves/new/"}
    monkeypatch.setattr(nav, "reverse", lambda name, kwargs: urls[name])
    nav.register(nav.NavItem("Waves", "list", area=nav.PROGRAMME), nav.NavItem("New", "new", area=nav.PROGRAMME))
    shown = nav.navigation(request("/programme/waves/new/", user=person(is_project_staff=True)))
    assert [link.current for link in shown.links] == ["", "page"]


def test_an_entry_is_shown_to_those_it_is_for(entries: list[nav.NavItem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "reverse", lambda name, kwargs: f"/k/{kwargs['slug']}/{name}/")
    nav.register(nav.NavItem("Board", "board", area=nav.MUNICIPALITY, visible=nav.has_role("coordinator", "signatory")))
    staff = person(is_project_staff=True)
    assert labels(nav.navigation(in_municipality("/k/musterstadt/", "coordinator"))) == ["Board"]
    assert labels(nav.navigation(in_municipality("/k/musterstadt/", "employee"))) == []
    assert labels(nav.navigation(in_municipality("/k/musterstadt/", None, user=staff))) == ["Board"]
    assert labels(nav.navigation(request("/"))) == []


def test_the_address_carries_the_municipality(entries: list[nav.NavItem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "reverse", lambda name, kwargs: f"/k/{kwargs['slug']}/{name}/")
    nav.register(nav.NavItem("Home", "home", area=nav.MUNICIPALITY))
    shown = nav.navigation(in_municipality("/k/musterstadt/", "employee"))
    assert (shown.heading, shown.links[0].url) == ("Musterstadt", "/k/musterstadt/home/")


@pytest.mark.parametrize(
    ("path", "role", "at_the_left"),
    [("/k/musterstadt/", "coordinator", True), ("/k/musterstadt/", "signatory", False)],
)
def test_coordinators_have_it_at_the_left(entries: list[nav.NavItem], path: str, role: str, at_the_left: bool) -> None:
    assert nav.navigation(in_municipality(path, role)).sidebar is at_the_left


def test_project_staff_have_it_at_the_left_in_the_programme(entries: list[nav.NavItem]) -> None:
    assert nav.navigation(request("/programme/", user=person(is_project_staff=True))).sidebar
    assert not nav.navigation(request("/me/", user=person())).sidebar


def test_signed_out_people_see_no_entry_for_signed_in_ones(entries: list[nav.NavItem]) -> None:
    nav.register(
        nav.NavItem("Mine", "help", area=nav.PERSON, visible=nav.signed_in),
        nav.NavItem("Start", "start", visible=nav.signed_out),
    )
    assert labels(nav.navigation(request("/"))) == ["Start"]
    assert labels(nav.navigation(request("/", user=person()))) == ["Mine"]


def test_an_entry_that_leads_nowhere_is_an_error(entries: list[nav.NavItem]) -> None:
    nav.register(nav.NavItem("Gone", "no-such-url"))
    with pytest.raises(NoReverseMatch):
        nav.navigation(request("/"))
