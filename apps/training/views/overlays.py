"""What a municipality adds to a module: list with state, writing, confirming, moving, deleting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest
from apps.training import pages_overlays, policies_learning, queries_overlays
from apps.training.actions import overlays as actions
from apps.training.forms_overlays import ConfirmForm, MoveForm, NewOverlayForm, OverlayForm
from apps.training.models import Module, Overlay
from apps.training.queries_overlays import Beneath

TEMPLATES = "training/overlays"


@require_safe
def additions(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """All additions to a module, and whether they still fit."""
    require(policies_learning.may_read_additions(request.roles))
    module = _module(key)
    rows = list(queries_overlays.overlays(module))
    places = _places(module)
    lines = pages_overlays.lines(rows, places, queries_overlays.words_confirmed(rows))
    context = {
        **_about(module, rows),
        "lines": lines,
        "to_look_at": sum(line.state in (pages_overlays.CHANGED, pages_overlays.GONE) for line in lines),
        "may_add": policies_learning.may_add(request.roles),
        "has_free_places": bool(pages_overlays.free_places(places, [row.unit_key for row in rows])),
    }
    return htmx.render_page(request, f"{TEMPLATES}/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """Write an addition; `?unit=` chooses the place."""
    require(policies_learning.may_add(request.roles))
    module = _module(key)
    free = pages_overlays.free_places(_places(module), list(queries_overlays.additions(module)))
    initial = {"unit": request.GET.get("unit", "")}
    form = NewOverlayForm(request.POST if request.method == "POST" else None, places=free, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add(
                actor=request.user, module=module, unit_key=data["unit"], title=data["title"], text=data["text"]
            )
        except actions.NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The addition is saved. Learners of your municipality see it from now on."))
            return htmx.see_other(request, "overlays-list", slug, key)
    context = {**_about(module), "form": form, "has_free_places": bool(free)}
    return htmx.render_page(request, f"{TEMPLATES}/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MunicipalityRequest, slug: str, key: str, overlay_id: UUID) -> HttpResponse:
    """Write an addition anew."""
    module, overlay = _addition(request, key, overlay_id)
    form = OverlayForm(request.POST) if request.method == "POST" else OverlayForm.of(overlay)
    if form.is_valid():
        try:
            actions.change(actor=request.user, module=module, overlay_id=overlay_id, **form.cleaned_data)
        except Overlay.DoesNotExist:
            form.add_error(None, _("The addition has been deleted in the meantime. Your text is still here."))
        else:
            messages.success(request, _("The addition is saved."))
            return htmx.see_other(request, "overlays-list", slug, key)
    context = {**_about(module), "overlay": overlay, "form": form}
    return htmx.render_page(request, f"{TEMPLATES}/change.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request: MunicipalityRequest, slug: str, key: str, overlay_id: UUID) -> HttpResponse:
    """Say that an addition fits the text now offered."""
    module, _overlay = _addition(request, key, overlay_id)
    form = ConfirmForm(request.POST)
    sign = form.cleaned_data["sign"] if form.is_valid() else ""
    try:
        actions.confirm(actor=request.user, module=module, overlay_id=overlay_id, sign=sign)
    except actions.NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is noted that the addition fits."))
    return htmx.see_other(request, "overlays-list", slug, key)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: MunicipalityRequest, slug: str, key: str, overlay_id: UUID) -> HttpResponse:
    """Choose another place for an addition."""
    module, overlay = _addition(request, key, overlay_id)
    free = pages_overlays.free_places(_places(module), list(queries_overlays.additions(module)))
    form = MoveForm(request.POST if request.method == "POST" else None, places=free)
    if form.is_valid():
        try:
            actions.move(actor=request.user, module=module, overlay_id=overlay_id, unit_key=form.cleaned_data["unit"])
        except actions.NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The addition stands at its new place."))
            return htmx.see_other(request, "overlays-list", slug, key)
    context = {**_about(module), "overlay": overlay, "form": form, "has_free_places": bool(free)}
    return htmx.render_page(request, f"{TEMPLATES}/move.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MunicipalityRequest, slug: str, key: str, overlay_id: UUID) -> HttpResponse:
    """Delete an addition; asks first."""
    module, overlay = _addition(request, key, overlay_id)
    if request.method == "POST":
        actions.delete(actor=request.user, module=module, overlay_id=overlay_id)
        messages.success(request, _("The addition is deleted."))
        return htmx.see_other(request, "overlays-list", slug, key)
    return htmx.render_page(request, f"{TEMPLATES}/delete.html", {**_about(module), "overlay": overlay})


def _module(key: str) -> Module:
    found = queries_overlays.module_with_additions(key)
    if found is None:
        raise Http404
    return found


def _addition(request: MunicipalityRequest, key: str, overlay_id: UUID) -> tuple[Module, Overlay]:
    """What a step is about, for those who may take it."""
    require(policies_learning.may_add(request.roles))
    module = _module(key)
    overlay = queries_overlays.overlay(module, overlay_id)
    if overlay is None:
        raise Http404
    return module, overlay


def _places(module: Module) -> dict[str, Beneath]:
    return queries_overlays.places_of(module.offered) if module.offered is not None else {}


def _about(module: Module, rows: "list[Overlay] | None" = None) -> dict[str, Any]:
    """What every page here needs: the module and its title, of the text now offered or of the last one."""
    titles = [module.offered.title] if module.offered is not None else [row.seen_edition.title for row in rows or ()]
    return {"module": module, "title": next(iter(titles), module.code)}
