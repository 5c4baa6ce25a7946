"""The project team's pages: waves, who takes part, how far they are, until when."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages, policies, queries
from apps.assessments.actions import waves as actions
from apps.assessments.actions.assessments import WrongState, close_assessment
from apps.assessments.forms_waves import ExtendForm, InviteForm, WaveForm
from apps.assessments.models import Assessment, Wave
from apps.assessments.queries_routines import INSTRUMENT_KEY
from apps.core import htmx
from apps.core.requests import base_url
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
    form = WaveForm(request.POST or None, versions=published_versions().exclude(instrument__key=INSTRUMENT_KEY))
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
            {
                "progress": row,
                "kind": pages.STATE_KINDS[Assessment.State(row.assessment.state)],
                "may_extend": wave.is_open and row.assessment.state in actions.NOT_SIGNED,
            }
            for row in progress
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
            base_url=base_url(request),
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
    context = {
        "title": _("Open %(wave)s?") % {"wave": wave},
        "text": _("Municipalities can be invited then, and answer. The questionnaire cannot be changed any more."),
        "confirm": _("Open the wave"),
    }
    return _after_asking(request, wave, actions.open_wave, _("The wave is open."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def wave_close(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """Close a wave, after asking."""
    wave = _load(request, wave_id)
    context = {
        "title": _("Close %(wave)s?") % {"wave": wave},
        "text": _("No more answers are taken then, and signed assessments are closed. This cannot be undone."),
        "confirm": _("Close the wave"),
    }
    return _after_asking(request, wave, actions.close_wave, _("The wave is closed."), context)


def _after_asking(
    request: ProgrammeRequest, wave: Wave, act: Callable[..., object], done: str, context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST":
        return _done(request, wave, done, lambda: act(actor=request.user, wave=wave))
    return _asking_page(request, wave, "confirm", context)


@require_http_methods(["GET", "HEAD", "POST"])
def wave_extend(request: ProgrammeRequest, wave_id: UUID) -> HttpResponse:
    """A later deadline for all."""
    wave = _load(request, wave_id)
    form = ExtendForm(request.POST or None, present=wave.closes_on)

    def extend() -> Wave:
        return actions.extend_wave(
            actor=request.user,
            wave=wave,
            closes_on=form.cleaned_data["due_on"],
            reason=form.cleaned_data["reason"],
            base_url=base_url(request),
        )

    return _extend(request, wave, form, extend, {"present": wave.closes_on})


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_extend(request: ProgrammeRequest, wave_id: UUID, assessment_id: UUID) -> HttpResponse:
    """A later deadline for one municipality."""
    wave = _load(request, wave_id)
    assessment = queries.assessments().filter(pk=assessment_id, wave=wave).first()
    if assessment is None:
        raise Http404
    form = ExtendForm(request.POST or None, present=assessment.due_on)

    def extend() -> Assessment:
        return actions.extend_assessment(
            actor=request.user,
            assessment_id=assessment_id,
            extended_to=form.cleaned_data["due_on"],
            reason=form.cleaned_data["reason"],
            base_url=base_url(request),
        )

    context = {"present": assessment.due_on, "municipality": assessment.municipality}
    return _extend(request, wave, form, extend, context)


def _extend(
    request: ProgrammeRequest, wave: Wave, form: ExtendForm, extend: Callable[[], object], context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            day = date_format(form.cleaned_data["due_on"], "SHORT_DATE_FORMAT")
            text = _("The deadline is now %(day)s. The coordinators are told.") % {"day": day}
            return _done(request, wave, text, extend)
        except actions.NotLater:
            # Somebody else has extended it meanwhile.
            form.add_error("due_on", _("The deadline is as late, or later, already."))
    status = 422 if request.method == "POST" else 200
    return _asking_page(request, wave, "extend", {**context, "form": form}, status=status)


@require_POST
def assessment_close(request: ProgrammeRequest, wave_id: UUID, assessment_id: UUID) -> HttpResponse:
    """Close one signed assessment before its wave."""
    wave = _load(request, wave_id)
    get_object_or_404(Assessment, pk=assessment_id, wave=wave)
    return _done(
        request,
        wave,
        _("The assessment is closed."),
        lambda: close_assessment(actor=request.user, assessment_id=assessment_id),
    )


def _load(request: ProgrammeRequest, wave_id: UUID) -> Wave:
    require(policies.may_manage_waves(request.user))
    return get_object_or_404(Wave.objects.select_related("instrument_version__instrument"), pk=wave_id)


def _asking_page(
    request: ProgrammeRequest, wave: Wave, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {"wave": wave, "cancel_url": reverse("waves-detail", args=[wave.pk]), **context}
    return htmx.render_page(request, f"assessments/waves/{template}.html", context, status=status)


def _done(request: ProgrammeRequest, wave: Wave, text: str, act: Callable[[], object]) -> HttpResponse:
    """Do it, say `text` or why it could not be done, and go back to the wave."""
    try:
        act()
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text)
    return htmx.see_other(request, "waves-detail", wave.pk)
