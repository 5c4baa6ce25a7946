"""Loading what a report says. In the municipality's scope."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from apps.assessments import queries, queries_results, report_content
from apps.assessments.models import Answer, Assessment, Need
from apps.assessments.queries_evidence import titles_by_item
from apps.assessments.queries_uploads import file_names
from apps.assessments.report_data import ReportData


def report_data(assessment_id: UUID, *, language: str = "") -> ReportData:
    """As `report_of`, of an assessment that is not loaded yet. Raises Assessment.DoesNotExist."""
    return report_of(queries.assessments().get(pk=assessment_id), language=language)


def report_of(assessment: Assessment, *, language: str = "", answers: Mapping[str, Answer] | None = None) -> ReportData:
    """Everything a report says about an assessment, in `language` (default: the active one).

    Runs in the municipality's scope; `wave` and `municipality` are loaded; a bounded number of queries. answers: where
    `queries.answers_of` has loaded them already.
    """
    language = language or get_language() or settings.LANGUAGE_CODE
    return report_content.build(
        assessment=assessment,
        reading=queries.reading_of(assessment, answers or queries.answers_of(assessment), language=language),
        signature=queries.valid_signature(assessment),
        signed={row.dimension: row for row in queries.results_of(assessment)},
        previous=queries_results.previous_results(assessment),
        proofs=titles_by_item(assessment),
        files=file_names(assessment),
        priorities={need.item.name: need for need in Need.objects.filter(assessment=assessment).select_related("item")},
        language=language,
        now=timezone.now(),
    )
