"""Approving enrolments, and naming who does. What is to be decided is shown as person, time and cost."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.requests import base_url
from apps.municipalities.queries.memberships import org_units
from apps.municipalities.requests import MunicipalityRequest
from apps.training import pages_places, policies_places, queries_places
from apps.training.actions import approvals as actions
from apps.training.actions.seats import NotPossible
from apps.training.forms_places import APPROVE, ApproverForm, DecisionForm


@require_safe
def approvals(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What waits for one's own decision."""
    asked = queries_places.waiting_for(request.user)
    dates = queries_places.dates_of({row.place.session_id for row in asked})
    named = list(queries_places.approvers())
    require(policies_places.may_organise(request.roles) or any(row.user_id == request.user.pk for row in named))
    context = {
        "requests": [pages_places.request_of(row, dates.get(row.place.session_id, [])) for row in asked],
        "is_approver": any(row.user_id == request.user.pk for row in named),
        "may_name": policies_places.may_organise(request.roles),
    }
    return htmx.render_page(request, "training/enrolment/approvals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: MunicipalityRequest, slug: str, place_id: UUID) -> HttpResponse:
    """Approve an enrolment, or not, with a reason."""
    asked = next((row for row in queries_places.waiting_for(request.user) if row.place.pk == place_id), None)
    if asked is None:
        if request.method != "POST":
            raise Http404
        # Somebody else has decided while the form was open, or it was sent twice.
        messages.info(request, _("This enrolment no longer waits for your approval."))
        return htmx.see_other(request, "training-approvals", slug)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data, site = form.cleaned_data, base_url(request)
        try:
            if data["decision"] == APPROVE:
                actions.approve(actor=request.user, place_id=place_id, base_url=site)
            else:
                actions.refuse(actor=request.user, place_id=place_id, reason=data["reason"], base_url=site)
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _("Your decision is stored; the person gets a mail."))
            return htmx.see_other(request, "training-approvals", slug)
    session_id = asked.place.session_id
    dates = queries_places.dates_of({session_id})
    context = {"request_shown": pages_places.request_of(asked, dates.get(session_id, [])), "form": form}
    return htmx.render_page(request, "training/enrolment/decide.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def approvers(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Who approves, department by department; name somebody."""
    require(policies_places.may_organise(request.roles))
    form = ApproverForm(
        request.POST if request.method == "POST" else None, members=list(queries_places.members()), units=org_units()
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.name_approver(actor=request.user, user_id=UUID(data["person"]), org_unit=data["org_unit"])
        except NotPossible as error:
            form.add_error("person", error.reasons)
        else:
            messages.success(request, _("The person approves enrolments from now on."))
            return htmx.see_other(request, "training-approvers", slug)
    context = {"approvers": queries_places.approvers(), "form": form}
    return htmx.render_page(request, "training/enrolment/approvers.html", context, status=422 if form.errors else 200)


@require_POST
def remove_approver(request: MunicipalityRequest, slug: str, approver_id: UUID) -> HttpResponse:
    """Somebody no longer approves."""
    require(policies_places.may_organise(request.roles))
    found = queries_places.approvers().filter(pk=approver_id).first()
    if found is not None:
        actions.remove_approver(actor=request.user, approver=found)
        messages.success(request, _("The person no longer approves enrolments there."))
    return htmx.see_other(request, "training-approvers", slug)
