"""The authors' pages: what is mine, a module with what is missing, its fields, English, files, and the whole text."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.entries import LANDS, as_date, fingerprint
from apps.municipalities.requests import WorkshopRequest
from apps.training import fields, pages_authoring, policies_authoring, queries_modules
from apps.training.actions import authoring
from apps.training.actions.authoring import ChangedMeanwhile, TextFrozen
from apps.training.actions.files import remove_file, store_file, used_by
from apps.training.actions.lifecycle import NotPossible
from apps.training.forms_authoring import FIELD_PAGES, EnglishForm, FieldPage, FieldsInput, fields_input
from apps.training.forms_units import FileForm
from apps.training.guards import missing_authors, missing_of
from apps.training.models import ModuleAuthor, ModuleEdition, ModuleFile, ModuleVersion, Unit
from apps.training.queries_modules import Text
from apps.training.units import Audience
from apps.training.views.modules import language


@dataclass
class Loaded:
    """A version with its authors; the text as it was when it was first asked for."""

    version: ModuleVersion
    authors: list[ModuleAuthor]

    @cached_property
    def text(self) -> Text:
        return queries_modules.text_of(self.version)

    @property
    def writable(self) -> bool:
        return authoring.is_writable(self.version, self.text.edition)

    def unit(self, key: str) -> Unit:
        """One unit of the text; raises Http404."""
        unit = self.text.unit(key)
        if unit is None:
            raise Http404
        return unit


def load(request: WorkshopRequest, pk: UUID) -> Loaded:
    """A version with its authors. 404 where there is none; 403 for who does not write it."""
    version = queries_modules.version(pk)
    if version is None:
        raise Http404
    loaded = Loaded(version, queries_modules.authors_of(version.module_id))
    require(policies_authoring.may_write(request.user, loaded.authors))
    return loaded


def basics(request: WorkshopRequest, loaded: Loaded) -> dict[str, Any]:
    """What every page of a version needs."""
    return {
        "version": loaded.version,
        "text": loaded.text,
        "edition": loaded.text.edition,
        "writable": loaded.writable,
        "staff": policies_authoring.may_manage(request.user),
    }


# --- Lists and overview -----------------------------------------------------------------------------------------------


@require_safe
def mine(request: WorkshopRequest) -> HttpResponse:
    """The modules one writes; for the project team all of them."""
    staff = policies_authoring.may_manage(request.user)
    found = queries_modules.versions_in_work(None if staff else request.user)
    context = {
        "rows": [{"version": version, "kind": pages_authoring.state_kind(version.state)} for version in found],
        "staff": staff,
    }
    return htmx.render_page(request, "training/authoring/mine.html", context)


@require_safe
def detail(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """A version with what is missing, its parts, its authors and its history."""
    loaded = load(request, pk)
    context = {
        **basics(request, loaded),
        "kind": pages_authoring.state_kind(loaded.version.state),
        "missing": [
            *missing_authors(loaded.authors),
            *missing_of(
                loaded.text.edition,
                loaded.text.units,
                loaded.text.files,
                is_empowerment=loaded.version.module.is_empowerment,
            ),
        ],
        "fields": pages_authoring.field_tasks(loaded.version, loaded.text.edition, writable=loaded.writable),
        "learner_units": len(loaded.text.of(Audience.LEARNER)),
        "trainer_units": len(loaded.text.of(Audience.TRAINER)),
        "files": len(loaded.text.files),
        "authors": loaded.authors,
        "history": pages_authoring.told(queries_modules.history(loaded.version)),
    }
    return htmx.render_page(request, "training/authoring/detail.html", context)


@require_safe
def read(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """The whole text as learners see it (`?language=en`: in English), and for who may see it what is for trainers.

    Open to everybody in the workshop: the panel reads it here.
    """
    version = queries_modules.version(pk)
    if version is None:
        raise Http404
    authors = queries_modules.authors_of(version.module_id)
    text = queries_modules.text_of(version)
    shown_in = "en" if request.GET.get("language") == "en" else "de"
    sees_all = policies_authoring.may_see_trainer_material(request.user, request.programme_roles, authors, version)
    trainer_units = text.of(Audience.TRAINER) if sees_all else []
    context = {
        "version": version,
        "edition": text.edition,
        "kind": pages_authoring.state_kind(version.state),
        "shown": fields.edition_in(text.edition, shown_in),
        "shown_in": shown_in,
        "items": _item_labels(text.edition),
        "delivery": _deliveries(text.edition),
        "units": pages_authoring.preview_units(text.of(Audience.LEARNER), shown_in),
        "trainer_units": pages_authoring.preview_units(trainer_units, shown_in),
        "sees_all": sees_all,
        "may_write": policies_authoring.may_write(request.user, authors),
        "dimension": queries_modules.dimension_name(version.module.dimension, language()),
        "legal_bases": [
            {**entry, "land": LANDS.get(entry.get("land", ""), ""), "as_of": as_date(entry.get("as_of"))}
            for entry in text.edition.legal_bases
        ],
    }
    return htmx.render_page(request, "training/authoring/read.html", context)


def _item_labels(edition: ModuleEdition) -> list[str]:
    labels = queries_modules.item_labels(language()) if edition.items else {}
    return [labels.get(name, name) for name in edition.items]


def _deliveries(edition: ModuleEdition) -> list[str]:
    labels = dict(ModuleEdition.Delivery.choices)
    return [str(labels.get(name, name)) for name in edition.delivery]


# --- Fields -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def structured(request: WorkshopRequest, pk: UUID, name: str) -> HttpResponse:
    """A page of fields. POST: save, and with `more` come back for another entry."""
    page = FIELD_PAGES.get(name)
    if page is None:
        raise Http404
    loaded = load(request, pk)
    given = fields_input(
        page,
        loaded.text.edition,
        queries_modules.item_labels(language()) if name == "items" else {},
        is_empowerment=loaded.version.module.is_empowerment,
        data=request.POST if request.method == "POST" else None,
    )
    if request.method != "POST":
        return _fields_page(request, loaded, given, status=200 if loaded.writable else 409)
    seen = request.POST.get("seen", "")
    if not given.is_valid():
        return _fields_page(request, loaded, given, seen=seen, status=422)
    try:
        authoring.save_fields(actor=request.user, version_id=pk, values=given.values, seen=seen)
    except ChangedMeanwhile as error:
        return _fields_page(request, loaded, given, refused=[str(error)], status=409)
    except TextFrozen as error:
        return _fields_page(request, loaded, given, refused=[str(error)], status=409)
    except NotPossible as error:
        return _fields_page(request, loaded, given, seen=seen, refused=error.reasons, status=409)
    messages.success(request, _("Saved."))
    if request.POST.get("do") == "more":
        return htmx.see_other(request, "modules-fields", pk, name)
    return htmx.see_other(request, "modules-write", pk)


def _fields_page(
    request: WorkshopRequest,
    loaded: Loaded,
    given: FieldsInput,
    *,
    seen: str = "",
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **basics(request, loaded),
        "page": given.page,
        "given": given,
        "form": given.form,
        "seen": seen or _sign(loaded.text.edition, given.page),
        "refused": refused or ([] if loaded.writable else [str(TextFrozen())]),
    }
    return htmx.render_page(request, "training/authoring/fields.html", context, status=status)


def _sign(edition: ModuleEdition, page: FieldPage) -> str:
    return fingerprint({name: getattr(edition, name) for name in page.writes})


# --- English ----------------------------------------------------------------------------------------------------------


@require_safe
def english_overview(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """How far the English is: the fields and each unit."""
    loaded = load(request, pk)
    context = {**basics(request, loaded), "states": pages_authoring.english_states(loaded.text)}
    return htmx.render_page(request, "training/authoring/english.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def english(request: WorkshopRequest, pk: UUID, key: str = "") -> HttpResponse:
    """Every German text of a unit, or of the fields, with its English beside it. POST: save."""
    loaded = load(request, pk)
    target: ModuleEdition | Unit = loaded.unit(key) if key else loaded.text.edition
    lines = pages_authoring.english_lines(target)
    form = EnglishForm(request.POST if request.method == "POST" else None, lines=lines)
    context = {
        **basics(request, loaded),
        "form": form,
        "unit": target if key else None,
        "key": key,
        "seen": fingerprint(target.words_en),
        "refused": "" if loaded.writable else str(TextFrozen()),
    }
    template = "training/authoring/english_form.html"
    if request.method != "POST":
        return htmx.render_page(request, template, context)
    if not form.is_valid():
        return htmx.render_page(request, template, {**context, "seen": request.POST.get("seen", "")}, status=422)
    try:
        authoring.save_english(
            actor=request.user,
            version_id=pk,
            key=key,
            texts=form.texts,
            confirmed=form.confirmed,
            seen=request.POST.get("seen", ""),
        )
    except (TextFrozen, ChangedMeanwhile) as error:
        return htmx.render_page(request, template, {**context, "refused": str(error)}, status=409)
    except Unit.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Saved."))
    return htmx.see_other(request, "modules-english", pk)


# --- Files ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """The files of a module with the units that use them. POST: upload one."""
    loaded = load(request, pk)
    only_trainers = loaded.version.module.is_empowerment
    if request.method != "POST":
        return _files_page(request, loaded, FileForm(only_trainers=only_trainers))
    form = FileForm(request.POST, request.FILES, only_trainers=only_trainers)
    if not form.is_valid():
        return _files_page(request, loaded, form, status=422)
    stored = store_file(
        actor=request.user,
        module_id=loaded.version.module_id,
        checked=form.checked,
        for_trainers=only_trainers or form.cleaned_data["for_trainers"],
    )
    messages.success(request, _("“%(name)s” is stored. Choose it in the unit that shows it.") % {"name": stored.name})
    return htmx.see_other(request, "modules-files", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def file_remove(request: WorkshopRequest, pk: UUID, file_id: UUID) -> HttpResponse:
    """Remove a file that nothing uses, after asking."""
    loaded = load(request, pk)
    file = get_object_or_404(ModuleFile, pk=file_id, module=loaded.version.module_id)
    if request.method != "POST":
        context = {**basics(request, loaded), "file": file, "is_used": used_by(file)}
        return htmx.render_page(request, "training/authoring/file_remove.html", context)
    try:
        remove_file(actor=request.user, file_id=file_id)
    except NotPossible as error:
        context = {**basics(request, loaded), "file": file, "is_used": True, "refused": str(error)}
        return htmx.render_page(request, "training/authoring/file_remove.html", context, status=409)
    messages.success(request, _("The file is removed."))
    return htmx.see_other(request, "modules-files", pk)


def _files_page(request: WorkshopRequest, loaded: Loaded, form: FileForm, status: int = 200) -> HttpResponse:
    used = queries_modules.used_files(loaded.text.units)
    context = {
        **basics(request, loaded),
        "form": form,
        "files": [{"file": file, "units": used.get(key, [])} for key, file in loaded.text.files.items()],
    }
    return htmx.render_page(request, "training/authoring/files.html", context, status=status)
