"""A municipality's assessments: list, overview, start, completeness, review, signature, result."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import (
    pages,
    pages_delegations,
    policies,
    queries,
    queries_delegations,
)
from apps.assessments.actions import assessments as actions
from apps.assessments.forms import ReturnForm, SignForm
from apps.assessments.models import Assessment
from apps.assessments.queries_overview import overview
from apps.assessments.views.loading import access_of, language_of, load, load_whole
from apps.assessments.views.sections import seen_answers
from apps.assessments.views.signing import load_summary
from apps.core import htmx
from apps.municipalities.models import Role
from apps.municipalities.requests import MunicipalityRequest

State = Assessment.State


@require_safe
def assessment_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All assessments of the municipality, wave by wave."""
    require(policies.may_read(request.roles))
    rows = [
        {"assessment": found, "kind": pages.STATE_KINDS[State(found.state)]}
        for found in queries.assessments_with_progress()
    ]
    return htmx.render_page(request, "assessments/list.html", {"rows": rows})


@require_safe
def detail(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The sections as a task list, and what can be done next."""
    assessment = load(request, assessment_id)
    form = queries.questionnaire_of(assessment).form
    access = access_of(request, assessment)
    sections = [row for row in queries.sections_of(assessment) if access.sees(row.name)]
    delegates = policies.may_delegate(request.roles) and assessment.state != State.INVITED
    delegations = queries_delegations.delegations_of(assessment) if delegates else list(access.held.values())
    required, answered = sum(s.required for s in sections), sum(s.answered for s in sections)
    context = {
        "assessment": assessment,
        "kind": pages.STATE_KINDS[State(assessment.state)],
        "tasks": pages.task_items(
            assessment, form, sections, language_of(request), slug, pages_delegations.hints(delegations, delegates)
        ),
        "is_limited": access.is_limited,
        "may_delegate": delegates,
        "overview": overview(assessment),
        "required": required,
        "answered": answered,
        "coordinators": queries.people_with_role(Role.COORDINATOR),
        "signature": queries.valid_signature(assessment),
        "may_start": policies.may_coordinate(request.roles) and assessment.wave.is_open,
        "may_submit": policies.may_coordinate(request.roles),
        "may_sign": policies.may_sign(request.roles),
        "may_return": policies.may_return(request.roles, assessment),
        "may_record": policies.may_record_signature(request.roles),
        "visibility": pages.who_sees(),
    }
    return htmx.render_page(request, "assessments/detail.html", context)


@require_POST
def start(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Begin with an assessment one has been invited to."""
    require(policies.may_coordinate(request.roles))
    try:
        actions.start_assessment(actor=request.user, assessment_id=assessment_id)
    except Assessment.DoesNotExist:
        raise Http404 from None
    except actions.WrongState as error:
        messages.error(request, str(error))
    return htmx.see_other(request, "assessments-detail", slug, assessment_id)


@require_safe
def check(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """What is still missing, with links; when nothing is, the button that hands in."""
    assessment = load(request, assessment_id)
    language = language_of(request)
    access = access_of(request, assessment)
    _answers, reading = seen_answers(assessment, access, language)
    missing = [entry for entry in reading.missing() if access.sees_item(entry.item)]
    hints = [entry for entry in reading.without_evidence() if access.sees_item(entry.item)]
    context = {
        "assessment": assessment,
        "missing": pages.missing_lines(assessment, reading, missing, language, slug),
        "hints": pages.missing_lines(assessment, reading, hints, language, slug),
        "may_submit": policies.may_coordinate(request.roles) and assessment.state == State.IN_PROGRESS,
    }
    return htmx.render_page(request, "assessments/check.html", context)


@require_POST
def submit(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Hand in for signature."""
    require(policies.may_coordinate(request.roles))
    url = request.build_absolute_uri(reverse("assessments-review", args=[slug, assessment_id]))
    try:
        actions.submit_for_review(actor=request.user, assessment_id=assessment_id, url=url)
    except Assessment.DoesNotExist:
        raise Http404 from None
    except actions.Incomplete:
        return htmx.see_other(request, "assessments-check", slug, assessment_id)
    except actions.WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The assessment has been handed in for signature."))
    return htmx.see_other(request, "assessments-detail", slug, assessment_id)


@require_safe
def review(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """The summary on one page, to sign or to return."""
    assessment = load_whole(request, assessment_id)
    return _review_page(request, assessment, SignForm(), ReturnForm())


def _review_page(
    request: MunicipalityRequest,
    assessment: Assessment,
    sign_form: SignForm,
    return_form: ReturnForm,
    status: int = 200,
) -> HttpResponse:
    reading = queries.read(assessment, language=language_of(request))
    context = {
        "assessment": assessment,
        "kind": pages.STATE_KINDS[State(assessment.state)],
        "summary": load_summary(request, assessment, reading),
        "signature": queries.valid_signature(assessment),
        "may_record": policies.may_record_signature(request.roles) and assessment.state == State.IN_REVIEW,
        "sign_form": sign_form,
        "return_form": return_form,
        "may_sign": policies.may_sign(request.roles) and assessment.state == State.IN_REVIEW,
        "may_return": policies.may_return(request.roles, assessment) and assessment.wave.is_open,
        "signer": request.user.get_full_name(),
    }
    return htmx.render_page(request, "assessments/review.html", context, status=status)


@require_POST
def sign(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Sign off, by name and function."""
    require(policies.may_sign(request.roles))
    form = SignForm(request.POST)
    if not form.is_valid():
        return _review_page(request, load(request, assessment_id), form, ReturnForm(), status=422)
    try:
        actions.sign_off(
            actor=request.user,
            assessment_id=assessment_id,
            name=request.user.get_full_name(),
            function=form.cleaned_data["function"],
        )
    except Assessment.DoesNotExist:
        raise Http404 from None
    except actions.Incomplete:
        messages.error(request, _("Something is missing; the assessment cannot be signed."))
        return htmx.see_other(request, "assessments-check", slug, assessment_id)
    except actions.NotSignatory:
        require(False)
    except actions.WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The assessment is signed off."))
    return htmx.see_other(request, "assessments-result", slug, assessment_id)


@require_POST
def return_to_progress(request: MunicipalityRequest, slug: str, assessment_id: UUID) -> HttpResponse:
    """Back to work, with a reason."""
    assessment = load(request, assessment_id)
    require(policies.may_return(request.roles, assessment))
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _review_page(request, assessment, SignForm(), form, status=422)
    try:
        actions.return_to_progress(actor=request.user, assessment_id=assessment_id, reason=form.cleaned_data["reason"])
    except actions.WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The assessment has been returned."))
    return htmx.see_other(request, "assessments-detail", slug, assessment_id)
