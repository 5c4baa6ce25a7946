"""What the rules suggest to a municipality, and why."""

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.accounts.policies import require
from apps.core import htmx, module_declaration
from apps.municipalities.requests import MunicipalityRequest
from apps.recommendations import pages_suggestions, policies_rules, queries_suggestions


@require_safe
def suggestions(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The recommendations that answer the municipality's needs, the most pressing first."""
    require(policies_rules.may_see_suggestions(request.roles))
    found = queries_suggestions.all_suggestions(request.municipality, get_language() or "de")
    context = {
        "cards": pages_suggestions.cards(found.found, module_declaration.modules() if found.found else {}),
        "needs": found.needs,
        "unanswered": pages_suggestions.need_lines(found.unanswered, found.labels),
        "may_consider": policies_rules.may_consider(request.roles),
    }
    return htmx.render_page(request, "recommendations/suggestions/list.html", context)
