"""Error pages. They are rendered without the request's user and run no query, whatever the transaction.

config/urls.py names them: `handler400 = "apps.core.error_views.bad_request"` and so on.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from apps.core import htmx
from apps.core.context import site


def error_page(request: HttpRequest, status: int, *, template: str = "") -> HttpResponse:
    """The page `errors/<status>.html`, or for a fragment the same message as an alert.

    Rendered without `request` in the context: no session and no person is touched.
    """
    values = {**site(request), "status": status, "fragment": htmx.is_fragment(request)}
    html = render_to_string(template or f"errors/{status}.html", values)
    response = htmx.vary(HttpResponse(html, status=status))
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, template="errors/403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def unprocessable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For input that no form can show again (a broken upload, a stale step)."""
    return error_page(request, 422)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = error_page(request, 429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)
