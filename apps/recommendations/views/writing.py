"""The writing team's pages: what is mine, the text by sections, one section in hand, the structured fields."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.core.entries import fingerprint
from apps.core.prose import NotAllowed
from apps.municipalities.requests import WorkshopRequest
from apps.recommendations import pages_writing, policies_writing, queries_writing
from apps.recommendations.actions import texts
from apps.recommendations.forms_writing import FIELD_PAGES, FieldPage, FieldsInput, SectionForm, fields_input
from apps.recommendations.models import Edition, RecommendationVersion, Section, TeamMember
from apps.recommendations.queries_writing import Text


@require_safe
def mine(request: WorkshopRequest) -> HttpResponse:
    """The recommendations one writes; for the project team all of them."""
    staff = policies_writing.may_manage(request.user)
    found = queries_writing.listed_versions() if staff else queries_writing.versions_of(request.user)
    if staff:
        found = found.exclude(state__in=("superseded", "withdrawn"))
    context = {
        "rows": [{"version": version, "kind": pages_writing.state_kind(version.state)} for version in found],
        "staff": staff,
    }
    return htmx.render_page(request, "recommendations/writing/mine.html", context)


@require_safe
def detail(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """A version's text and fields with their state, and who writes."""
    loaded = _load(request, pk)
    context = {
        **_basics(request, loaded),
        "sections": pages_writing.section_tasks(loaded.version, loaded.text, request.user),
        "fields": pages_writing.field_tasks(loaded.version, loaded.text),
        "missing": [str(bench.label) for bench in queries_writing.missing_benches(loaded.team)],
        "kind": pages_writing.state_kind(loaded.version.state),
    }
    return htmx.render_page(request, "recommendations/writing/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: WorkshopRequest, pk: UUID, section: str) -> HttpResponse:
    """A part of the text, to write in where one has it in hand. POST: keep the draft (`do=draft`) or check in."""
    loaded = _load(request, pk, section)
    if request.method != "POST":
        return _section_page(request, loaded, section)
    form = SectionForm(request.POST)
    if not form.is_valid():
        return _section_page(request, loaded, section, form, status=422)
    markdown = form.cleaned_data["markdown"]
    is_draft = request.POST.get("do") == "draft"
    action = texts.save_draft if is_draft else texts.check_in
    try:
        action(actor=request.user, version_id=pk, section=section, markdown=markdown)
    except NotAllowed as error:
        for refusal in error.refusals:
            form.add_error("markdown", str(refusal))
        return _section_page(request, loaded, section, form, status=422)
    except (texts.TextFrozen, texts.NotInHand) as error:
        return _section_page(request, loaded, section, lost=markdown, refused=str(error), status=409)
    if is_draft:
        messages.success(request, _("The draft is kept. Others see it once you check it in."))
        return htmx.see_other(request, "recommendations-section", pk, section)
    messages.success(request, _("“%(part)s” is checked in.") % {"part": Section(section).label})
    return htmx.see_other(request, "recommendations-write", pk)


@require_POST
def take(request: WorkshopRequest, pk: UUID, section: str) -> HttpResponse:
    """Check a part of the text out."""
    loaded = _load(request, pk, section)
    try:
        texts.check_out(actor=request.user, version_id=pk, section=section)
    except (texts.TextFrozen, texts.NotInHand) as error:
        return _section_page(request, loaded, section, refused=str(error), status=409)
    return htmx.see_other(request, "recommendations-section", pk, section)


@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: WorkshopRequest, pk: UUID, section: str) -> HttpResponse:
    """Take a part out of somebody else's hand, after asking."""
    loaded = _load(request, pk, section)
    held = loaded.text.section(section).checkout
    if held is None:
        return htmx.see_other(request, "recommendations-section", pk, section)
    require(policies_writing.may_take_over(request.user, loaded.team, held))
    if request.method != "POST":
        question = _("Take over “%(part)s”?") % {"part": Section(section).label}
        text = _("%(name)s has this part in hand. What was saved as a draft passes to you; what was not is lost.") % {
            "name": held.user.get_full_name()
        }
        return _confirm(request, loaded, section, question, text, _("Take over the part"))
    try:
        texts.take_over(actor=request.user, version_id=pk, section=section)
    except texts.TextFrozen as error:
        return _section_page(request, loaded, section, refused=str(error), status=409)
    messages.success(request, _("You have the part in hand, with the draft as it was saved."))
    return htmx.see_other(request, "recommendations-section", pk, section)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: WorkshopRequest, pk: UUID, section: str) -> HttpResponse:
    """Give a part out of hand without changing the text, after asking."""
    loaded = _load(request, pk, section)
    if request.method != "POST":
        question = _("Give back “%(part)s” unchanged?") % {"part": Section(section).label}
        text = _("The text stays as it was; your draft is deleted. This cannot be undone.")
        return _confirm(request, loaded, section, question, text, _("Give back and delete the draft"))
    try:
        texts.release(actor=request.user, version_id=pk, section=section)
    except texts.NotInHand as error:
        return _section_page(request, loaded, section, refused=str(error), status=409)
    messages.success(request, _("The part is free again, and the text as it was."))
    return htmx.see_other(request, "recommendations-write", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def structured(request: WorkshopRequest, pk: UUID, name: str) -> HttpResponse:
    """A page of structured fields. POST: save, and with `more` come back for another entry."""
    page = FIELD_PAGES.get(name)
    if page is None:
        raise Http404
    loaded = _load(request, pk)
    labels = queries_writing.item_labels(_language()) if name == "items" else {}
    given = fields_input(page, loaded.text.edition, labels, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _fields_page(request, loaded, given, status=200 if loaded.text.is_open else 409)
    if not given.is_valid():
        return _fields_page(request, loaded, given, seen=request.POST.get("seen", ""), status=422)
    try:
        texts.save_fields(actor=request.user, version_id=pk, values=given.values, seen=request.POST.get("seen", ""))
    except texts.TextFrozen as error:
        return _fields_page(request, loaded, given, refused=str(error), status=409)
    except texts.ChangedMeanwhile:
        refused = _(
            "Somebody else has changed this meanwhile. Below is what you entered; saving it now replaces theirs."
        )
        return _fields_page(request, loaded, given, refused=refused, status=409)
    messages.success(request, _("Saved."))
    if request.POST.get("do") == "more":
        return htmx.see_other(request, "recommendations-fields", pk, name)
    return htmx.see_other(request, "recommendations-write", pk)


# --- Loading and showing ------------------------------------------------------------------------------------------


@dataclass
class _Loaded:
    """A version with its team; the text as it was when it was first asked for."""

    version: RecommendationVersion
    team: list[TeamMember]

    @cached_property
    def text(self) -> Text:
        return queries_writing.text_of(self.version)


def _load(request: WorkshopRequest, pk: UUID, section: str = "") -> _Loaded:
    """A version with its team. 404 where there is none, or no such part; 403 for who does not write it."""
    version = queries_writing.version(pk)
    if version is None or (section and section not in Section.values):
        raise Http404
    team = queries_writing.team_of(version.recommendation_id)
    require(policies_writing.may_write(request.user, team))
    return _Loaded(version, team)


def _basics(request: WorkshopRequest, loaded: _Loaded) -> dict[str, Any]:
    return {
        "version": loaded.version,
        "team": loaded.team,
        "text": loaded.text,
        "edition": loaded.text.edition,
        "staff": policies_writing.may_manage(request.user),
    }


def _section_page(
    request: WorkshopRequest,
    loaded: _Loaded,
    section: str,
    form: SectionForm | None = None,
    *,
    lost: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    if refused:
        # The text was loaded before the step was refused; what stopped it is to be seen.
        loaded = _Loaded(loaded.version, loaded.team)
    part = loaded.text.section(section)
    held = part.checkout
    is_mine = held is not None and held.user_id == request.user.pk and loaded.text.is_open
    if held is not None and is_mine and form is None:
        form = SectionForm(initial={"markdown": lost or held.draft})
    context = {
        **_basics(request, loaded),
        "part": part,
        "held": held,
        "is_mine": is_mine,
        "form": form if is_mine else None,
        "may_take_over": held is not None and policies_writing.may_take_over(request.user, loaded.team, held),
        "lost": "" if is_mine else lost or (form.data.get("markdown", "") if form is not None else ""),
        "refused": refused,
    }
    return htmx.render_page(request, "recommendations/writing/section.html", context, status=status)


def _fields_page(
    request: WorkshopRequest,
    loaded: _Loaded,
    given: FieldsInput,
    *,
    seen: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **_basics(request, loaded),
        "page": given.page,
        "given": given,
        "form": given.form,
        "seen": seen or _fingerprint(loaded.text.edition, given.page),
        "refused": refused or ("" if loaded.text.is_open else str(texts.TextFrozen())),
    }
    return htmx.render_page(request, "recommendations/writing/fields.html", context, status=status)


def _fingerprint(edition: Edition, page: FieldPage) -> str:
    return fingerprint({name: getattr(edition, name) for name in page.writes})


def _confirm(
    request: WorkshopRequest, loaded: _Loaded, section: str, title: str, text: str, confirm: str
) -> HttpResponse:
    context = {
        **_basics(request, loaded),
        "title": title,
        "question": text,
        "confirm": confirm,
        "cancel_url": reverse("recommendations-section", args=[loaded.version.pk, section]),
    }
    return htmx.render_page(request, "recommendations/writing/confirm.html", context)


def _language() -> str:
    return (get_language() or "de").partition("-")[0]
