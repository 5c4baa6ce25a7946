"""The project team's pages on modules: the list, creating one, its life, its authors. And the files of modules."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.accounts.queries import active_roles
from apps.core import htmx
from apps.municipalities.middleware import limited_to
from apps.municipalities.requests import ProgrammeRequest
from apps.reviews.lifecycle import FINAL, MODULE_BY_NAME, State
from apps.training import pages_authoring, policies_authoring, queries_modules
from apps.training.actions import lifecycle, starting
from apps.training.actions.lifecycle import NotPossible
from apps.training.forms_authoring import AuthorForm, FilterForm, StartForm, StepForm
from apps.training.guards import has_authors, missing_in
from apps.training.models import ModuleAuthor, ModuleFile, ModuleVersion
from apps.training.queries import current_edition
from apps.training.serving import serve

PER_PAGE = 50


@require_safe
def module_list(request: ProgrammeRequest) -> HttpResponse:
    """All versions, filtered."""
    require(policies_authoring.may_manage(request.user))
    dimensions = queries_modules.dimension_names(language())
    form = FilterForm(request.GET, dimensions=dimensions)
    chosen = form.chosen()
    page = Paginator(queries_modules.listed_versions().filter(**chosen), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": [
            {
                "version": version,
                "kind": pages_authoring.state_kind(version.state),
                "dimension": dimensions[version.module.dimension],
            }
            for version in page
        ],
        "page": page,
        "paging": f"{query.urlencode()}&" if query else "",
        "form": form,
        "filtered": bool(chosen),
    }
    return htmx.render_page(request, "training/modules/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ProgrammeRequest) -> HttpResponse:
    """Create a module."""
    require(policies_authoring.may_manage(request.user))
    form = StartForm(
        request.POST if request.method == "POST" else None,
        dimensions=queries_modules.dimension_names(language()),
        initial={"number": starting.next_number()},
    )
    if request.method != "POST":
        return htmx.render_page(request, "training/modules/start.html", {"form": form})
    if form.is_valid():
        try:
            version = starting.start_module(actor=request.user, **form.cleaned_data)
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The module has begun. Next, name its authors."))
            return htmx.see_other(request, "modules-authors", version.pk)
    return htmx.render_page(request, "training/modules/start.html", {"form": form}, status=422)


@require_safe
def detail(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Where a version stands, how it came there, and which steps lead on."""
    return _detail_page(request, _load(request, pk))


@require_POST
def step(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Take a step of the lifecycle."""
    version = _load(request, pk)
    transition = MODULE_BY_NAME.get(request.POST.get("transition", ""))
    if transition is None or transition.name in pages_authoring.BY_ITSELF:
        raise Http404
    form = StepForm(request.POST, needs_reason=transition.needs_reason, auto_id=f"{transition.name}-%s")
    if not form.is_valid():
        return _detail_page(request, version, tried=form, status=422)
    try:
        lifecycle.advance(
            actor=request.user,
            version_id=pk,
            transition=transition.name,
            reason=form.cleaned_data.get("reason", ""),
        )
    except NotPossible as error:
        return _detail_page(request, version, tried=form, refused=error.reasons, status=409)
    messages.success(request, f"{pages_authoring.STEPS[transition.name][1]}.")
    return htmx.see_other(request, "modules-detail", pk)


@require_POST
def next_version(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Begin the next version with the words of this one."""
    version = _load(request, pk)
    try:
        made = lifecycle.start_version(actor=request.user, module_id=version.module_id)
    except NotPossible as error:
        return _detail_page(request, version, refused=error.reasons, status=409)
    messages.success(request, _("The next version has begun, with the words of the last."))
    return htmx.see_other(request, "modules-detail", made.pk)


@require_POST
def share(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Offer the text as a draft, as it stands now, or no longer (`shared`)."""
    version = _load(request, pk)
    if request.POST.get("shared") == "no":
        lifecycle.stop_sharing(actor=request.user, version_id=pk)
        messages.success(request, _("The draft is no longer offered."))
        return htmx.see_other(request, "modules-detail", pk)
    try:
        lifecycle.share_as_draft(actor=request.user, version_id=pk)
    except NotPossible as error:
        return _detail_page(request, version, refused=error.reasons, status=409)
    messages.success(request, _("The text is offered now, marked as a draft."))
    return htmx.see_other(request, "modules-detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def authors(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Who writes the module. POST: name somebody."""
    version = _load(request, pk)
    if request.method != "POST":
        return _authors_page(request, version)
    form = _author_form(queries_modules.authors_of(version.module_id), request.POST)
    if form.is_valid():
        try:
            starting.add_author(actor=request.user, module_id=version.module_id, user_id=form.cleaned_data["user"])
        except NotPossible as error:
            form.add_error("user", str(error))
        else:
            messages.success(request, _("The module has a new author."))
            return htmx.see_other(request, "modules-authors", pk)
    return _authors_page(request, version, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_author(request: ProgrammeRequest, author_id: UUID) -> HttpResponse:
    """Somebody writes the module no longer, after asking."""
    require(policies_authoring.may_manage(request.user))
    author = get_object_or_404(ModuleAuthor.objects.select_related("user", "module"), pk=author_id)
    newest = queries_modules.newest_version_id(author.module_id)
    if request.method != "POST":
        context = {"author": author, "newest": newest}
        return htmx.render_page(request, "training/modules/remove_author.html", context)
    starting.remove_author(actor=request.user, author_id=author_id)
    messages.success(request, _("%(name)s no longer writes this module.") % {"name": author.user.get_full_name()})
    return htmx.see_other(request, "modules-authors", newest)


@require_safe
def module_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file of a module: what is offered for everybody, trainers' material for trainers, drafts for who may read them.

    Whoever may not have it finds nothing.
    """
    file = queries_modules.file_with_module(pk)
    if file is None:
        raise Http404
    if queries_modules.is_public(file):
        return serve(request, file, is_public=True)
    if not _may_have(request, file):
        raise Http404
    return serve(request, file, is_public=False)


def _may_have(request: HttpRequest, file: ModuleFile) -> bool:
    user = request.user
    if not user.is_authenticated or not user.is_active or limited_to(request) is not None:
        return False
    roles = list(active_roles(user))
    if not roles and not policies_authoring.may_manage(user):
        return False
    if not file.for_trainers:
        return True  # the text in which it stands can be read by everybody in the workshop
    writers = queries_modules.authors_of(file.module_id)
    return any(
        policies_authoring.may_see_trainer_material(user, roles, writers, version)
        for version in file.module.versions.all()
    )


def language() -> str:
    """The language of the moment: de or en."""
    return (get_language() or "de").partition("-")[0]


# --- Loading and showing ----------------------------------------------------------------------------------------------


def _load(request: ProgrammeRequest, pk: UUID) -> ModuleVersion:
    """The version; 404 where there is none."""
    require(policies_authoring.may_manage(request.user))
    version = queries_modules.version(pk)
    if version is None:
        raise Http404
    return version


def _detail_page(
    request: ProgrammeRequest,
    version: ModuleVersion,
    *,
    tried: StepForm | None = None,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    steps = pages_authoring.steps(version, tried)
    edition = current_edition(version)
    is_shown = version.module.offered_id == edition.pk
    sharable = version.state in lifecycle.SHARABLE and not is_shown
    context: dict[str, Any] = {
        "version": version,
        "kind": pages_authoring.state_kind(version.state),
        "dimension": queries_modules.dimension_name(version.module.dimension, language()),
        "forward": [one for one in steps if not one.is_way_back],
        "back": [one for one in steps if one.is_way_back],
        "tried": tried,
        "refused": refused or [],
        "history": pages_authoring.told(queries_modules.history(version)),
        "others": queries_modules.other_versions(version),
        "can_begin_next": version.state in (State.STANDARD, *FINAL),
        "is_shown": is_shown,
        "sharable": sharable,
        "can_stop": version.state in lifecycle.UNSHARABLE and version.shared_as_draft_at is not None,
        "not_sharable": missing_in(edition, version) if sharable else [],
    }
    return htmx.render_page(request, "training/modules/version.html", context, status=status)


def _authors_page(
    request: ProgrammeRequest, version: ModuleVersion, form: AuthorForm | None = None, status: int = 200
) -> HttpResponse:
    found = queries_modules.authors_of(version.module_id)
    form = form or _author_form(found)
    roles = queries_modules.roles_of_writers()
    context = {
        "version": version,
        "authors": [{"author": author, "roles": _roles(author.user, roles)} for author in found],
        "missing": has_authors(version),
        "form": form,
        "anybody": bool(form.known),
    }
    return htmx.render_page(request, "training/modules/authors.html", context, status=status)


def _author_form(found: list[ModuleAuthor], data: Any = None) -> AuthorForm:
    there = {author.user_id for author in found}
    roles = queries_modules.roles_of_writers()
    choices = [
        (str(user.pk), f"{user.get_full_name()} ({_roles(user, roles)})")
        for user in queries_modules.possible_authors()
        if user.pk not in there
    ]
    return AuthorForm(data, choices=choices)


def _roles(user: Any, roles: dict[UUID, Any]) -> str:
    """What makes somebody a possible author, in words."""
    words = [_("Project team")] if user.is_project_staff else []
    for role in roles.get(user.pk, ()):
        bench = f": {role.get_bench_display()}" if role.bench else ""
        words.append(f"{role.get_role_display()}{bench}")
    return ", ".join(words) or _("no role any more")
