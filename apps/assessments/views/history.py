"""The history of one answer."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.policies import require
from apps.assessments import pages_history, pages_remarks, policies_remarks, queries, queries_history
from apps.assessments.pages import Block
from apps.assessments.views.loading import access_of, language_of, load
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def history(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """Every change of one answer: when, from what to what, from which department."""
    assessment = load(request, assessment_id)
    questionnaire = queries.questionnaire_of(assessment)
    form, language = questionnaire.form, language_of(request)
    item = form.items.get(name)
    if item is None or not item.takes_answer or not questionnaire.in_profile(item):
        raise Http404
    access = access_of(request, assessment)
    require(access.sees_item(item) and not access.shares(item))
    names = policies_remarks.names_in_history(request.roles, assessment)
    key = queries.item_keys(assessment.wave.instrument_version_id)[name]
    lines = pages_history.lines(
        queries_history.revisions_of(assessment, key),
        item,
        form,
        language,
        names,
        departments_since=queries_history.answered_by_departments_since(assessment, key),
    )
    context = {
        "assessment": assessment,
        "item": item,
        "anchor": Block(item.name).id,
        "label": pages_remarks.label_of(item, form, language),
        "lines": lines,
        "names": names,
    }
    return htmx.render_page(request, "assessments/history/history.html", context)
