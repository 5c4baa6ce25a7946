"""The project team's pages: waves, who takes part, how far they are."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages, policies, queries
from apps.assessments.actions import waves as actions
from apps.assessments.actions.assessments import WrongState, close_assessment
from apps.assessments.forms import InviteForm, WaveForm
from apps.assessments.models import Assessment, Wave
from apps.core import htmx
from apps.instruments.queries import published_versions
from apps.municipalities.requests import ProgrammeRequest

WAVE_KINDS = {Wave.State.DRAFT: "neutral", Wave.State.OPEN: "success", Wave.State.CLOSED: "info"}


@require_safe
def wave_list(request: ProgrammeRequest) -> HttpResponse:
    """All waves with how many take part and have signed."""
    require(policies.may_manage_waves(request.user))
    rows = [{"wave": wave, "kind": WAVE_KINDS[Wave.State(wave.state)]} for wave in queries.waves()]
    return htmx.render_page(request, "assessments/waves/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def wave_new(request: ProgrammeRequest) -> HttpResponse:
    """Prepare a wave."""
    require(policies.may_manage_waves(request.user))
    form = WaveForm(request.POST or None, versions=published_versions())
    if request.method == "POST" and form.is_valid():
        wave = actions.create_wave(actor=request.user, **form.cleaned_data)
        return htmx.see_other(request, "waves-detail", wave.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "has_versions": published_versions().exists()}
    return htmx.render_page(request, "assessments/waves/new.html", context, status=status)


@require_safe
def wave_detail(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """How far each municipality is; whom to invite."""
    wave = _load(request, wave_id)
    return _detail_page(request, wave, InviteForm(municipalities=queries.not_invited(wave)))


def _detail_page(request: ProgrammeRequest, wave: Wave, form: InviteForm, status: int = 200) -> HttpResponse:
    progress = queries.wave_progress(wave)
    context = {
        "wave": wave,
        "kind": WAVE_KINDS[Wave.State(wave.state)],
        "rows": [
            {"progress": row, "kind": pages.STATE_KINDS[Assessment.State(row.assessment.state)]} for row in progress
        ],
        "signed": sum(row.assessment.signed_off_at is not None for row in progress),
        "form": form,
    }
    return htmx.render_page(request, "assessments/waves/detail.html", context, status=status)


@require_POST
def wave_invite(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """Let municipalities take part."""
    wave = _load(request, wave_id)
    form = InviteForm(request.POST, municipalities=queries.not_invited(wave))
    if not form.is_valid():
        return _detail_page(request, wave, form, status=422)
    try:
        invited = actions.invite_municipalities(
            actor=request.user,
            wave=wave,
            municipalities=list(form.cleaned_data["municipalities"]),
            base_url=request.build_absolute_uri("/").rstrip("/"),
        )
    except WrongState as error:
        messages.error(request, str(error))
    else:
        text = ngettext(
            "%(count)s municipality has been invited.", "%(count)s municipalities have been invited.", len(invited)
        )
        messages.success(request, text % {"count": len(invited)})
    return htmx.see_other(request, "waves-detail", wave_id)


@require_http_methods(["GET", "HEAD", "POST"])
def wave_open(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """Open a wave, after asking."""
    wave = _load(request, wave_id)
    if request.method == "POST":
        return _changed(request, wave, "open")
    return _confirm(
        request,
        wave,
        title=_("Open %(wave)s?") % {"wave": wave},
        text=_("Municipalities can be invited then, and answer. The questionnaire cannot be changed any more."),
        confirm=_("Open the wave"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def wave_close(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """Close a wave, after asking."""
    wave = _load(request, wave_id)
    if request.method == "POST":
        return _changed(request, wave, "close")
    return _confirm(
        request,
        wave,
        title=_("Close %(wave)s?") % {"wave": wave},
        text=_("No more answers are taken then, and signed assessments are closed. This cannot be undone."),
        confirm=_("Close the wave"),
    )


@require_POST
def assessment_close(request: ProgrammeRequest, wave_id: UUID, assessment_id: UUID) -> HttpResponse:
    """Close one signed assessment before its wave."""
    wave = _load(request, wave_id)
    get_object_or_404(Assessment, pk=assessment_id, wave=wave)
    try:
        close_assessment(actor=request.user, assessment_id=assessment_id)
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The assessment is closed."))
    return htmx.see_other(request, "waves-detail", wave_id)


def _load(request: ProgrammeRequest, wave_id: UUID) -> Wave:
    require(policies.may_manage_waves(request.user))
    return get_object_or_404(Wave.objects.select_related("instrument_version__instrument"), pk=wave_id)


def _confirm(request: ProgrammeRequest, wave: Wave, *, title: str, text: str, confirm: str) -> HttpResponse:
    context = {"wave": wave, "title": title, "text": text, "confirm": confirm}
    context["cancel_url"] = reverse("waves-detail", args=[wave.pk])
    return htmx.render_page(request, "assessments/waves/confirm.html", context)


def _changed(request: ProgrammeRequest, wave: Wave, change: str) -> HttpResponse:
    try:
        if change == "open":
            actions.open_wave(actor=request.user, wave=wave)
            messages.success(request, _("The wave is open."))
        else:
            actions.close_wave(actor=request.user, wave=wave)
            messages.success(request, _("The wave is closed."))
    except WrongState as error:
        messages.error(request, str(error))
    return htmx.see_other(request, "waves-detail", wave.pk)
