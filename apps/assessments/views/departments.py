"""Items that several departments answer: what each said, and the coordination's decision between them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.assessments import (
    pages,
    pages_departments,
    pages_remarks,
    policies,
    queries,
    queries_delegations,
    queries_departments,
)
from apps.assessments.actions import departments as actions
from apps.assessments.actions.answers import NotOpen
from apps.assessments.content import voices_hash
from apps.assessments.forms_departments import DecideForm
from apps.assessments.models import Assessment
from apps.assessments.queries_departments import Together
from apps.assessments.views.loading import language_of, load
from apps.assessments.views.sections import org_unit_of
from apps.core import htmx
from apps.instruments.definition import Item
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def department_items(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """All items that several departments have answered, the undecided ones first."""
    require(policies.may_coordinate(request.roles))
    assessment = load(request, assessment_id)
    questionnaire, language = queries.questionnaire_of(assessment), language_of(request)
    form = questionnaire.form
    labels = [
        (item, pages_remarks.label_of(item, form, language), pages.section_label_of(form, section, language))
        for section in questionnaire.sections
        for item in section.items
        if item.takes_answer
    ]
    answers, found = queries_departments.standing(assessment)
    context = {
        "assessment": assessment,
        "lines": pages_departments.item_lines(found, answers, labels, form, language),
    }
    return htmx.render_page(request, "assessments/departments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def department_item(request: MunicipalityRequest, slug: str, assessment_id: UUID, name: str) -> HttpResponse:
    """What the departments answered to one item; decided with a reason."""
    require(policies.may_coordinate(request.roles))
    assessment = load(request, assessment_id)
    questionnaire = queries.questionnaire_of(assessment)
    item = questionnaire.form.items.get(name)
    if item is None or not item.takes_answer or not questionnaire.in_profile(item):
        raise Http404
    found = queries_departments.together(assessment)
    if not found.is_shared(item) and not found.is_guarded(name):
        raise Http404
    options = pages_departments.choices(found, item, questionnaire.form, language_of(request))
    seen = voices_hash(queries_departments.voices(found.given.get(name, ())))
    if request.method != "POST":
        return _item_page(request, assessment, item, found, DecideForm(choices=options, initial={"seen": seen}))
    form = DecideForm(request.POST, choices=options)
    if form.is_valid():
        value, done_by = pages_departments.chosen(form.cleaned_data["answer"], found, item)
        try:
            actions.decide(
                actor=request.user,
                assessment_id=assessment_id,
                item=name,
                value=value,
                done_by=done_by,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                org_unit_id=org_unit_of(request),
            )
        except actions.ChangedMeanwhile:
            # The page that comes back shows the new answers: what is chosen there is about them.
            form.data = {**request.POST.dict(), "seen": seen}
            form.add_error("answer", _("A department has meanwhile answered anew. Please look again and decide."))
        except actions.NotPossible:
            form.add_error("answer", _("This answer does not fit with the other answers of the assessment."))
        except actions.NothingToDecide:
            form.add_error(None, _("No department has answered yet."))
        except NotOpen:
            messages.error(request, _("Not saved: the assessment takes no answers now."))
            return htmx.see_other(request, "assessments-departments", slug, assessment_id)
        else:
            messages.success(request, _("Decided. The answers of the departments are kept."))
            return htmx.see_other(request, "assessments-departments", slug, assessment_id)
    return _item_page(request, assessment, item, found, form, status=422)


def _item_page(
    request: MunicipalityRequest,
    assessment: Assessment,
    item: Item,
    found: Together,
    form: DecideForm,
    status: int = 200,
) -> HttpResponse:
    questionnaire, language = queries.questionnaire_of(assessment), language_of(request)
    people = {row.pk: row for row in queries_delegations.delegations_of(assessment)}
    decisions = queries_departments.decisions_of(assessment, item.name)
    context = {
        "assessment": assessment,
        "item": item,
        "label": pages_remarks.label_of(item, questionnaire.form, language),
        "anchor": pages.Block(item.name).id,
        "given": pages_departments.given_answers(found, people, item, questionnaire.form, language),
        "decisions": [
            (row, queries_departments.words(item, questionnaire.form, row.value, language)) for row in decisions
        ],
        "form": form,
        "may_decide": assessment.state == Assessment.State.IN_PROGRESS
        and assessment.wave.is_open
        and found.is_guarded(item.name),
    }
    return htmx.render_page(request, "assessments/departments/item.html", context, status=status)
