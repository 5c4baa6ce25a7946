"""Pages that a personal link opens. The token in the address is the key: it is never stored in caches, and no other
page learns the address.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, TypeVar

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from apps.accounts.rate_limit import is_exceeded
from apps.core.error_views import too_many_requests
from apps.municipalities.actions.invitations import hash_of
from apps.municipalities.requests import GuestRequest

#: From one address: several people of an office may answer at once, nobody guesses twenty tokens by mistake.
REQUESTS_PER_MINUTE, UNKNOWN_PER_MINUTE = 240, 20
#: The path, and with it the token, never leaves the page. ("no-referrer" would make browsers send "Origin: null" with
#: forms, which the protection against forged requests refuses.)
REFERRER_POLICY = "strict-origin"

Opened = TypeVar("Opened")


def by_token(
    action: str,
    find: Callable[[str], Opened | None],
    closed_page: Callable[[GuestRequest, Opened], HttpResponse | None],
) -> Callable[
    [Callable[Concatenate[GuestRequest, Opened, str, ...], HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """A decorator: the view is given what the token opens, and the token; 404 where it opens nothing.

    action: the name under which requests are counted. find: what belongs to the hash of a token. closed_page: the
    answer where the link has ended; None while it works.
    """

    def decorate(
        view: Callable[Concatenate[GuestRequest, Opened, str, ...], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @never_cache
        @wraps(view)
        def wrapped(request: GuestRequest, slug: str, token: str, **kwargs: Any) -> HttpResponseBase:
            if is_exceeded(request, action=action, limit=REQUESTS_PER_MINUTE, seconds=60):
                return too_many_requests(request)
            opened = find(hash_of(token))
            if opened is None:
                if is_exceeded(request, action=f"{action}-unknown", limit=UNKNOWN_PER_MINUTE, seconds=60):
                    return too_many_requests(request)
                raise Http404
            closed = closed_page(request, opened)
            response = view(request, opened, token, **kwargs) if closed is None else closed
            response["Referrer-Policy"] = REFERRER_POLICY
            return response

        return wrapped

    return decorate
