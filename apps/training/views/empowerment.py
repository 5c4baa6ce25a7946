"""Proof of empowerment trainings for the funder: a number for each year that is over."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest
from apps.training import queries_empowerment as queries


@require_safe
def proof(request: ProgrammeRequest) -> HttpResponse:
    """How many people took part, per year."""
    return htmx.render_page(request, "training/empowerment/proof.html", {"years": queries.yearly_counts()})
