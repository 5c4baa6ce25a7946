"""The project team's pages on recommendations: the list, starting one, the life of a version."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import ProgrammeRequest
from apps.recommendations import pages_writing, policies_writing, queries_writing
from apps.recommendations.actions import starting
from apps.recommendations.actions.lifecycle import NotPossible, advance, start_version
from apps.recommendations.forms_writing import DoiForm, FilterForm, StartForm, StepForm
from apps.recommendations.models import RecommendationVersion
from apps.reviews.lifecycle import BY_NAME, FINAL, State

PER_PAGE = 50


@require_safe
def version_list(request: ProgrammeRequest) -> HttpResponse:
    """All versions, filtered, and what the needs table asks to be written."""
    require(policies_writing.may_manage(request.user))
    dimensions = queries_writing.dimension_names(_language())
    form = FilterForm(request.GET, dimensions=dimensions)
    chosen = form.chosen()
    found = queries_writing.listed_versions().filter(**chosen)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": [
            {
                "version": version,
                "kind": pages_writing.state_kind(version.state),
                "dimension": dimensions[version.recommendation.dimension],
            }
            for version in page
        ],
        "page": page,
        "paging": f"{query.urlencode()}&" if query else "",
        "form": form,
        "filtered": bool(chosen),
        "wanted": queries_writing.wanted(_language()),
    }
    return htmx.render_page(request, "recommendations/writing/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ProgrammeRequest) -> HttpResponse:
    """Start a recommendation, from a decision of the needs table (`?priority=`) or for a reason of its own."""
    require(policies_writing.may_manage(request.user))
    language = _language()
    wanted = _wanted(request.GET.get("priority", ""), language)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        dimensions=queries_writing.dimension_names(language),
        items=_items_to_offer(wanted, language),
        has_decision=wanted is not None,
        initial={"dimension": wanted.dimension, "items": wanted.items} if wanted else {},
    )
    context = {"form": form, "wanted": wanted}
    if request.method != "POST":
        return htmx.render_page(request, "recommendations/writing/start.html", context)
    if form.is_valid():
        try:
            version = starting.start_recommendation(
                actor=request.user, priority=wanted.priority if wanted else None, **form.cleaned_data
            )
        except NotPossible as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It has begun. Next comes its team."))
            return htmx.see_other(request, "recommendations-team", version.pk)
    return htmx.render_page(request, "recommendations/writing/start.html", context, status=422)


@require_safe
def detail(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Where a version stands, how it came there, and which steps lead on."""
    return _detail_page(request, _load(request, pk))


@require_POST
def step(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Take a step of the lifecycle."""
    version = _load(request, pk)
    transition = BY_NAME.get(request.POST.get("transition", ""))
    if transition is None or transition.name in ("open_round", "close_round", "call_off_round", "supersede"):
        raise Http404
    form = StepForm(request.POST, needs_reason=transition.needs_reason, auto_id=f"{transition.name}-%s")
    if not form.is_valid():
        return _detail_page(request, version, tried=form, status=422)
    try:
        advance(
            actor=request.user,
            version_id=pk,
            transition=transition.name,
            reason=form.cleaned_data.get("reason", ""),
        )
    except NotPossible as error:
        return _detail_page(request, version, tried=form, refused=error.reasons, status=409)
    messages.success(request, f"{pages_writing.STEPS[transition.name][1]}.")
    return htmx.see_other(request, "recommendations-detail", pk)


@require_POST
def next_version(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Begin the next version with the words of this one."""
    version = _load(request, pk)
    try:
        made = start_version(actor=request.user, recommendation_id=version.recommendation_id)
    except NotPossible as error:
        return _detail_page(request, version, refused=error.reasons, status=409)
    messages.success(request, _("The next version has begun, with the words of the last."))
    return htmx.see_other(request, "recommendations-detail", made.pk)


@require_POST
def share(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Let municipalities read it as a draft, or no longer (`shared`)."""
    version = _load(request, pk)
    shared = request.POST.get("shared") == "yes"
    starting.share_as_draft(actor=request.user, version_id=version.pk, shared=shared)
    if shared:
        messages.success(request, _("Municipalities can read it now, marked as a draft."))
    else:
        messages.success(request, _("Municipalities can no longer read it as a draft."))
    return htmx.see_other(request, "recommendations-detail", pk)


@require_POST
def doi(request: ProgrammeRequest, pk: UUID) -> HttpResponse:
    """Note the DOI."""
    version = _load(request, pk)
    form = DoiForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, version, doi_form=form, status=422)
    starting.set_doi(actor=request.user, version_id=version.pk, doi=form.cleaned_data["doi"])
    messages.success(request, _("Saved."))
    return htmx.see_other(request, "recommendations-detail", pk)


def _load(request: ProgrammeRequest, pk: UUID) -> RecommendationVersion:
    """The version; 404 where there is none."""
    require(policies_writing.may_manage(request.user))
    version = queries_writing.version(pk)
    if version is None:
        raise Http404
    return version


def _detail_page(
    request: ProgrammeRequest,
    version: RecommendationVersion,
    *,
    tried: StepForm | None = None,
    refused: list[str] | None = None,
    doi_form: DoiForm | None = None,
    status: int = 200,
) -> HttpResponse:
    open_round = version.rounds.filter(state="open").first() if version.state == State.ROUND_OPEN else None
    steps = pages_writing.steps(version, open_round, tried)
    context: dict[str, Any] = {
        "version": version,
        "kind": pages_writing.state_kind(version.state),
        "dimension": queries_writing.dimension_name(version.recommendation.dimension, _language()),
        "forward": [one for one in steps if not one.is_way_back],
        "back": [one for one in steps if one.is_way_back],
        "tried": tried,
        "refused": refused or [],
        "history": pages_writing.told(queries_writing.history(version)),
        "others": queries_writing.other_versions(version),
        "doi_form": doi_form or DoiForm(initial={"doi": version.doi}),
        "can_begin_next": version.state in (State.STANDARD, *FINAL),
        "round": open_round,
    }
    return htmx.render_page(request, "recommendations/writing/version.html", context, status=status)


def _wanted(key: str, language: str) -> queries_writing.Wanted | None:
    """The decision that the address names; 404 where it names none that counts."""
    if not key:
        return None
    try:
        wanted = queries_writing.wanted_one(UUID(key), language)
    except ValueError as error:
        raise Http404 from error
    if wanted is None:
        raise Http404
    return wanted


def _items_to_offer(wanted: queries_writing.Wanted | None, language: str) -> dict[str, str]:
    """The items of the wanted field of action; without a decision they are chosen later."""
    if wanted is None:
        return {}
    offered = queries_writing.item_labels(language, wanted.dimension)
    return {**dict.fromkeys(wanted.items, wanted.subject), **offered}


def _language() -> str:
    return (get_language() or "de").partition("-")[0]
