"""The authors' pages on units: the list, one unit, questions of a quiz, places of a scenario."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import htmx
from apps.municipalities.requests import WorkshopRequest
from apps.training import fields, pages_authoring
from apps.training.actions import authoring
from apps.training.actions.authoring import DOWN, UP, ChangedMeanwhile, TextFrozen
from apps.training.actions.lifecycle import NotPossible
from apps.training.forms_units import (
    QUESTION_LABELS,
    AddUnitForm,
    PlaceInput,
    QuestionInput,
    UnitForm,
    unit_form,
)
from apps.training.guards import unit_problems
from apps.training.models import Unit
from apps.training.units import QUESTION_TYPES, Audience, UnitKind
from apps.training.views.authoring import Loaded, basics, load


@require_safe
def units(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """The units for learners and the material for trainers, each with what is missing."""
    loaded = load(request, pk)
    is_empowerment = loaded.version.module.is_empowerment
    context = {
        **basics(request, loaded),
        "learner_lines": pages_authoring.unit_lines(loaded.text, Audience.LEARNER),
        "trainer_lines": pages_authoring.unit_lines(loaded.text, Audience.TRAINER),
        "minutes": pages_authoring.minutes_of(loaded.text),
        "is_empowerment": is_empowerment,
    }
    return htmx.render_page(request, "training/authoring/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: WorkshopRequest, pk: UUID, audience: str) -> HttpResponse:
    """A new unit for learners or for trainers."""
    if audience not in Audience.values:
        raise Http404
    loaded = load(request, pk)
    form = AddUnitForm(request.POST if request.method == "POST" else None, audience=audience)
    context = {**basics(request, loaded), "form": form, "audience": audience}
    template = "training/authoring/unit_add.html"
    if request.method != "POST":
        return htmx.render_page(request, template, context)
    if form.is_valid():
        try:
            unit = authoring.add_unit(actor=request.user, version_id=pk, audience=audience, **form.cleaned_data)
        except (TextFrozen, NotPossible) as error:
            form.add_error(None, str(error))
        else:
            return htmx.see_other(request, "modules-unit", pk, unit.key)
    return htmx.render_page(request, template, context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: WorkshopRequest, pk: UUID, key: str) -> HttpResponse:
    """One unit to write in. POST: save, and stay (`do=stay`) or go back to the list."""
    loaded = load(request, pk)
    found = loaded.unit(key)
    if request.method != "POST":
        return _unit_page(request, loaded, found, unit_form(found, loaded.text.files))
    form = unit_form(found, loaded.text.files, request.POST)
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return _unit_page(request, loaded, found, form, seen=seen, status=422)
    try:
        authoring.save_unit(
            actor=request.user,
            version_id=pk,
            key=key,
            title=form.cleaned_data["title"],
            minutes=form.cleaned_data["minutes"],
            values=form.values,
            seen=seen,
        )
    except (TextFrozen, ChangedMeanwhile) as error:
        return _unit_page(request, loaded, found, form, refused=str(error), status=409)
    except Unit.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Saved."))
    if request.POST.get("do") == "stay":
        return htmx.see_other(request, "modules-unit", pk, key)
    return htmx.see_other(request, "modules-units", pk)


@require_POST
def move(request: WorkshopRequest, pk: UUID, key: str) -> HttpResponse:
    """Move a unit, or with `part` a question or a place in it, up or down (`direction`)."""
    loaded = load(request, pk)
    loaded.unit(key)
    direction, part = request.POST.get("direction", ""), request.POST.get("part", "")
    if direction not in (UP, DOWN):
        raise Http404
    try:
        if part:
            authoring.move_part(actor=request.user, version_id=pk, key=key, part=part, direction=direction)
        else:
            authoring.move_unit(actor=request.user, version_id=pk, key=key, direction=direction)
    except TextFrozen as error:
        messages.error(request, str(error))
    except Unit.DoesNotExist as error:
        raise Http404 from error
    if part:
        return htmx.see_other(request, "modules-unit", pk, key)
    return htmx.see_other(request, "modules-units", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: WorkshopRequest, pk: UUID, key: str) -> HttpResponse:
    """Remove a unit, after asking."""
    loaded = load(request, pk)
    found = loaded.unit(key)
    if request.method != "POST":
        context = {**basics(request, loaded), "unit": found}
        return htmx.render_page(request, "training/authoring/unit_delete.html", context)
    try:
        authoring.delete_unit(actor=request.user, version_id=pk, key=key)
    except TextFrozen as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(title)s” is removed.") % {"title": found.title})
    return htmx.see_other(request, "modules-units", pk)


@require_safe
def preview(request: WorkshopRequest, pk: UUID, key: str) -> HttpResponse:
    """One unit as it is shown (`?language=en`: in English)."""
    loaded = load(request, pk)
    found = loaded.unit(key)
    shown_in = "en" if request.GET.get("language") == "en" else "de"
    context = {
        **basics(request, loaded),
        "unit": found,
        "shown_in": shown_in,
        "title": fields.unit_title(found, shown_in),
        "previewed": pages_authoring.preview_units([found], shown_in, level=2)[0],
    }
    return htmx.render_page(request, "training/authoring/unit_preview.html", context)


# --- Questions and places ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: WorkshopRequest, pk: UUID, key: str, part: str) -> HttpResponse:
    """A question of a quiz or a place of a scenario. POST: save, and with `more` come back for another row."""
    loaded = load(request, pk)
    found = loaded.unit(key)
    existing = next((one for one in _parts(found) if one["key"] == part), None)
    if existing is None:
        raise Http404
    return _part_page(request, loaded, found, existing)


@require_http_methods(["GET", "HEAD", "POST"])
def part_add(request: WorkshopRequest, pk: UUID, key: str, kind: str) -> HttpResponse:
    """A new question of a type, or a new place (`place`)."""
    loaded = load(request, pk)
    found = loaded.unit(key)
    known = {UnitKind.QUIZ: QUESTION_TYPES, UnitKind.SCENARIO: ("place",)}.get(UnitKind(found.kind), ())
    if kind not in known:
        raise Http404
    return _part_page(request, loaded, found, {"type": kind} if found.kind == UnitKind.QUIZ else {})


@require_http_methods(["GET", "HEAD", "POST"])
def part_delete(request: WorkshopRequest, pk: UUID, key: str, part: str) -> HttpResponse:
    """Remove a question or a place, after asking."""
    loaded = load(request, pk)
    found = loaded.unit(key)
    line = next((one for one in pages_authoring.part_lines(found) if one.key == part), None)
    if line is None:
        raise Http404
    if request.method != "POST":
        leading = [
            one.key for one in pages_authoring.part_lines(found) if any(target == part for _text, target in one.leads)
        ]
        context = {**basics(request, loaded), "unit": found, "line": line, "leading": leading}
        return htmx.render_page(request, "training/authoring/part_delete.html", context)
    try:
        authoring.delete_part(actor=request.user, version_id=pk, key=key, part=part)
    except TextFrozen as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed."))
    return htmx.see_other(request, "modules-unit", pk, key)


def _part_page(request: WorkshopRequest, loaded: Loaded, found: Unit, existing: dict[str, Any]) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    given: QuestionInput | PlaceInput
    given = QuestionInput(existing, data) if found.kind == UnitKind.QUIZ else PlaceInput(existing, _parts(found), data)
    if data is None:
        return _shown_part(request, loaded, found, given)
    seen = request.POST.get("seen", "")
    if not given.is_valid():
        return _shown_part(request, loaded, found, given, seen=seen, status=422)
    try:
        made = authoring.save_part(
            actor=request.user,
            version_id=loaded.version.pk,
            key=found.key,
            part=given.part,
            seen=seen,
            new_places=given.new_places if isinstance(given, PlaceInput) else (),
        )
    except (TextFrozen, ChangedMeanwhile) as error:
        return _shown_part(request, loaded, found, given, refused=str(error), status=409)
    except Unit.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Saved."))
    if request.POST.get("do") == "more":
        return htmx.see_other(request, "modules-part", loaded.version.pk, found.key, made)
    return htmx.see_other(request, "modules-unit", loaded.version.pk, found.key)


def _shown_part(
    request: WorkshopRequest,
    loaded: Loaded,
    found: Unit,
    given: QuestionInput | PlaceInput,
    *,
    seen: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    is_question = isinstance(given, QuestionInput)
    existing = given.question if isinstance(given, QuestionInput) else given.place
    context = {
        **basics(request, loaded),
        "unit": found,
        "given": given,
        "is_question": is_question,
        "is_new": not existing.get("key"),
        "part_key": existing.get("key", ""),
        "type_label": QUESTION_LABELS.get(given.type, "") if isinstance(given, QuestionInput) else "",
        "seen": seen or authoring.sign_of(found),
        "refused": refused or ("" if loaded.writable else str(TextFrozen())),
    }
    return htmx.render_page(request, "training/authoring/part.html", context, status=status)


def _parts(unit: Unit) -> list[dict[str, Any]]:
    name = {UnitKind.QUIZ: "questions", UnitKind.SCENARIO: "nodes"}.get(UnitKind(unit.kind), "")
    found: list[dict[str, Any]] = unit.content.get(name) or []
    return found


def _unit_page(
    request: WorkshopRequest,
    loaded: Loaded,
    found: Unit,
    form: UnitForm,
    *,
    seen: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **basics(request, loaded),
        "unit": found,
        "form": form,
        "parts": pages_authoring.part_lines(found),
        "question_types": QUESTION_LABELS.items(),
        "has_files": any(name in form.fields for name in ("file", "captions")),
        "missing": unit_problems(found, loaded.text.files),
        "seen": seen or authoring.sign_of(found),
        "refused": refused or ("" if loaded.writable else str(TextFrozen())),
    }
    return htmx.render_page(request, "training/authoring/unit.html", context, status=status)
