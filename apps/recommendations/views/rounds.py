"""The project team's pages of a round: opening, inviting, extending, ending, and confidential contributions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import Bench
from apps.core.htmx import render_page, see_other
from apps.core.requests import base_url
from apps.municipalities.requests import ProgrammeRequest
from apps.recommendations import forms_rounds as forms
from apps.recommendations import queries
from apps.recommendations import queries_rounds as reads
from apps.recommendations.actions import comments, rounds
from apps.recommendations.actions.lifecycle import NotPossible
from apps.recommendations.guards import obstacles
from apps.recommendations.models import BenchWord, RecommendationVersion, Round
from apps.recommendations.pages_rounds import WORD_KINDS
from apps.recommendations.views.comments import sent
from apps.reviews.lifecycle import BY_NAME, State


@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: ProgrammeRequest, version_id: UUID) -> HttpResponse:
    """Open a round on a draft, or say what is missing first."""
    version = get_object_or_404(queries.versions(), pk=version_id)
    if version.state == State.ROUND_OPEN:
        return see_other(request, "recommendations-round-manage", version.rounds.get(state=Round.State.OPEN).pk)
    missing = _missing(version, "open_round")
    people = reads.can_be_invited(version)
    if request.method != "POST":
        form = forms.RoundForm(roles=people, initial={"deadline": timezone.localdate() + timedelta(weeks=3)})
        return _open_page(request, version, form, missing)
    form = forms.RoundForm(request.POST, roles=people)
    if not form.is_valid():
        return _open_page(request, version, form, missing, status=422)
    try:
        about = rounds.open_round(
            actor=request.user,
            version_id=version.pk,
            introduction=form.cleaned_data["introduction"],
            deadline=form.cleaned_data["deadline"],
            roles=form.chosen,
            base_url=base_url(request),
        )
    except NotPossible as refused:
        for reason in refused.reasons:
            form.add_error(None, reason)
        return _open_page(request, version, form, missing, status=422)
    messages.success(request, _("The round is open. Everybody invited gets a mail with the link."))
    return see_other(request, "recommendations-round-manage", about.pk)


def _missing(version: RecommendationVersion, step: str) -> list[str]:
    """What stands in the way of a step, the state included."""
    transition = BY_NAME[step]
    if version.state not in transition.sources:
        return [_("From “%(state)s” this step is not possible.") % {"state": version.get_state_display()}]
    return obstacles(version, transition)


def _open_page(
    request: ProgrammeRequest,
    version: RecommendationVersion,
    form: forms.RoundForm,
    missing: list[str],
    status: int = 200,
) -> HttpResponse:
    benches = {role.bench for role in form.possible}
    context = {
        "version": version,
        "edition": queries.current_edition(version),
        "form": form,
        "missing": missing,
        "absent": [bench.label for bench in Bench if bench.value not in benches],
    }
    return render_page(request, "recommendations/rounds/open.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def manage(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """Where a round stands, who is invited, and what can be done."""
    return _manage_page(request, _round(round_id))


def _round(round_id: UUID) -> Round:
    return get_object_or_404(reads.rounds(), pk=round_id)


def _manage_page(
    request: ProgrammeRequest,
    about: Round,
    *,
    invitation: forms.InvitationForm | None = None,
    deadline: forms.DeadlineForm | None = None,
    abstention: forms.AbstentionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people = list(reads.participants(about))
    words = {word.bench: word for word in about.bench_words.all()}
    context: dict[str, Any] = {
        "about": about,
        "people": people,
        "progress": reads.progress(about),
        "benches": [
            {
                "label": bench.label,
                "word": words.get(bench.value),
                "kind": WORD_KINDS[words[bench.value].kind] if bench.value in words else "",
                "people": sum(own.role.bench == bench for own in people),
            }
            for bench in Bench
        ],
        "contributions": about.contributions.count() if about.is_open else 0,
    }
    if about.is_open:
        invited = {own.role_id for own in people}
        possible = [role for role in reads.can_be_invited(about.version) if role.pk not in invited]
        silent = [
            bench.value
            for bench in Bench
            if bench.value not in words or words[bench.value].kind == BenchWord.Kind.ABSTAINED
        ]
        context["missing"] = _missing(about.version, "close_round")
        if possible:
            context["invitation"] = invitation or forms.InvitationForm(roles=possible, prefix="invite")
        context["deadline"] = deadline or forms.DeadlineForm(present=about.deadline, prefix="deadline")
        if silent:
            context["abstention"] = abstention or forms.AbstentionForm(benches=silent, prefix="abstention")
    return render_page(request, "recommendations/rounds/manage.html", context, status=status)


@require_POST
def invite(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """Invite further people."""
    about = _round(round_id)
    form = forms.InvitationForm(request.POST, roles=reads.can_be_invited(about.version), prefix="invite")
    if not form.is_valid():
        return _manage_page(request, about, invitation=form, status=422)
    try:
        number = rounds.invite(actor=request.user, round_id=about.pk, roles=form.chosen)
    except NotPossible as refused:
        return _refused(request, about, refused)
    messages.success(request, _("Invited: %(number)s.") % {"number": number})
    return see_other(request, "recommendations-round-manage", about.pk)


@require_POST
def extend(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """Move the deadline to a later day."""
    about = _round(round_id)
    form = forms.DeadlineForm(request.POST, present=about.deadline, prefix="deadline")
    if not form.is_valid():
        return _manage_page(request, about, deadline=form, status=422)
    try:
        rounds.extend(actor=request.user, round_id=about.pk, deadline=form.cleaned_data["deadline"])
    except NotPossible as refused:
        return _refused(request, about, refused)
    messages.success(request, _("The deadline has been moved. The invited get a mail."))
    return see_other(request, "recommendations-round-manage", about.pk)


@require_POST
def abstain(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """Record that a bench abstains."""
    about = _round(round_id)
    form = forms.AbstentionForm(request.POST, benches=Bench.values, prefix="abstention")
    if not form.is_valid():
        return _manage_page(request, about, abstention=form, status=422)
    try:
        comments.record_abstention(
            actor=request.user,
            round_id=about.pk,
            bench=form.cleaned_data["bench"],
            reason=form.cleaned_data["reason"],
        )
    except NotPossible as refused:
        return _refused(request, about, refused)
    messages.success(request, _("The abstention is on record."))
    return see_other(request, "recommendations-round-manage", about.pk)


def _refused(request: ProgrammeRequest, about: Round, refused: NotPossible) -> HttpResponse:
    for reason in refused.reasons:
        messages.error(request, reason)
    return see_other(request, "recommendations-round-manage", about.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """Ask whether the round is to be closed; close it."""
    about = _round(round_id)
    if not about.is_open:
        return see_other(request, "recommendations-round-manage", about.pk)
    if request.method != "POST":
        context = {
            "about": about,
            "missing": _missing(about.version, "close_round"),
            "contributions": about.contributions.filter(summary=None).count(),
        }
        return render_page(request, "recommendations/rounds/close.html", context)
    try:
        rounds.close(actor=request.user, round_id=about.pk)
    except NotPossible as refused:
        return _refused(request, about, refused)
    messages.success(request, _("The round is closed. Everybody who commented gets a mail."))
    return see_other(request, "recommendations-round-manage", about.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: ProgrammeRequest, round_id: UUID) -> HttpResponse:
    """End the round without a result, with a reason."""
    about = _round(round_id)
    if not about.is_open:
        return see_other(request, "recommendations-round-manage", about.pk)
    form = forms.ReasonForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render_page(
            request, "recommendations/rounds/call_off.html", {"about": about, "form": form}, status=status
        )
    try:
        rounds.call_off(actor=request.user, round_id=about.pk, reason=form.cleaned_data["reason"])
    except NotPossible as refused:
        return _refused(request, about, refused)
    messages.success(request, _("The round has been called off; the text is a draft again."))
    return see_other(request, "recommendations-round-manage", about.pk)
