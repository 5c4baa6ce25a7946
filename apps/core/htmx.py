"""A page and its fragment from one view: what the server says to htmx, in one place.

A view answers with `render_page(request, "x/page.html", context, fragment="x/_list.html")`: the page
includes the same fragment file. The browser's part (focus, live region, autosave) is static/js/app.js.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers

Response = TypeVar("Response", bound=HttpResponse)
VARY = ("HX-Request", "HX-Request-Type")


class HttpResponseSeeOther(HttpResponse):
    """303: the write is done, look there."""

    status_code = 303

    def __init__(self, url: str) -> None:
        super().__init__()
        self["Location"] = url

    @property
    def url(self) -> str:
        """Where to look, as Django's own redirects name it."""
        return str(self["Location"])


def is_htmx(request: HttpRequest) -> bool:
    """True for every request that htmx sent, whatever it will do with the answer."""
    return request.headers.get("HX-Request") == "true"


def is_fragment(request: HttpRequest) -> bool:
    """True where htmx wants a part of the page, not a whole one (for the body, hx-select, going back)."""
    return (
        is_htmx(request)
        and request.headers.get("HX-Request-Type", "partial") == "partial"
        and request.headers.get("HX-History-Restore-Request") != "true"
        and request.headers.get("HX-Boosted") != "true"
    )


def vary(response: Response) -> Response:
    """Tell caches that page and fragment share a URL."""
    patch_vary_headers(response, VARY)
    return response


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or its `fragment` when htmx asks for a part. An invalid form goes out with `status=422`."""
    chosen = fragment if fragment and is_fragment(request) else template
    return vary(render(request, chosen, dict(context or {}), status=status))


def see_other(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """After a write: 303 for a browser, for htmx the header that makes it load the page.

    htmx would follow a 303 by itself, into a part of the page, and use up the messages.
    `to`, `args`, `kwargs` as in django.shortcuts.resolve_url.
    """
    url = resolve_url(to, *args, **kwargs)
    if is_htmx(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return vary(response)
    return vary(HttpResponseSeeOther(url))


def announce(response: Response, text: str) -> Response:
    """Have the live region say `text` (already translated) after the swap."""
    return trigger(response, "app:announce", {"text": str(text)})


def focus(response: Response, element_id: str) -> Response:
    """Put the focus on the element with this id after the swap, instead of where app.js would put it."""
    return trigger(response, "app:focus", {"id": element_id})


def trigger(response: Response, event: str, detail: Mapping[str, Any]) -> Response:
    """Add an event for the browser to HX-Trigger (ASCII JSON), keeping those that are there."""
    events = json.loads(response.get("HX-Trigger", "{}"))
    events[event] = dict(detail)
    response["HX-Trigger"] = json.dumps(events)
    return response
