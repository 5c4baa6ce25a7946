"""Reading recommendations: in the workshop, in a municipality, in public; and comparing their texts."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.policies import require
from apps.core.htmx import render_page
from apps.municipalities.requests import MunicipalityRequest, WorkshopRequest
from apps.recommendations import modules
from apps.recommendations import pages_reading as pages
from apps.recommendations import policies_reading as policies
from apps.recommendations import queries_reading as queries
from apps.recommendations.forms_reading import CatalogueForm, dimension_name
from apps.recommendations.models import Edition, RecommendationVersion
from apps.recommendations.queries import versions
from apps.reviews.lifecycle import ADOPTABLE, State

TEMPLATES = "recommendations/reading"


@require_safe
def in_workshop(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """A version as it stands, for benches, panel and project team; `?edition=` an earlier text."""
    require(policies.may_read_in_workshop(request.roles, request.programme_roles))
    version = get_object_or_404(versions(), pk=pk)
    editions = queries.editions_of(version)
    edition = _chosen(editions, request.GET.get("edition"), default=editions[-1])
    return render_page(
        request, f"{TEMPLATES}/workshop.html", {**_reading(version, edition), "editions": editions[::-1]}
    )


@require_safe
def compare_editions(request: WorkshopRequest, pk: UUID) -> HttpResponse:
    """Two texts of one version word by word: `?old=` and `?new=`, the last two where nothing is chosen."""
    require(policies.may_read_in_workshop(request.roles, request.programme_roles))
    version = get_object_or_404(versions(), pk=pk)
    editions = queries.editions_of(version)
    new = _chosen(editions, request.GET.get("new"), default=editions[-1])
    before = [edition for edition in editions if edition.number < new.number]
    old = _chosen(editions, request.GET.get("old"), default=before[-1] if before else new)
    context = {
        "version": version,
        "editions": editions,
        "old": old,
        "new": new,
        "comparison": pages.compare(old, new),
    }
    return render_page(request, f"{TEMPLATES}/compare_editions.html", context)


@require_safe
def for_municipality(request: MunicipalityRequest, slug: str, pk: UUID) -> HttpResponse:
    """A version that municipalities may take up, or a draft that was shared with them."""
    require(policies.may_read_for_municipality(request.roles))
    version = get_object_or_404(queries.readable_by_municipalities(), pk=pk)
    edition = queries.settled_edition(version)
    context = {**_reading(version, edition), "is_adoptable": version.state in ADOPTABLE}
    return render_page(request, f"{TEMPLATES}/municipality.html", context)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The standards, for everybody; found by words and field of action."""
    form = CatalogueForm(request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    words, dimension = chosen.get("words", ""), chosen.get("dimension")
    found = list(queries.catalogue(words=words, dimension=dimension))
    context = {
        "form": form,
        "found": [(version, dimension_name(version.recommendation.dimension)) for version in found],
        "is_filtered": bool(words or dimension),
    }
    return render_page(request, f"{TEMPLATES}/catalogue.html", context)


@require_safe
def public(request: HttpRequest, number: int, version: int | None = None) -> HttpResponse:
    """A published recommendation: its standard, or the version that is named; where that was withdrawn, the history."""
    shown = _named(number, version)
    if shown is None:
        return history(request, number)
    ids = [shown.pk]
    context = {
        **_reading(shown, queries.settled_edition(shown)),
        "authors": policies.named_in_public(queries.authors(shown.recommendation_id)),
        "bench_words": queries.bench_words(ids),
        "reviews": queries.reviews(ids),
        "statements": queries.minority_statements(ids),
    }
    return render_page(request, f"{TEMPLATES}/public.html", context)


@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    """All published versions of a recommendation, with what benches and panel said, dissent included.

    Of a withdrawn version it stands here that it was, and when; its text is not read any more.
    """
    shown = list(queries.once_published().filter(recommendation__number=number).order_by("-number"))
    if not shown:
        raise Http404
    readable = [version for version in shown if version.state != State.WITHDRAWN]
    ids = [version.pk for version in shown]
    words, statements = queries.bench_words(ids), queries.minority_statements(ids)
    decisions = queries.reviews(ids)
    rows = [
        {
            "version": version,
            "is_withdrawn": version.state == State.WITHDRAWN,
            "before": next((row for row in readable if row.number < version.number), None),
            "bench_words": [word for word in words if word.round.version_id == version.pk],
            "reviews": [review for review in decisions if review.subject_id == version.pk],
            "statements": [statement for statement in statements if statement.review.subject_id == version.pk],
        }
        for version in shown
    ]
    context = {
        "recommendation": shown[0].recommendation,
        "title": queries.settled_edition(shown[0]).title,
        "withdrawn": shown[0] if shown[0].state == State.WITHDRAWN else None,
        "rows": rows,
    }
    return render_page(request, f"{TEMPLATES}/history.html", context)


@require_safe
def compare_versions(request: HttpRequest, number: int, old: int, new: int) -> HttpResponse:
    """Two published versions word by word."""
    found = queries.published().filter(recommendation__number=number)
    older, newer = get_object_or_404(found, number=old), get_object_or_404(found, number=new)
    comparison = pages.compare(queries.settled_edition(older), queries.settled_edition(newer))
    context = {"older": older, "newer": newer, "comparison": comparison, "title": queries.settled_edition(newer).title}
    return render_page(request, f"{TEMPLATES}/compare_versions.html", context)


def _named(number: int, version: int | None) -> RecommendationVersion | None:
    """The standard, or the version that is named; None where it was withdrawn, or there is no standard any more."""
    found = queries.once_published().filter(recommendation__number=number)
    if version is None:
        return found.filter(state=State.STANDARD).first()
    named = get_object_or_404(found, number=version)
    return named if named.state != State.WITHDRAWN else None


def _chosen(editions: list[Edition], number: str | None, *, default: Edition) -> Edition:
    """The text with this number; raises Http404 for one there is not."""
    if not number:
        return default
    for edition in editions:
        if str(edition.number) == number:
            return edition
    raise Http404


def _reading(version: RecommendationVersion, edition: Edition) -> dict[str, Any]:
    return {
        "version": version,
        "edition": edition,
        "sections": pages.sections_of(edition),
        "training": modules.named(edition.training),
        "dimension": dimension_name(version.recommendation.dimension),
        "was_in_round": queries.had_a_round(version),
        "citation": pages.citation(version, edition.title),
        "licence": pages.LICENCE,
        "licence_url": pages.LICENCE_URL,
    }
