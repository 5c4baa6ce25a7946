"""The catalogue: modules and sessions for the people of a municipality, what is recommended to them, and in public."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.policies import require
from apps.core import htmx, module_declaration
from apps.core.requests import base_url
from apps.municipalities.models import Municipality
from apps.municipalities.requests import MunicipalityRequest
from apps.training import amb, queries_mandatory
from apps.training import pages_catalogue as pages
from apps.training import policies_catalogue as policies
from apps.training import queries_catalogue as queries
from apps.training.forms_catalogue import CatalogueForm, SessionsForm
from apps.training.models import Module
from apps.training.queries_catalogue import Wanted, WantedSessions
from apps.training.queries_modules import item_labels
from apps.training.queries_packages import keywords

TEMPLATES = "training/catalogue"
PER_PAGE, SESSIONS_PER_PAGE, SESSIONS_SHOWN = 12, 25, 10


@require_safe
def catalogue(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The modules that are offered, found by words and filters."""
    require(policies.may_read(request.roles))
    form = CatalogueForm(request.GET, interface=_language())
    page = _page(request, queries.modules(form.wanted, within=request.municipality), PER_PAGE)
    context = {
        "tabs": _tabs(slug, "training-catalogue"),
        "form": form,
        **_found(page, form.wanted, within=request.municipality),
        **_paging(request, page),
    }
    return _list(request, "modules", context)


@require_safe
def module(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """One module: what it is about, and how to take it."""
    require(policies.may_read(request.roles))
    found = queries.offered_module(key)
    if found is None:
        raise Http404
    coming = list(queries.upcoming_sessions(request.municipality, WantedSessions(module=key))[: SESSIONS_SHOWN + 1])
    context = {
        **_reading(found),
        "lines": pages.session_lines(coming[:SESSIONS_SHOWN], language=_language(), now=timezone.now()),
        "has_more": len(coming) > SESSIONS_SHOWN,
        "mandatory": [row for row in queries_mandatory.active() if row.module_id == found.pk],
        "trainers": queries.named_trainers(found),
        "is_self_paced": "self_paced" in pages.offered(found).delivery and not found.is_empowerment,
        "may_enrol": policies.may_enrol(request.roles),
        "may_prepare": policies.may_prepare(request.roles),
        "records_are_open": queries.opening_of(request.municipality) is not None,
    }
    return htmx.render_page(request, f"{TEMPLATES}/module.html", context)


@require_safe
def sessions(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The sessions to come that are open to the municipality's people, by month."""
    require(policies.may_read(request.roles))
    form = SessionsForm(request.GET, months=queries.months(request.municipality), interface=_language())
    page = _page(request, queries.upcoming_sessions(request.municipality, form.wanted), SESSIONS_PER_PAGE)
    lines = pages.session_lines(page.object_list, language=_language(), now=timezone.now())
    context = {
        "tabs": _tabs(slug, "training-sessions"),
        "form": form,
        "of_module": lines[0].title if form.wanted.module and lines else form.wanted.module,
        "months": pages.by_month(lines),
        "is_filtered": bool(form.wanted),
        **_paging(request, page),
    }
    return _list(request, "sessions", context)


@require_safe
def session(request: MunicipalityRequest, slug: str, session_id: UUID) -> HttpResponse:
    """One session: when, where, who, until when, and how to enrol. The same for everybody who reads it."""
    require(policies.may_read(request.roles))
    found = queries.session_for(request.municipality, session_id)
    if found is None:
        raise Http404
    context = {
        **pages.session_page(found, language=_language(), now=timezone.now()),
        "may_enrol": policies.may_enrol(request.roles),
        "opening": queries.opening_of(request.municipality),
    }
    return htmx.render_page(request, f"{TEMPLATES}/session.html", context)


@require_safe
def recommended(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What the person must take, and what answers the municipality's needs."""
    require(policies.may_read(request.roles))
    reasons = module_declaration.suggestions(request.municipality)
    knows_needs = policies.may_know_needs(request.roles)
    wanted = {reason.module for reason in reasons}
    found = list(queries.modules(Wanted(), within=request.municipality).filter(key__in=wanted)) if wanted else []
    cards = pages.cards(
        found,
        language=_language(),
        marked=pages.said(found, _language()),
        upcoming=queries.upcoming(request.municipality, [each.pk for each in found]),
    )
    context = {
        "tabs": _tabs(slug, "training-recommended"),
        "duties": pages.duty_lines(queries_mandatory.mine(request.user), _language()),
        "recommended": pages.recommended(cards, reasons, language=_language(), knows_needs=knows_needs),
        "knows_needs": knows_needs,
    }
    return htmx.render_page(request, f"{TEMPLATES}/recommended.html", context)


@require_safe
def public_catalogue(request: HttpRequest) -> HttpResponse:
    """The modules that everybody may know: standards, and drafts shared as such."""
    form = CatalogueForm(request.GET, interface=_language(), public=True)
    page = _page(request, queries.modules(form.wanted), PER_PAGE)
    context = {"form": form, **_found(page, form.wanted), **_paging(request, page)}
    return _list(request, "public_list", context)


@require_safe
def public_module(request: HttpRequest, number: int) -> HttpResponse:
    """One module for everybody."""
    found = queries.public_module(number)
    if found is None:
        raise Http404
    context = {**_reading(found), "metadata": amb.as_script(_metadata(request, found))}
    return htmx.render_page(request, f"{TEMPLATES}/public.html", context)


@require_safe
def public_metadata(request: HttpRequest, number: int) -> JsonResponse:
    """The metadata of a module that everybody may read (AMB), as JSON-LD."""
    found = queries.public_module(number)
    if found is None:
        raise Http404
    return JsonResponse(
        _metadata(request, found), content_type="application/ld+json", json_dumps_params={"ensure_ascii": False}
    )


# --- What the views have in common ------------------------------------------------------------------------------------


def _language() -> str:
    return (get_language() or "de").partition("-")[0]


def _tabs(slug: str, current: str) -> list[dict[str, Any]]:
    """The ways into the catalogue."""
    labels = {
        "training-catalogue": _("All modules"),
        "training-recommended": _("Recommended and mandatory"),
        "training-sessions": _("Sessions by month"),
    }
    return [
        {"label": label, "url": reverse(name, args=[slug]), "current": name == current}
        for name, label in labels.items()
    ]


def _page(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def _paging(request: HttpRequest, page: Page[Any]) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    return {"page": page, "paging": f"{query.urlencode()}&" if query else ""}


def _found(page: Page[Module], wanted: Wanted, *, within: Municipality | None = None) -> dict[str, Any]:
    """The modules of a page as cards, and how many there are."""
    found = list(page.object_list)
    keys = [each.pk for each in found]
    language = _language()
    return {
        "cards": pages.cards(
            found,
            language=language,
            marked=queries.highlighted(pages.said(found, language), wanted.words, language),
            words=wanted.words,
            upcoming=queries.upcoming(within, keys) if within else None,
            mandatory=queries_mandatory.mandatory_modules() if within else (),
        ),
        "is_filtered": bool(wanted),
        "number_words": pages.number_words(page.paginator.count, bool(wanted)),
    }


def _metadata(request: HttpRequest, found: Module) -> dict[str, Any]:
    url = base_url(request) + reverse("training-public", args=[found.number])
    return amb.describe(found, pages.offered(found), url, keywords=keywords(found, "de"))


def _reading(found: Module) -> dict[str, Any]:
    return pages.module_page(found, language=_language(), items=item_labels(_language()))


def _list(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A list with its filters; the list alone where htmx asks for it, and what it holds is said."""
    response = htmx.render_page(request, f"{TEMPLATES}/{name}.html", context, fragment=f"{TEMPLATES}/_{name}.html")
    if htmx.is_fragment(request):
        htmx.announce(response, context.get("number_words", ""))
    return response
