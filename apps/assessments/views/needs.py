"""The needs of an assessment: all of them in a table, and the priority of one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.assessments import pages, pages_needs, policies_needs, queries, queries_needs, queries_routines
from apps.assessments.actions.needs import NoNeed, NotBegun, set_priority
from apps.assessments.forms_needs import PriorityForm
from apps.assessments.models import Assessment
from apps.assessments.needs import need_lines
from apps.assessments.report_content import dimension_labels
from apps.assessments.views.loading import language_of, load_whole
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def need_list(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """All needs with level, target, rule and priority; below them those of the municipality's routines."""
    assessment = load_whole(request, assessment_id)
    language = language_of(request)
    reading = queries.read(assessment, language=language)
    recorded = queries_needs.rows_of(assessment)
    lines = need_lines(reading, reading.needs, language)
    rows = pages_needs.need_rows(lines, recorded)
    chosen = pages_needs.Chosen.read(request.GET)
    routines = queries_needs.routine_needs(queries_routines.access_for(request.roles, request.memberships))
    context = {
        "assessment": assessment,
        "kind": pages.STATE_KINDS[Assessment.State(assessment.state)],
        "total": len(rows),
        "rows": pages_needs.shown(rows, chosen),
        "chosen": chosen,
        "lapsed": pages_needs.lapsed_lines(recorded, lines, reading.questionnaire.form, language),
        "routine_needs": pages_needs.routine_needs(routines, language),
        "may_prioritise": policies_needs.may_prioritise(request.roles),
        **pages_needs.tabs(rows, chosen, dimension_labels(reading, language)),
    }
    return htmx.render_page(request, "assessments/needs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def need_priority(request: MunicipalityRequest, slug: str, assessment_id: UUID, item: str) -> HttpResponse:
    """How urgent a need is, and why."""
    assessment = load_whole(request, assessment_id)
    require(policies_needs.may_prioritise(request.roles))
    back = reverse("assessments-needs", args=[slug, assessment_id])
    form = PriorityForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            set_priority(actor=request.user, assessment_id=assessment_id, item=item, **form.cleaned_data)
        except (NoNeed, NotBegun):
            messages.error(request, _("Nothing was set: it is no need as the answers stand now."))
            return htmx.see_other(request, back)
        messages.success(request, _("The priority has been set."))
        return htmx.see_other(request, f"{back}#need-{item}")
    return _priority_page(request, assessment, item, form)


def _priority_page(
    request: MunicipalityRequest, assessment: Assessment, item: str, form: PriorityForm | None
) -> HttpResponse:
    language = language_of(request)
    reading = queries.read(assessment, language=language)
    needs = [need for need in reading.needs if need.item == item]
    if not needs:
        raise Http404
    row = queries_needs.rows_of(assessment).get(item)
    context = {
        "assessment": assessment,
        "need": pages_needs.NeedRow(need_lines(reading, needs, language)[0], row),
        "visibility": pages.who_sees(),
        "form": form or PriorityForm(initial={"priority": row.priority, "reason": row.priority_reason} if row else {}),
    }
    status = 200 if form is None else 422
    return htmx.render_page(request, "assessments/needs/priority.html", context, status=status)
