"""The calendar of one's own trainings: settings, the address that is shown once, and the feed behind it."""

from hashlib import sha256

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.rate_limit import is_exceeded
from apps.core import htmx, scope
from apps.core.error_views import too_many_requests
from apps.core.requests import base_url
from apps.municipalities.requests import PersonRequest
from apps.training import queries_places
from apps.training.actions import calendar as actions
from apps.training.calendar import MEDIA_TYPE, feed
from apps.training.forms_places import TitlesForm
from apps.training.pages_places import calendar_items

FEEDS_PER_MINUTE = 30


@require_safe
def settings(request: PersonRequest) -> HttpResponse:
    """Whether there is an address, and what the entries say."""
    calendar = queries_places.calendar_of(request.user)
    form = TitlesForm(initial={"show_titles": calendar is not None and calendar.show_titles})
    context = {"calendar": calendar, "form": form}
    return htmx.render_page(request, "training/my/calendar.html", context)


@require_POST
def address(request: PersonRequest) -> HttpResponse:
    """A new address of the calendar, shown this once; not by way of a redirect, which would have to keep it."""
    token = actions.create_address(actor=request.user)
    path = reverse("trainings-calendar-feed", args=[token])
    response = htmx.render_page(request, "training/my/calendar_address.html", {"url": base_url(request) + path})
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
def revoke(request: PersonRequest) -> HttpResponse:
    """The address no longer works."""
    actions.revoke_address(actor=request.user)
    messages.success(request, _("The address no longer works."))
    return htmx.see_other(request, "trainings-calendar")


@require_POST
def titles(request: PersonRequest) -> HttpResponse:
    """Show titles and places, or nothing but the word “Training”."""
    form = TitlesForm(request.POST)
    shown = form.is_valid() and form.cleaned_data["show_titles"]
    actions.show_titles(actor=request.user, show=shown)
    messages.success(request, _("Saved."))
    return htmx.see_other(request, "trainings-calendar")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The trainings for a calendar program; the token decides. 404 for one that is unknown or revoked."""
    if is_exceeded(request, action="trainings-calendar", limit=FEEDS_PER_MINUTE, seconds=60):
        return too_many_requests(request)
    row = queries_places.calendar_by_hash(actions.hash_of(token))
    if row is None:
        raise Http404
    with translation.override(row.user.language), scope.enter(scope.person(row.user), read_only=True):
        places = queries_places.calendar_places(row.user)
        page = base_url(request) + reverse("my-trainings")
        items = calendar_items(places, show_titles=row.show_titles, url=page)
        content = feed(items, name=_("Trainings"))
    etag = quote_etag(sha256(content).hexdigest())
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    found = get_conditional_response(request, etag=etag, response=response)
    return found if isinstance(found, HttpResponse) else response
