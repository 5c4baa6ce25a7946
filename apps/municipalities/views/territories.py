from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.core.htmx import render_page
from apps.municipalities.models.territory import Territory
from apps.municipalities.queries.territories import (
    latest_import,
    parts_of,
    search_territories,
    selected_territories,
    territory_with_history,
)
from apps.municipalities.register.classes import can_be_tenant

_PER_PAGE = 50


@require_safe
def territory_search(request: HttpRequest) -> HttpResponse:
    """Search of the register; `territory` in the query string carries what is chosen for a new tenant."""
    query = request.GET.get("q", "").strip()
    chosen = selected_territories(request.GET.getlist("territory"))
    paginator: Paginator[Territory] = Paginator(search_territories(query), _PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    keys = {territory.pk for territory in chosen}
    rows = [(territory, territory.pk not in keys and _can_be_chosen(territory)) for territory in page]
    context = {
        "query": query,
        "page": page,
        "rows": rows,
        "chosen": [(territory, _address(query, chosen, without=territory)) for territory in chosen],
        "state": latest_import(),
        "page_query": urlencode([("q", query), *(("territory", str(key.pk)) for key in chosen)]) + "&",
    }
    return render_page(request, "municipalities/territories/search.html", context)


@require_safe
def territory_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One territory: figures, where it belongs, what it was called, what became of it."""
    territory = territory_with_history(pk)
    if territory is None:
        raise Http404
    parts: Paginator[Territory] = Paginator(parts_of(territory), _PER_PAGE)
    context = {
        "territory": territory,
        "parts": parts.get_page(request.GET.get("page")),
        "can_be_chosen": territory.valid_to is None and can_be_tenant(territory.kind, territory.type_code),
        "state": latest_import(),
    }
    return render_page(request, "municipalities/territories/detail.html", context)


def _can_be_chosen(territory: Territory) -> bool:
    free = getattr(territory, "municipality_slug", None) is None
    return free and territory.valid_to is None and can_be_tenant(territory.kind, territory.type_code)


def _address(query: str, chosen: list[Territory], *, without: Territory) -> str:
    """The same search with one territory chosen less."""
    rest = [("territory", str(territory.pk)) for territory in chosen if territory != without]
    return f"{reverse('municipalities-territories')}?{urlencode([('q', query), *rest])}"
