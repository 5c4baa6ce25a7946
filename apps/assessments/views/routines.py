"""A municipality's routines: the list, one routine, checking it, what was found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages_routines, policies, policies_routines, queries_routines
from apps.assessments.actions import routines as actions
from apps.assessments.actions.answers import UnknownItem
from apps.assessments.actions.assessments import WrongState
from apps.assessments.forms_routines import RoutineForm, posted_check
from apps.assessments.models import Routine, RoutineCheck, RoutineExample, RoutineKind
from apps.assessments.policies_routines import RoutineAccess
from apps.assessments.routine_reading import RoutineReading
from apps.assessments.views.loading import language_of
from apps.core import htmx
from apps.instruments.definition import Section
from apps.municipalities.queries.memberships import org_units
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def routine_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The routines that are to be seen, with how each stands."""
    access = access_of(request)
    found = list(queries_routines.routines(access))
    all_lines = pages_routines.lines(found, queries_routines.progress_of(found))
    kind = request.GET.get("kind", "")
    chosen = {"state": request.GET.get("state", ""), "kind": kind if kind in RoutineKind.values else ""}
    context = {
        "lines": pages_routines.chosen(all_lines, **chosen),
        "has_any": bool(all_lines),
        "state_tabs": pages_routines.state_tabs(all_lines, **chosen),
        "kind_tabs": pages_routines.kind_tabs(**chosen),
        "may_add": access.adds,
        "without_department": not access.sees_all and not access.units,
    }
    return htmx.render_page(request, "assessments/routines/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def routine_new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Put a routine on the list; contributors for their own department."""
    access = access_of(request)
    require(access.adds)
    form = _form(request, access)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_routine(actor=request.user, **form.cleaned_data)
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("The routine is on the list."))
            return htmx.see_other(request, "routines-detail", slug, row.pk)
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, "assessments/routines/new.html", {"form": form}, status=status)


@require_safe
def routine_detail(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """One routine: how it stands, what to do next, its earlier checks."""
    access, row = load_routine(request, routine_id)
    line = pages_routines.line(row, queries_routines.progress_of([row]).get(row.pk))
    context = {
        "routine": row,
        "line": line,
        "checks": queries_routines.checks_of(row),
        "again_on": pages_routines.check_again_on(row.completed_on),
        "may_check": access.checks(row) and row.archived_at is None,
        "may_manage": policies_routines.may_manage_routines(request.roles),
        "has_questionnaire": queries_routines.latest_version() is not None,
    }
    return htmx.render_page(request, "assessments/routines/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def routine_change(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """Change what the list says of a routine."""
    access, row = _load_to_manage(request, routine_id)
    initial = {"name": row.name, "kind": row.kind, "org_unit": row.org_unit_id, "description": row.description}
    form = _form(request, access, initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_routine(actor=request.user, routine_id=row.pk, **form.cleaned_data)
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        except WrongState as error:
            messages.error(request, str(error))
            return htmx.see_other(request, "routines-detail", slug, row.pk)
        else:
            messages.success(request, _("Saved."))
            return htmx.see_other(request, "routines-detail", slug, row.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "routine": row}
    return htmx.render_page(request, "assessments/routines/change.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def routine_archive(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """Take a routine off the list, after asking."""
    _access, row = _load_to_manage(request, routine_id)
    if request.method == "POST":
        actions.archive_routine(actor=request.user, routine_id=row.pk)
        messages.success(request, _("The routine has been archived."))
        return htmx.see_other(request, "routines-list", slug)
    context = {"routine": row, "cancel_url": reverse("routines-detail", args=[slug, row.pk])}
    return htmx.render_page(request, "assessments/routines/archive.html", context)


@require_POST
def routine_restore(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """Put an archived routine back on the list."""
    _access, row = _load_to_manage(request, routine_id)
    actions.restore_routine(actor=request.user, routine_id=row.pk)
    messages.success(request, _("The routine is on the list."))
    return htmx.see_other(request, "routines-detail", slug, row.pk)


@require_POST
def start(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """Begin a check, or go on with the one in progress."""
    row = _load_to_check(request, routine_id)
    try:
        actions.start_check(actor=request.user, routine_id=row.pk)
    except WrongState as error:
        messages.error(request, str(error))
    except actions.NoQuestionnaire:
        messages.error(request, _("The questionnaire for routines has not been published yet."))
    else:
        return htmx.see_other(request, "routines-check", slug, row.pk)
    return htmx.see_other(request, "routines-detail", slug, row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """One section of the check in progress: its questions, saved by a button."""
    if request.method == "POST":
        return _save_section(request, slug, routine_id)
    access, row = load_routine(request, routine_id)
    running = queries_routines.running_check(row)
    if running is None:
        return htmx.see_other(request, "routines-detail", slug, row.pk)
    reading = queries_routines.reading_of(running, language=language_of(request))
    section = _find_section(reading, request.GET.get("section", ""))
    editable = access.checks(row) and row.archived_at is None
    return _section_page(request, row, reading, section, {}, editable=editable)


def _save_section(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    row = _load_to_check(request, routine_id)
    running = queries_routines.running_check(row)
    if running is None:
        messages.error(request, _("Not saved: the check has been completed already."))
        return htmx.see_other(request, "routines-detail", slug, row.pk)
    try:
        saved = actions.save_check(
            actor=request.user,
            check_id=running.pk,
            entries=posted_check(request.POST),
            language=language_of(request),
        )
    except UnknownItem:
        raise Http404 from None
    except WrongState as error:
        messages.error(request, str(error))
        return htmx.see_other(request, "routines-detail", slug, row.pk)
    # What was saved stays saved, even where the answers have left nothing to ask on this page.
    name = request.POST.get("section", "")
    section = saved.reading.section(name) or _find_section(saved.reading, "")
    if saved.refused:
        return _section_page(request, row, saved.reading, section, saved.refused, editable=True, status=422)
    messages.success(request, _("Saved."))
    following: Section | None = section
    if "next" in request.POST:
        if _has_brought_up_more(saved, section):
            messages.info(request, _("Your answers have brought up further questions on this page."))
        else:
            following = pages_routines.neighbours(saved.reading, section)[1]
    if following is None:
        return htmx.see_other(request, "routines-complete", slug, row.pk)
    return htmx.see_other(request, _section_url(slug, row, following))


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: MunicipalityRequest, slug: str, routine_id: UUID) -> HttpResponse:
    """What is still missing; where nothing is, close the check."""
    row = _load_to_check(request, routine_id)
    running = queries_routines.running_check(row)
    if running is None:
        # The button pressed twice: the check is there, completed.
        done = row.completed_id
        if done is None:
            return htmx.see_other(request, "routines-detail", slug, row.pk)
        return htmx.see_other(request, "routines-result", slug, done)
    if request.method == "POST":
        try:
            actions.complete_check(actor=request.user, check_id=running.pk)
        except WrongState as error:
            messages.error(request, str(error))
            return htmx.see_other(request, "routines-detail", slug, row.pk)
        except actions.Incomplete:
            return _complete_page(request, row, running, status=422)
        messages.success(request, _("The check is completed."))
        return htmx.see_other(request, "routines-result", slug, running.pk)
    return _complete_page(request, row, running)


@require_safe
def result(request: MunicipalityRequest, slug: str, check_id: UUID) -> HttpResponse:
    """What a completed check found, and the step for each finding."""
    found = load_check(request, check_id)
    if found.state != RoutineCheck.State.COMPLETED:
        return htmx.see_other(request, "routines-check", slug, found.routine_id)
    reading = queries_routines.reading_of(found, language=language_of(request))
    release = queries_routines.release_of(found)
    context = {
        **pages_routines.result_context(reading),
        "routine": found.routine,
        "check": found,
        "release": release,
        "release_kind": pages_routines.EXAMPLE_KINDS[RoutineExample.State(release.example.state)] if release else "",
        "may_manage": policies_routines.may_manage_routines(request.roles),
    }
    return htmx.render_page(request, "assessments/routines/result.html", context)


def access_of(request: MunicipalityRequest) -> RoutineAccess:
    """Which routines the signed-in person sees and checks; 403 for employees."""
    require(policies.may_read(request.roles))
    return queries_routines.access_for(request.roles, getattr(request, "memberships", ()))


def load_routine(request: MunicipalityRequest, routine_id: UUID) -> tuple[RoutineAccess, Routine]:
    """A routine and who may do what with it; 403 for another department's, 404 where there is none here."""
    access = access_of(request)
    row = queries_routines.routine(routine_id)
    if row is None:
        raise Http404
    require(access.sees(row))
    return access, row


def load_check(request: MunicipalityRequest, check_id: UUID) -> RoutineCheck:
    """A check, by the same rules."""
    access = access_of(request)
    found = queries_routines.check(check_id)
    if found is None:
        raise Http404
    require(access.sees(found.routine))
    return found


def _load_to_manage(request: MunicipalityRequest, routine_id: UUID) -> tuple[RoutineAccess, Routine]:
    require(policies_routines.may_manage_routines(request.roles))
    return load_routine(request, routine_id)


def _load_to_check(request: MunicipalityRequest, routine_id: UUID) -> Routine:
    access, row = load_routine(request, routine_id)
    require(access.checks(row))
    return row


def _form(request: MunicipalityRequest, access: RoutineAccess, initial: dict[str, Any] | None = None) -> RoutineForm:
    only = None if access.checks_all else access.units
    return RoutineForm(request.POST or None, initial=initial, units=org_units(), only=only)


def _name_taken() -> str:
    return _("There is a routine of this name already, perhaps in the archive.")


def _find_section(reading: RoutineReading, name: str) -> Section:
    """The section of this name; without a name the first that has something open. 404 for another."""
    section = reading.section(name) if name else reading.first_open()
    if section is None:
        raise Http404
    return section


def _section_url(slug: str, row: Routine, section: Section) -> str:
    return f"{reverse('routines-check', args=[slug, row.pk])}?section={section.name}"


def _has_brought_up_more(saved: actions.SavedCheck, section: Section) -> bool:
    """Whether there are questions to answer on this page that were not on it when it was sent."""
    before = {item.name for item in saved.before.asked(section)}
    return any(found.item.name not in before for found in saved.reading.still_missing(section))


def _section_page(
    request: MunicipalityRequest,
    row: Routine,
    reading: RoutineReading,
    section: Section,
    refused: Any,
    *,
    editable: bool,
    status: int = 200,
) -> HttpResponse:
    blocks = list(pages_routines.blocks(reading, section, refused=refused, show_missing="missing" in request.GET))
    before, after = pages_routines.neighbours(reading, section)
    slug = request.municipality.slug
    answered, asked = reading.progress
    context = {
        "routine": row,
        "section": section,
        "title": reading.title(section),
        "hint": reading.compiled.text(section.hint, reading.state, reading.language),
        "steps": [reading.title(part) for part in reading.sections],
        "step": reading.sections.index(section) + 1,
        "answered": answered,
        "asked": asked,
        "blocks": blocks,
        "invalid": [block for block in blocks if block.errors],
        "action": _section_url(slug, row, section),
        "editable": editable,
        "before": reading.title(before) if before else "",
        "before_url": _section_url(slug, row, before) if before else "",
        "after": reading.title(after) if after else "",
        "after_url": _section_url(slug, row, after) if after else "",
        "visibility": pages_routines.who_sees(),
    }
    return htmx.render_page(request, "assessments/routines/check.html", context, status=status)


def _complete_page(
    request: MunicipalityRequest, row: Routine, running: RoutineCheck, status: int = 200
) -> HttpResponse:
    slug = request.municipality.slug
    reading = queries_routines.reading_of(running, language=language_of(request))
    missing = list(reading.still_missing())
    context = {
        "routine": row,
        "missing": pages_routines.missing_links(reading, missing, row, slug),
        "needs": len(reading.needs),
        "cancel_url": reverse("routines-check", args=[slug, row.pk]),
    }
    return htmx.render_page(request, "assessments/routines/complete.html", context, status=status)
