"""From the URL to the scope: every view and its rendering run inside one transaction.

`/k/<slug>/…` is a municipality's, `/programme/…` the project staff's, `/me/…` a person's own. Everything else runs as
the application role, which sees shared tables only; `/workshop/…` does too, for benches, panel and project staff. A
GET is READ ONLY in PostgreSQL. Whoever has no access gets 404: whether a municipality takes part is not for everybody
to find out.

Django's ATOMIC_REQUESTS would commit before a TemplateResponse is rendered; a lazy query would then run outside.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from apps.accounts.queries import active_roles
from apps.accounts.second_factor import second_factor_missing
from apps.audit.actions import record
from apps.core import scope
from apps.core.htmx import is_htmx
from apps.municipalities.models import Membership, Municipality
from apps.municipalities.queries.memberships import leading_membership

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
PROJECT_STAFF = "project_staff"
#: Session key: the municipality whose identity provider signed the session in.
SSO_MUNICIPALITY = "sso_municipality"
NOWHERE = "nowhere"
#: Pages below /accounts/ for a session that is limited to a municipality. On all others its provider could give itself
#: a way into the account that is not limited: a password, a passkey, another address.
ACCOUNT_PAGES_FOR_LIMITED = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_email_verification_sent",
        "account_confirm_email",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "openid_connect_callback",
    }
)
_MUNICIPALITY_PATH = re.compile(r"^/k/(?P<slug>[-a-zA-Z0-9_]+)/")

GetResponse = Callable[[HttpRequest], HttpResponse]


class ScopeMiddleware:
    """Opens the transaction of a request in the scope that its URL asks for, if the person may."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        try:
            if match := _MUNICIPALITY_PATH.match(path):
                return self._in_municipality(request, match["slug"])
            if path.startswith("/programme/"):
                return self._in_programme(request)
            if path.startswith("/workshop/"):
                return self._in_workshop(request)
            if path.startswith("/me/"):
                return self._in_own_scope(request)
            if path.startswith("/accounts/"):
                _refuse_account_pages(request)
        except Http404 as missing:
            return not_found(request, missing)
        with scope.unscoped(read_only=is_read_only(request)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Whatever a view raises, nothing it wrote stays: the handlers above turn exceptions into responses."""
        transaction.set_rollback(True)

    def _in_municipality(self, request: Any, slug: str) -> HttpResponse:
        municipality = Municipality.objects.filter(slug=slug, is_active=True).first()
        if municipality is None:
            raise Http404
        open_to_guests = _is_listed(request, settings.MUNICIPALITY_PAGES_FOR_GUESTS)
        is_elsewhere = limited_to(request) not in (None, str(municipality.pk))
        if not open_to_guests:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if is_elsewhere:
                raise Http404
        request.municipality = municipality
        request.roles = frozenset()
        request.membership = None
        with scope.enter(scope.municipality(municipality), read_only=is_read_only(request)):
            if request.user.is_authenticated and not is_elsewhere:
                _load_memberships(request)
            if not request.roles and not open_to_guests:
                if not request.user.is_project_staff or limited_to(request) is not None:
                    raise Http404
                request.roles = frozenset({PROJECT_STAFF})
            if not open_to_guests and second_factor_missing(request, request.roles):
                return redirect("second-factor-required")
            response = self.get_response(request)
        if request.roles == {PROJECT_STAFF}:
            _record_entry(request, municipality)
        return response

    def _in_programme(self, request: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not request.user.is_project_staff or limited_to(request) is not None:
            raise Http404
        request.roles = frozenset({PROJECT_STAFF})
        if second_factor_missing(request, request.roles):
            return redirect("second-factor-required")
        with scope.enter(scope.programme(), read_only=is_read_only(request)):
            return self.get_response(request)

    def _in_workshop(self, request: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if limited_to(request) is not None:
            raise Http404
        with scope.unscoped(read_only=is_read_only(request)):
            request.programme_roles = tuple(active_roles(request.user))
            request.roles = frozenset({PROJECT_STAFF} if request.user.is_project_staff else ())
            if not request.programme_roles and not request.roles:
                raise Http404
            if second_factor_missing(request, request.roles):
                return redirect("second-factor-required")
            return self.get_response(request)

    def _in_own_scope(self, request: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        within = None
        if (limit := limited_to(request)) is not None:
            within = Municipality.objects.filter(pk=limit).first() if limit != NOWHERE else None
            if within is None:
                raise Http404
        with scope.enter(scope.person(request.user, within=within), read_only=is_read_only(request)):
            return self.get_response(request)


def limited_to(request: HttpRequest) -> str | None:
    """Key of the municipality whose identity provider signed this session in: it can go nowhere else.

    None: not limited. NOWHERE: it came through a provider, but not clearly through one municipality's.
    """
    limit = request.session.get(SSO_MUNICIPALITY)
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    providers = {
        str(entry.get("provider"))
        for entry in (records if isinstance(records, list) else [])
        if isinstance(entry, dict) and entry.get("method") == "socialaccount"
    }
    if limit:
        providers.add(str(limit))
    if not providers:
        return None
    return providers.pop() if len(providers) == 1 else NOWHERE


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page, also for a fragment that htmx asked for after the session had ended."""
    if is_htmx(request):
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path
        response = HttpResponse(status=204)
        response["HX-Redirect"] = redirect_to_login(page or "/me/").url
        return response
    return redirect_to_login(request.get_full_path())


def is_read_only(request: HttpRequest) -> bool:
    """Whether the request's transaction is READ ONLY: every GET but a short list of pages."""
    return request.method in SAFE_METHODS and not _is_listed(request, settings.WRITING_GETS)


def _load_memberships(request: Any) -> None:
    request.memberships = list(Membership.objects.filter(user=request.user, ended_at=None).select_related("org_unit"))
    request.roles = frozenset(membership.role for membership in request.memberships)
    request.membership = leading_membership(request.memberships)


def _refuse_account_pages(request: HttpRequest) -> None:
    """Keep a session that is limited to a municipality away from what protects the account as a whole."""
    if not request.user.is_authenticated or limited_to(request) is None:
        return
    if not _is_listed(request, ACCOUNT_PAGES_FOR_LIMITED):
        raise Http404


def _is_listed(request: HttpRequest, names: "list[str] | frozenset[str]") -> bool:
    try:
        return resolve(request.path_info).view_name in names
    except Resolver404:
        return False


def _record_entry(request: HttpRequest, municipality: Municipality) -> None:
    """Record once a day and session that project staff looked into a municipality."""
    entered = request.session.get("entered", {})
    today = timezone.localdate().isoformat()
    if entered.get(str(municipality.pk)) == today:
        return
    with scope.enter(scope.municipality(municipality)):
        record(actor=request.user, verb="municipality.entered_by_staff", target=municipality)
    request.session["entered"] = {**entered, str(municipality.pk): today}


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """The 404 page, for a request that never reached a view."""
    from apps.core.error_views import page_not_found

    return page_not_found(request, exception)
