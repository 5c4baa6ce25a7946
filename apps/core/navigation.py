"""Navigation: each app registers its entries in its own module `navigation.py`, and the layouts show them.

    from apps.core.navigation import MUNICIPALITY, NavItem, register

    register(NavItem(_("Measures"), "commitments-board", area=MUNICIPALITY, visible=has_role("coordinator")))

The modules are found by themselves, as Django's admin finds `admin.py`. In the area of a municipality the
address gets `slug` from the request. `visible` decides from what the middleware has loaded; it runs no query.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

PUBLIC = "public"
PERSON = "person"
MUNICIPALITY = "municipality"
PROGRAMME = "programme"
WORKSHOP = "workshop"

Visible = Callable[[HttpRequest], bool]


def always(request: HttpRequest) -> bool:
    return True


def signed_in(request: HttpRequest) -> bool:
    """Is somebody signed in? Requests without a session (error pages) count as not."""
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def signed_out(request: HttpRequest) -> bool:
    return not signed_in(request)


def is_project_staff(request: HttpRequest) -> bool:
    return signed_in(request) and bool(getattr(request.user, "is_project_staff", False))


def has_role(*roles: str) -> Visible:
    """Shown to members of the municipality with one of `roles`, and to project staff looking in."""

    def visible(request: HttpRequest) -> bool:
        membership = getattr(request, "membership", None)
        return is_project_staff(request) if membership is None else membership.role in roles

    return visible


@dataclass(frozen=True)
class NavItem:
    """One entry: lazy label, URL name, the area it belongs to, who sees it, its place (small first)."""

    label: str | Promise
    url_name: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    area: str = PUBLIC
    visible: Visible = always
    order: int = 100

    def url(self, request: HttpRequest) -> str:
        """Raises NoReverseMatch: an entry that leads nowhere is a bug of the app that registered it."""
        kwargs = dict(self.kwargs)
        if self.area == MUNICIPALITY:
            kwargs.setdefault("slug", request.municipality.slug)  # type: ignore[attr-defined]  # set by ScopeMiddleware
        return reverse(self.url_name, kwargs=kwargs)


@dataclass(frozen=True)
class NavLink:
    """An entry as shown; `current` is "page" on the page itself, "true" below it, else empty."""

    label: str
    url: str
    current: str


@dataclass(frozen=True)
class Navigation:
    """What the layouts show: the area, its links, and whether they stand at the left."""

    area: str
    heading: str
    links: list[NavLink]
    sidebar: bool


_items: list[NavItem] = []


def register(*items: NavItem) -> None:
    """Add entries; called by an app's `navigation.py` when it is imported."""
    _items.extend(items)


@cache
def _discover() -> None:
    autodiscover_modules("navigation")


def area_of(request: HttpRequest) -> str:
    """In which area of the site is this request? The URL prefix says so, as it does for the scope."""
    if getattr(request, "municipality", None) is not None:
        return MUNICIPALITY
    if request.path.startswith("/programme/"):
        return PROGRAMME
    if request.path.startswith("/workshop/"):
        return WORKSHOP
    return PERSON if request.path.startswith("/me/") else PUBLIC


def works_daily(request: HttpRequest, area: str) -> bool:
    """Those who are here daily get the navigation at the left; who comes twice a year, at the top."""
    if area in (PROGRAMME, WORKSHOP):
        return True
    return area == MUNICIPALITY and has_role("coordinator")(request)


def navigation(request: HttpRequest) -> Navigation:
    """The navigation of the area that `request` is in. Runs no query beyond loading the signed-in person."""
    _discover()
    area = area_of(request)
    shown = {PERSON, PUBLIC} if area in (PERSON, PUBLIC) else {area}
    links = _links(request, [item for item in _items if item.area in shown and item.visible(request)])
    headings = {
        MUNICIPALITY: str(getattr(getattr(request, "municipality", None), "name", "")),
        PROGRAMME: str(_("Programme")),
        WORKSHOP: str(_("Workshop")),
    }
    return Navigation(area, headings.get(area, ""), links, works_daily(request, area))


def _links(request: HttpRequest, items: list[NavItem]) -> list[NavLink]:
    placed = [(item, item.url(request)) for item in sorted(items, key=lambda item: item.order)]
    below = [url for _item, url in placed if url != "/" and request.path.startswith(url)]
    nearest = max(below, key=len, default="/" if request.path == "/" else None)
    return [
        NavLink(
            label=str(item.label),
            url=url,
            current="" if url != nearest else "page" if url == request.path else "true",
        )
        for item, url in placed
    ]


register(
    NavItem(_("Home"), "start", order=0, visible=signed_out),
    NavItem(_("Help"), "help", order=900),
    NavItem(_("Easy language"), "easy-language", order=910),
)
