"""Confidential contributions: handing one in (workshop), reading them and summing them up (project team)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.policies import require
from apps.core.htmx import render_page, see_other
from apps.municipalities.requests import ProgrammeRequest, WorkshopRequest
from apps.recommendations import forms_rounds as forms
from apps.recommendations import policies_rounds as policies
from apps.recommendations import queries_rounds as reads
from apps.recommendations.actions import contributions
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.models import MIN_CONTRIBUTIONS, Section
from apps.recommendations.views.comments import load, sent


@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: WorkshopRequest, round_id: UUID) -> HttpResponse:
    """Hand in a contribution without a name, after what happens with it."""
    about, own = load(request, round_id)
    require(policies.may_comment(own, about))
    form = forms.ContributionForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        context = {"about": about, "form": form, "needed": MIN_CONTRIBUTIONS}
        return render_page(request, "recommendations/rounds/contribute.html", context, status=status)
    try:
        contributions.contribute(
            round_id=about.pk, section=form.cleaned_data["section"], text=form.cleaned_data["text"]
        )
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It has been handed in, without your name. You will not find it again here."))
    return see_other(request, "recommendations-round", about.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def summaries(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """Read the contributions and say for the benches what several have in common."""
    about = get_object_or_404(reads.rounds(), pk=round_id)
    form = forms.SummaryForm(sent(request))
    found = list(reads.contributions(about))
    known = {str(row.pk): row.pk for row in found}
    picked = [known[key] for key in request.POST.getlist("contributions") if key in known]
    if request.method == "POST" and form.is_valid():
        try:
            contributions.summarise(
                actor=request.user,
                round_id=about.pk,
                section=form.cleaned_data["section"],
                text=form.cleaned_data["text"],
                contributions=picked,
            )
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The benches can read the summary now."))
            return see_other(request, "recommendations-round-contributions", about.pk)
    context: dict[str, Any] = {
        "about": about,
        "form": form,
        "groups": [
            {"label": label, "rows": rows}
            for value, label in [("", forms.WHOLE), *Section.choices]
            if (rows := [row for row in found if row.section == value])
        ],
        "picked": picked,
        "summaries": about.summaries.all(),
        "can_sum_up": sum(row.summary_id is None for row in found) >= MIN_CONTRIBUTIONS,
        "needed": MIN_CONTRIBUTIONS,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "recommendations/rounds/contributions.html", context, status=status)
