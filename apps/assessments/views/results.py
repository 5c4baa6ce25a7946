"""The result of an assessment: profile, changes, needs, free words; and one of its dimensions item by item."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from apps.assessments import changes, pages, pages_results, policies_needs, queries, queries_previous, queries_results
from apps.assessments.changes import Changes, ThenScore
from apps.assessments.class_quartiles import quartile_rows
from apps.assessments.models import Assessment
from apps.assessments.needs import need_lines
from apps.assessments.questionnaire import Reading
from apps.assessments.report_content import dimension_labels
from apps.assessments.views.loading import language_of, load_whole
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def result(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The profile as bars or radar with its numbers, what has changed, the needs, what the results rest on."""
    assessment = load_whole(request, assessment_id)
    return htmx.render_page(request, "assessments/result.html", result_context(request, assessment))


def result_context(request: MunicipalityRequest, assessment: Assessment) -> dict[str, object]:
    language = language_of(request)
    view = pages_results.View.read(request.GET)
    reading = queries.read(assessment, language=language)
    signed = {row.dimension: row for row in queries.results_of(assessment)}
    all_earlier = queries_results.earlier_results(assessment)
    drawn = all_earlier[: pages_results.MOST_EARLIER if view.all_waves else 1]
    previous = drawn[0].by_dimension if drawn else {}
    earlier = drawn[1].by_dimension if len(drawn) > 1 else {}
    rows = pages_results.result_rows(reading, signed, previous, language, earlier)
    waves = [assessment.wave.label, *(found.assessment.wave.label for found in drawn)]
    since, hindsight = _changes(assessment, reading)
    return {
        "assessment": assessment,
        "kind": pages.STATE_KINDS[Assessment.State(assessment.state)],
        "rows": rows,
        "waves": waves,
        "picture": pages_results.picture(rows, waves, view, earlier=len(all_earlier)),
        "changes": pages_results.change_rows(reading, since, hindsight, language) if since else [],
        "has_hindsight": bool(hindsight),
        "needs": need_lines(reading, reading.needs, language),
        "words": pages_results.free_words(reading, language),
        "signature": queries.valid_signature(assessment),
        "quartiles": quartile_rows(
            assessment, {row.dimension: row.label for row in rows}, {row.dimension: row.value for row in rows}
        ),
        "missing": sum(1 for _missing in reading.missing()),
    }


@require_safe
def dimension(request: MunicipalityRequest, slug: str, assessment_id: UUID, dimension: int) -> HttpResponse:
    """The items of one dimension: level, target, level before, need, evidence."""
    assessment = load_whole(request, assessment_id)
    language = language_of(request)
    reading = queries.read(assessment, language=language)
    score = reading.score(dimension)
    if score is None:
        raise Http404
    since, _hindsight = _changes(assessment, reading)
    rows = pages_results.item_rows(reading, dimension, since, language)
    label = f"{dimension} {dimension_labels(reading, language).get(dimension, '')}".strip()
    dimensions = [found.dimension for found in reading.scores]
    place = dimensions.index(dimension)
    context = {
        "assessment": assessment,
        "label": label,
        "rows": rows,
        "svg": pages_results.level_picture(rows, label),
        "has_before": since is not None,
        "may_prioritise": policies_needs.may_prioritise(request.roles),
        "before": dimensions[place - 1] if place else None,
        "after": dimensions[place + 1] if place + 1 < len(dimensions) else None,
    }
    return htmx.render_page(request, "assessments/results/dimension.html", context)


def _changes(assessment: Assessment, reading: Reading) -> tuple[Changes | None, list[ThenScore]]:
    """What has changed since the assessment before, and how that looks in hindsight; (None, []) without one."""
    before = queries_previous.previous(assessment)
    if before is None:
        return None, []
    since = changes.of(before, reading)
    if not assessment.wave.then_test:
        return since, []
    return since, changes.in_hindsight(since, reading, queries_results.ratings_in_hindsight(assessment))
