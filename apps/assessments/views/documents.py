"""Word and Excel files from an assessment.

They are small and made at once. By POST, because a download is recorded and a GET may not write; it also keeps the
files out of prefetching and of the browser's history. Whoever may have the report may have these: they show all
sections too.
"""

from uuid import UUID

from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.policies import require
from apps.assessments import queries, queries_report, reports
from apps.assessments.actions.documents import record_download
from apps.assessments.documents.decision_paper import decision_paper as make_decision_paper
from apps.assessments.documents.memo import memo as make_memo
from apps.assessments.documents.targets import target_descriptions
from apps.assessments.documents.workbook import workbook as make_workbook
from apps.assessments.models import Assessment
from apps.assessments.views.loading import language_of, load
from apps.municipalities.requests import MunicipalityRequest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GERMAN = "de"
"""Of the papers, whatever the language of the pages: they go to a German council."""


@require_POST
def memo(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The memo of one page."""
    assessment = _load(request, assessment_id)
    with translation.override(GERMAN):
        content = make_memo(queries_report.report_of(assessment, language=GERMAN))
        name = _name(_("memo"), assessment, "docx")
        return _handed_out(request, assessment, "memo", content, name, WORD)


@require_POST
def decision_paper(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The decision paper for the council."""
    assessment = _load(request, assessment_id)
    with translation.override(GERMAN):
        data = queries_report.report_of(assessment, language=GERMAN)
        content = make_decision_paper(data, target_descriptions(queries.questionnaire_of(assessment).form, GERMAN))
        name = _name(_("decision-paper"), assessment, "docx")
        return _handed_out(request, assessment, "decision_paper", content, name, WORD)


@require_POST
def workbook(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The municipality's own data."""
    assessment = _load(request, assessment_id)
    answers = queries.answers_of(assessment)
    data = queries_report.report_of(assessment, language=language_of(request), answers=answers)
    content = make_workbook(data, {name: answer.answered_at for name, answer in answers.items()})
    name = _name(_("needs-assessment-data"), assessment, "xlsx")
    return _handed_out(request, assessment, "workbook", content, name, EXCEL)


def _load(request: MunicipalityRequest, assessment_id: UUID) -> Assessment:
    assessment = load(request, assessment_id)
    require(reports.may_request(request, assessment))
    return assessment


def _name(kind: str, assessment: Assessment, ending: str) -> str:
    parts = (kind, assessment.municipality.slug, slugify(assessment.wave.label))
    return f"{'-'.join(parts)}.{ending}"


def _handed_out(
    request: MunicipalityRequest, assessment: Assessment, document: str, content: bytes, name: str, content_type: str
) -> HttpResponse:
    record_download(actor=request.user, assessment=assessment, document=document, content=content)
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response
