"""The result of an assessment: profile, needs, free words."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.assessments import pages, pages_results, queries
from apps.assessments.class_quartiles import quartile_rows
from apps.assessments.models import Assessment
from apps.assessments.needs import need_lines
from apps.assessments.views.loading import language_of, load_whole
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest
from apps.reports.charts import spoken_profile


@require_safe
def result(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The profile with its numbers, the needs, what the results rest on."""
    assessment = load_whole(request, assessment_id)
    return htmx.render_page(request, "assessments/result.html", result_context(request, assessment))


def result_context(request: MunicipalityRequest, assessment: Assessment) -> dict[str, object]:
    language = language_of(request)
    reading = queries.read(assessment, language=language)
    signed = {row.dimension: row for row in queries.results_of(assessment)}
    previous = queries.previous_results(assessment)
    rows = pages_results.result_rows(reading, signed, previous, language)
    chart = [row.chart for row in rows]
    return {
        "assessment": assessment,
        "kind": pages.STATE_KINDS[Assessment.State(assessment.state)],
        "rows": rows,
        "chart": chart,
        "chart_description": spoken_profile(chart),
        "previous_label": next((row.assessment.wave.label for row in previous.values()), ""),
        "needs": need_lines(reading, reading.needs, language),
        "words": pages_results.free_words(reading, language),
        "signature": queries.valid_signature(assessment),
        "quartiles": quartile_rows(
            assessment, {row.dimension: row.label for row in rows}, {row.dimension: row.value for row in rows}
        ),
        "missing": sum(1 for _missing in reading.missing()),
    }
