"""The calendar of deadlines: an address of one's own, and the feed behind it."""

from hashlib import sha256

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.accounts.rate_limit import is_exceeded
from apps.commitments import policies, policies_measures, queries_measures
from apps.commitments.actions import calendar as actions
from apps.commitments.calendar import MEDIA_TYPE, feed
from apps.commitments.forms_measures import AddressForm
from apps.commitments.models import Measure
from apps.core import htmx
from apps.core.error_views import too_many_requests
from apps.core.requests import base_url
from apps.municipalities.requests import GuestRequest, MunicipalityRequest

FEEDS_PER_MINUTE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """One's own address of the calendar: made here, and shown this once."""
    require(policies_measures.may_subscribe(request.roles))
    form = AddressForm(request.POST or None)
    context = {"form": form, "token": queries_measures.calendar_token(request.user.pk)}
    if request.method != "POST":
        return htmx.render_page(request, "commitments/measures/calendar.html", context)
    if not form.is_valid():
        return htmx.render_page(request, "commitments/measures/calendar.html", context, status=422)
    token = actions.create_address(actor=request.user, only_mine=form.cleaned_data["only_mine"])
    # Not by way of a redirect: the token would have to be kept somewhere until then.
    path = reverse("commitments-calendar-feed", args=[slug, token])
    response = htmx.render_page(
        request, "commitments/measures/calendar_address.html", {"url": base_url(request) + path}
    )
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
def revoke(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """One's own address no longer works."""
    require(policies_measures.may_subscribe(request.roles))
    actions.revoke_address(actor=request.user)
    messages.success(request, _("The address no longer works."))
    return htmx.see_other(request, "measures-calendar", slug)


@require_safe
def calendar_feed(request: GuestRequest, slug: str, token: str) -> HttpResponse:
    """The deadlines for a calendar program; the token decides. 404 for one that is unknown, revoked, or whose person
    no longer reads the plan."""
    if is_exceeded(request, action="measures-calendar", limit=FEEDS_PER_MINUTE, seconds=60):
        return too_many_requests(request)
    row = queries_measures.calendar_token_by_hash(actions.hash_of(token))
    if row is None or not policies.may_read(queries_measures.roles_of(row.user_id)):
        raise Http404
    site = base_url(request)

    def link(measure: Measure) -> str:
        return site + reverse("measures-detail", args=[slug, measure.pk])

    with translation.override(row.user.language):
        content = feed(
            queries_measures.with_deadlines(row.user_id if row.only_mine else None),
            name=_("Deadlines of measures – %(municipality)s") % {"municipality": request.municipality.name},
            host=request.get_host().partition(":")[0],
            link=link,
        )
    etag = quote_etag(sha256(content).hexdigest())
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    found = get_conditional_response(request, etag=etag, response=response)
    return found if isinstance(found, HttpResponse) else response
