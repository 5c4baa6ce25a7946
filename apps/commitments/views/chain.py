"""The chain from need to level: all needs, and one, read forwards or backwards."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.accounts.policies import require
from apps.commitments import chain as chains
from apps.commitments import pages_chain, policies, queries_chain
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All needs with what hangs on them; `?measure=`, `?recommendation=`, `?training=`: those it is for, backwards."""
    require(policies.may_see_all_levels(request.roles))
    everything = queries_chain.chains(request.municipality, language=_language())
    measure, recommendation = _key(request, "measure"), _key(request, "recommendation")
    training = request.GET.get("training", "")
    is_backwards = measure is not None or recommendation is not None or bool(training)
    shown = request.GET.get("show", "")
    chosen = shown if shown in pages_chain.SHOWN else ""
    if is_backwards:
        found = pages_chain.backwards(everything, measure=measure, recommendation=recommendation, training=training)
    else:
        found = [chain for chain in everything if pages_chain.SHOWN[chosen](chain)]
    chart, numbers = pages_chain.funnel(chains.counts(everything))
    context = {
        "chains": found,
        "total": len(everything),
        "is_backwards": is_backwards,
        "measure": next((link for chain in found for link in chain.measures if link.measure.pk == measure), None),
        "recommendation": next(
            (link for chain in found for link in chain.recommendations if link.recommendation_id == recommendation),
            None,
        ),
        "training": next((link for chain in found for link in chain.training if link.key == training), None),
        "query": request.GET.urlencode() if is_backwards else "",
        "tabs": pages_chain.tabs(everything, chosen),
        "chart": chart,
        "numbers": numbers,
        "outcomes": pages_chain.outcome_rows(found),
    }
    return htmx.render_page(request, "commitments/chain/list.html", context)


@require_safe
def detail(request: MunicipalityRequest, slug: str, need_id: UUID) -> HttpResponse:
    """One chain, as a chart and as a table; `?from=level` backwards."""
    require(policies.may_see_all_levels(request.roles))
    everything = queries_chain.chains(request.municipality, language=_language())
    found = next((chain for chain in everything if chain.answers(need_id)), None)
    if found is None:
        raise Http404
    is_backwards = request.GET.get("from") == "level"
    context = {
        "chain": found,
        "is_backwards": is_backwards,
        "chart": pages_chain.thread(found, reverse=is_backwards),
        "stages": ["level", "training", "measure", "recommendation", "need"]
        if is_backwards
        else ["need", "recommendation", "measure", "training", "level"],
        "levels": [(level, pages_chain.comparability_label(level)) for level in found.levels],
        "outcomes": pages_chain.outcome_rows([found]),
        "tabs": pages_chain.direction_tabs(is_backwards=is_backwards),
    }
    return htmx.render_page(request, "commitments/chain/detail.html", context)


def _language() -> str:
    return (get_language() or "de").partition("-")[0]


def _key(request: MunicipalityRequest, name: str) -> UUID | None:
    """The key in the address; 404 for what is none."""
    value = request.GET.get(name, "")
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None
