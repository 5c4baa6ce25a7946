"""Writing teams, and the expenses of their members from civil society."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Bench
from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.recommendations import policies_writing, queries_writing
from apps.recommendations.actions import expenses as expense_actions
from apps.recommendations.actions import team as team_actions
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.forms_writing import DecisionForm, ExpenseForm, MemberForm
from apps.recommendations.models import Expense, RecommendationVersion, TeamMember

PER_PAGE = 50

# --- Team ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Who writes a recommendation and which bench is missing. POST: add somebody."""
    require(policies_writing.may_manage(request.user))
    version = queries_writing.version(pk)
    if version is None:
        raise Http404
    if request.method != "POST":
        return _team_page(request, version)
    form = _member_form(queries_writing.team_of(version.recommendation_id), request.POST)
    if form.is_valid():
        try:
            team_actions.add_member(
                actor=request.user,
                recommendation_id=version.recommendation_id,
                role_id=form.cleaned_data["role"],
            )
        except NotPossible as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, _("The team has a new member."))
            return htmx.see_other(request, "recommendations-team", pk)
    return _team_page(request, version, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ProgrammeRequest, member_id: UUID) -> HttpResponse:
    """Take somebody off the team, after asking."""
    member, newest = _member(request, member_id)
    if request.method != "POST":
        return htmx.render_page(request, "recommendations/team/remove.html", {"member": member, "newest": newest})
    team_actions.remove_member(actor=request.user, member_id=member_id)
    messages.success(request, _("%(name)s is no longer on the team.") % {"name": member.role.user.get_full_name()})
    return htmx.see_other(request, "recommendations-team", newest)


@require_POST
def lead(request: ProgrammeRequest, member_id: UUID) -> HttpResponse:
    """Have a member lead the team."""
    member, newest = _member(request, member_id)
    try:
        team_actions.make_lead(actor=request.user, member_id=member_id)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s leads the team now.") % {"name": member.role.user.get_full_name()})
    return htmx.see_other(request, "recommendations-team", newest)


def _member(request: ProgrammeRequest, member_id: UUID) -> tuple[TeamMember, UUID | None]:
    require(policies_writing.may_manage(request.user))
    member = get_object_or_404(TeamMember.objects.select_related("role__user", "recommendation"), pk=member_id)
    return member, queries_writing.newest_version_id(member.recommendation_id)


def _team_page(
    request: ProgrammeRequest, version: RecommendationVersion, form: MemberForm | None = None, status: int = 200
) -> HttpResponse:
    members = queries_writing.team_of(version.recommendation_id)
    form = form or _member_form(members)
    context = {
        "version": version,
        "team": members,
        "missing_labels": [str(bench.label) for bench in queries_writing.missing_benches(members)],
        "form": form,
        "anybody": bool(form.known),
    }
    return htmx.render_page(request, "recommendations/team/team.html", context, status=status)


def _member_form(members: list[TeamMember], data: Any = None) -> MemberForm:
    """Those of the benches who are not on the team, by bench."""
    there = {member.role_id for member in members}
    free = [role for role in queries_writing.bench_members() if role.pk not in there]
    free.sort(key=lambda role: role.bench)
    choices = [
        (str(Bench(bench).label), [(str(role.pk), f"{role.user.get_full_name()}, {role.function}") for role in roles])
        for bench, roles in groupby(free, key=lambda role: role.bench)
    ]
    return MemberForm(data, choices=choices)


# --- Expenses -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def my_expenses(request: WorkshopRequest) -> HttpResponse:
    """What one has put in. POST: note something."""
    teams = queries_writing.teams_with_expenses(request.user)
    data = request.POST if request.method == "POST" else None
    form = ExpenseForm(
        data,
        teams=[(str(key), label) for key, label in teams],
        today=timezone.localdate(),
    )
    if request.method == "POST":
        require(bool(teams))
        if form.is_valid():
            values = dict(form.cleaned_data)
            try:
                expense_actions.note_expense(actor=request.user, member_id=UUID(values.pop("member")), **values)
            except NotPossible as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("It has been noted. The project team decides about it."))
                return htmx.see_other(request, "recommendations-expenses")
    context = {"expenses": queries_writing.expenses_of(request.user), "form": form if teams else None}
    status = 422 if form.errors else 200
    return htmx.render_page(request, "recommendations/team/my_expenses.html", context, status=status)


@require_POST
def withdraw(request: WorkshopRequest, expense_id: UUID) -> HttpResponse:
    """Take back what one has noted."""
    try:
        expense_actions.withdraw_expense(actor=request.user, expense_id=expense_id)
    except Expense.DoesNotExist as error:
        raise Http404 from error
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It has been taken back."))
    return htmx.see_other(request, "recommendations-expenses")


@require_safe
def all_expenses(request: ProgrammeRequest) -> HttpResponse:
    """What everybody has put in, with sums; those to be decided first."""
    require(policies_writing.may_manage(request.user))
    return _expenses_page(request)


@require_POST
def decide(request: ProgrammeRequest, expense_id: UUID) -> HttpResponse:
    """Approve, decline, or mark as paid."""
    require(policies_writing.may_manage(request.user))
    expense = get_object_or_404(Expense, pk=expense_id)
    form = _decision_form(expense, request.POST)
    if form is None:
        messages.error(request, _("It has been decided already."))
        return htmx.see_other(request, "recommendations-expenses-all")
    if not form.is_valid():
        return _expenses_page(request, {expense.pk: form}, status=422)
    try:
        expense_actions.decide_expense(actor=request.user, expense_id=expense_id, **form.cleaned_data)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The decision is recorded."))
    return htmx.see_other(request, "recommendations-expenses-all")


def _expenses_page(
    request: ProgrammeRequest, forms: dict[UUID, DecisionForm] | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(queries_writing.expenses(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"expense": expense, "form": (forms or {}).get(expense.pk) or _decision_form(expense)} for expense in page]
    context = {"rows": rows, "page": page, "sums": queries_writing.expense_sums()}
    return htmx.render_page(request, "recommendations/team/expenses.html", context, status=status)


def _decision_form(expense: Expense, data: Any = None) -> DecisionForm | None:
    """What can be decided about an expense; None where nothing is left."""
    states = expense_actions.DECISIONS.get(expense.state, ())
    if not states:
        return None
    choices = [(state, Expense.State(state).label) for state in states]
    return DecisionForm(data, choices=choices, auto_id=f"expense-{expense.pk}-%s")
