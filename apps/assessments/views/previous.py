"""What has changed since the wave before, item by item."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.assessments import changes, pages_previous, queries
from apps.assessments.queries_previous import previous
from apps.assessments.views.loading import language_of, load_whole
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def item_changes(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Every level item then and now, and what the fields of action come to over what can be compared."""
    assessment = load_whole(request, assessment_id)
    language = language_of(request)
    before = previous(assessment, language=language)
    context: dict[str, Any] = {"assessment": assessment, "before": before}
    if before is not None:
        reading = queries.read(assessment, language=language)
        found = changes.of(before, reading)
        show = request.GET.get("show", "")
        context |= {
            "counts": found.counts,
            "tabs": pages_previous.filter_tabs(found, reverse("assessments-changes", args=[slug, assessment_id]), show),
            "dimensions": pages_previous.dimension_rows(found, reading, language),
            "rows": pages_previous.change_rows(
                found, before, reading, assessment=assessment, slug=slug, language=language, show=show
            ),
        }
    return htmx.render_page(request, "assessments/previous/changes.html", context)
