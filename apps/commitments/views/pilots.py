"""Pilots: all of them for the project team, those of a municipality for itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.commitments import pages_pilots, policies, policies_pilots, queries_pilots
from apps.commitments.actions import pilots as actions
from apps.commitments.forms_pilots import CallOffForm, EntryForm, EvaluationForm, MunicipalityForm, PlanForm
from apps.commitments.models import Pilot
from apps.core import htmx, reviewable_declaration
from apps.core.requests import base_url
from apps.municipalities.queries.memberships import org_units
from apps.municipalities.requests import MunicipalityRequest, ProgrammeRequest
from apps.recommendations.actions.lifecycle import NotPossible

PER_PAGE = 30

# --- The project team -----------------------------------------------------------------------------------------------


@require_safe
def overview(request: ProgrammeRequest) -> HttpResponse:
    """What can be piloted, and where it is."""
    pilotable = queries_pilots.pilotable()
    pilots = list(queries_pilots.pilots().order_by("created_at"))
    ready = {(kind.kind, subject.subject_id) for kind, subject in pilotable}
    others = queries_pilots.subjects({(row.subject_kind, row.subject_id) for row in pilots} - ready)
    labels = {kind.kind: str(kind.label) for kind in reviewable_declaration.kinds()}
    found = pages_pilots.lines(pilotable, pilots, others, labels)
    context = {
        "ready": [line for line in found if line.can_be_piloted],
        "others": [line for line in found if not line.can_be_piloted],
    }
    return htmx.render_page(request, "commitments/pilots/overview.html", context)


@require_safe
def subject(request: ProgrammeRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """The pilots of one subject side by side; `?names=no` without the municipalities' names."""
    found = _subject(kind, subject_id)
    names = request.GET.get("names") != "no"
    columns = pages_pilots.columns(queries_pilots.pilots_of(kind, subject_id), names=names)
    context = {
        "subject": found,
        "kind_label": reviewable_declaration.get(kind).label,
        "can_be_piloted": queries_pilots.is_pilotable(kind, subject_id) is not None,
        "columns": columns,
        "rows": pages_pilots.comparison(columns, names=names),
        "names": names,
        "tabs": pages_pilots.name_tabs(kind, subject_id, names=names),
    }
    return htmx.render_page(request, "commitments/pilots/subject.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_in(request: ProgrammeRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Plan a pilot in a municipality."""
    found = _subject(kind, subject_id)
    form = MunicipalityForm(
        request.POST if request.method == "POST" else None,
        municipalities=queries_pilots.municipalities_without(kind, subject_id, found.released_at),
    )
    if form.is_valid():
        municipality = form.cleaned_data["municipality"]
        try:
            actions.plan_pilot(
                actor=request.user,
                municipality=municipality,
                subject_kind=kind,
                subject_id=subject_id,
                base_url=base_url(request),
            )
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            text = _("The pilot in %(municipality)s is planned; its coordination has been told.")
            messages.success(request, text % {"municipality": municipality.name})
            return htmx.see_other(request, "pilots-subject", kind, subject_id)
    context = {"subject": found, "form": form}
    return htmx.render_page(request, "commitments/pilots/plan_in.html", context, status=422 if form.errors else 200)


def _subject(kind: str, subject_id: UUID) -> reviewable_declaration.Subject:
    found = queries_pilots.subject(kind, subject_id)
    if found is None:
        raise Http404
    return found


# --- The municipality -----------------------------------------------------------------------------------------------


@require_safe
def pilot_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All pilots of the municipality."""
    require(policies.may_read(request.roles))
    page = Paginator(queries_pilots.pilots(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(pilot, pages_pilots.STATE_KINDS[Pilot.State(pilot.state)], pages_pilots.period(pilot)) for pilot in page]
    return htmx.render_page(request, "commitments/pilots/list.html", {"rows": rows, "page": page})


@require_safe
def detail(request: MunicipalityRequest, slug: str, pilot_id: UUID) -> HttpResponse:
    """One pilot: plan, log, result, and what can be done next."""
    return _detail(request, _pilot(request, pilot_id), EntryForm())


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: MunicipalityRequest, slug: str, pilot_id: UUID) -> HttpResponse:
    """Write the plan."""
    pilot = _pilot(request, pilot_id)
    require(policies_pilots.may_steer(request.roles))
    units = org_units()
    form = PlanForm(request.POST, units=units) if request.method == "POST" else PlanForm.of(pilot, units)
    if form.is_valid():
        try:
            actions.write_plan(actor=request.user, pilot_id=pilot_id, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _("The plan is saved."))
            return htmx.see_other(request, "pilots-detail", slug, pilot_id)
    return _form_page(request, "plan", pilot, form)


@require_POST
def begin(request: MunicipalityRequest, slug: str, pilot_id: UUID) -> HttpResponse:
    """Begin a planned pilot."""
    _pilot(request, pilot_id)
    require(policies_pilots.may_steer(request.roles))
    try:
        actions.begin_pilot(actor=request.user, pilot_id=pilot_id)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The pilot has begun. Note in the log what you experience."))
    return htmx.see_other(request, "pilots-detail", slug, pilot_id)


@require_POST
def note(request: MunicipalityRequest, slug: str, pilot_id: UUID) -> HttpResponse:
    """Note something in the log."""
    pilot = _pilot(request, pilot_id)
    require(policies_pilots.may_note(request.roles))
    form = EntryForm(request.POST)
    if form.is_valid():
        try:
            actions.add_entry(actor=request.user, pilot_id=pilot_id, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _("It is noted in the log."))
            return htmx.see_other(request, "pilots-detail", slug, pilot_id)
    return _detail(request, pilot, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: MunicipalityRequest, slug: str, pilot_id: UUID) -> HttpResponse:
    """Evaluate a running pilot."""
    pilot = _pilot(request, pilot_id)
    require(policies_pilots.may_steer(request.roles))
    form = EvaluationForm(request.POST if request.method == "POST" else None, pilot=pilot)
    if form.is_valid():
        try:
            actions.evaluate_pilot(actor=request.user, pilot_id=pilot_id, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _("The pilot is evaluated. Thank you: without it nothing becomes standard."))
            return htmx.see_other(request, "pilots-detail", slug, pilot_id)
    return _form_page(request, "evaluate", pilot, form)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: MunicipalityRequest, slug: str, pilot_id: UUID) -> HttpResponse:
    """End a pilot without a result; asks for the reason."""
    pilot = _pilot(request, pilot_id)
    require(policies_pilots.may_steer(request.roles))
    form = CallOffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.call_off_pilot(actor=request.user, pilot_id=pilot_id, reason=form.cleaned_data["reason"])
        except NotPossible as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, _("The pilot is called off."))
            return htmx.see_other(request, "pilots-detail", slug, pilot_id)
    return _form_page(request, "call_off", pilot, form)


def _pilot(request: MunicipalityRequest, pilot_id: UUID) -> Pilot:
    require(policies.may_read(request.roles))
    found = queries_pilots.pilot(pilot_id)
    if found is None:
        raise Http404
    return found


def _form_page(request: MunicipalityRequest, name: str, pilot: Pilot, form: Any) -> HttpResponse:
    """A form that has its page; where the step is not possible any more, the page says so instead."""
    possible = name in policies_pilots.steps(request.roles, pilot)
    context = {"pilot": pilot, "form": form, "possible": possible}
    return htmx.render_page(request, f"commitments/pilots/{name}.html", context, status=422 if form.errors else 200)


def _detail(request: MunicipalityRequest, pilot: Pilot, form: EntryForm, status: int = 200) -> HttpResponse:
    steps = policies_pilots.steps(request.roles, pilot)
    context = {
        "pilot": pilot,
        "state_kind": pages_pilots.STATE_KINDS[Pilot.State(pilot.state)],
        "verdict_kind": pages_pilots.VERDICT_KINDS[Pilot.Verdict(pilot.verdict)] if pilot.verdict else "",
        "facts": pages_pilots.plan_facts(pilot),
        "result": pages_pilots.value(pilot.result, pilot.unit_of_value),
        "missing": actions.missing(pilot) if pilot.state == Pilot.State.PLANNED else [],
        "steps": steps,
        "log": pilot.entries,
        "form": form if "note" in steps else None,
    }
    return htmx.render_page(request, "commitments/pilots/detail.html", context, status=status)
