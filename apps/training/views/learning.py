"""Learning at one's own pace: overview of a module, one unit a page, quizzes and scenarios, finishing.

A GET never writes. The answers of a quiz and the way through a scenario are sent and answered at once: they are kept
nowhere, so that the answer to a POST is the page itself.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest
from apps.training import (
    fields,
    pages_catalogue,
    pages_learning,
    pages_overlays,
    pages_units,
    policies_learning,
    queries,
    queries_learning,
    queries_overlays,
    queries_packages,
    quiz,
)
from apps.training.actions import learning as actions
from apps.training.forms_learning import QuizForm
from apps.training.models import Module, ModuleEdition, Progress, Unit
from apps.training.packages import sheets
from apps.training.pages_units import ShownUnit
from apps.training.units import UnitKind

TEMPLATES = "training/learning"


@require_safe
@never_cache
def overview(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """The units of a module with what is done, and where to go on."""
    edition, units = _material(key)
    module = edition.version.module
    row = queries_learning.progress(request.user, module)
    before = None
    if row is not None and row.edition_id != edition.pk:
        before = [unit.key for unit in queries.learner_units(row.edition)]
    found = pages_learning.overview(
        units, row, before, lambda unit_key: reverse("learning-unit", args=[slug, key, unit_key])
    )
    completion = queries_learning.completion(request.user, module)
    expires_on = completion.expires_on if completion is not None else None
    context = {
        **_about(request, edition),
        "overview": found,
        "progress": row,
        "completion": completion,
        "has_expired": expires_on is not None and expires_on < timezone.localdate(),
        "addition": pages_overlays.shown(queries_overlays.additions(module).get(queries_overlays.BEGINNING)),
        "may_read_additions": policies_learning.may_read_additions(request.roles),
    }
    return htmx.render_page(request, f"{TEMPLATES}/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unit(request: MunicipalityRequest, slug: str, key: str, unit_key: str) -> HttpResponse:
    """One unit. A POST marks a quiz or takes a step in a scenario."""
    edition, units = _material(key)
    module, found = edition.version.module, _unit(units, unit_key)
    sheet_url = reverse("learning-sheet", args=[slug, key, unit_key])
    shown = pages_learning.shown(found, seed=str(request.user.pk), sheet_url=sheet_url)
    context: dict[str, Any] = {**_about(request, edition), "status": 200}
    if found.kind == UnitKind.QUIZ:
        context |= _quiz(request, module, found, shown, keeps=context["keeps"])
    else:
        context["row"] = queries_learning.progress(request.user, module)
    if found.kind == UnitKind.SCENARIO:
        context["way"] = pages_units.way(shown, _way(request))
    row = context.pop("row")
    context = {
        "shown": shown,
        **context,
        "place": pages_learning.place(units, found),
        "is_done": row is not None and unit_key in row.done,
        "may_add": policies_learning.may_add(request.roles),
        "addition": pages_overlays.shown(queries_overlays.additions(module).get(unit_key)),
    }
    return htmx.render_page(request, f"{TEMPLATES}/unit.html", context, status=context.pop("status"))


def _way(request: MunicipalityRequest) -> str:
    """The choices so far, with the one just made; nothing of it is in an address, so that no log keeps it."""
    way, choice = request.POST.get("way", ""), request.POST.get("choice", "")
    if request.POST.get("go") == "back":
        return way.rpartition(".")[0]
    if request.POST.get("go") == "again":
        return ""
    return ".".join(part for part in (way, choice) if part)


def _quiz(
    request: MunicipalityRequest, module: Module, found: Unit, shown: ShownUnit, *, keeps: bool
) -> dict[str, Any]:
    """The quiz as it was answered: marked, or with what is missing, or untouched."""
    is_sent = request.method == "POST"
    form = QuizForm(request.POST if is_sent else None, unit=shown, words=pages_learning.words_of(found))
    result = quiz.mark(found.content, form.answers()) if is_sent and form.is_valid() else None
    if result is not None and keeps:
        row, result = _count(request, module, found, form, result)
    else:
        row = queries_learning.progress(request.user, module)
    given, errors = (form.given(), form.problems()) if is_sent else ({}, {})
    return {
        "shown": pages_units.answered(shown, given, errors=errors, result=result),
        "quiz": pages_learning.quiz_state(shown, form, row, keeps=keeps, result=result),
        "row": row,
        "status": 422 if form.errors else 200,
    }


def _count(
    request: MunicipalityRequest, module: Module, found: Unit, form: QuizForm, result: quiz.Result
) -> tuple[Progress | None, quiz.Result | None]:
    """Keep the result. Where attempts are limited, an answer that does not count is not marked either."""
    try:
        row, counted = actions.record_quiz(
            actor=request.user,
            municipality=request.municipality,
            key=module.key,
            unit_key=found.key,
            attempt=form.cleaned_data["attempt"] or 0,
            result=result,
        )
    except actions.RecordsNotOpen:
        return None, result
    except actions.NoAttemptLeft:
        form.add_error(None, _("No attempt is left: the answers are not marked."))
        return queries_learning.progress(request.user, module), None
    if not counted and found.content.get("attempts"):
        form.add_error(None, _("This attempt has been counted already. Check your answers once more to use another."))
        return row, None
    return row, result


@require_POST
def done(request: MunicipalityRequest, slug: str, key: str, unit_key: str) -> HttpResponse:
    """Record that a unit is done and go on to the next."""
    require(policies_learning.may_record(request.roles))
    _edition, units = _material(key)
    found = _unit(units, unit_key)
    has_ended = False
    if found.kind == UnitKind.SCENARIO:
        has_ended = pages_units.way(pages_learning.shown(found, seed="", sheet_url=""), _way(request)).has_ended
    try:
        actions.mark_done(
            actor=request.user, municipality=request.municipality, key=key, unit_key=unit_key, has_ended=has_ended
        )
    except actions.NotYet as error:
        messages.error(request, str(error))
        return htmx.see_other(request, "learning-unit", slug, key, unit_key)
    except actions.RecordsNotOpen:
        messages.error(request, _not_kept())
    after = pages_learning.place(units, found).after
    if after is None:
        return htmx.see_other(request, "learning-overview", slug, key)
    return htmx.see_other(request, "learning-unit", slug, key, after.key)


@require_POST
def finish(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """Complete the module, by the learner's own step."""
    require(policies_learning.may_record(request.roles))
    try:
        actions.finish(actor=request.user, municipality=request.municipality, key=key)
    except actions.NotLearnable as error:
        raise Http404 from error
    except actions.NotYet as error:
        messages.error(request, str(error))
    except actions.RecordsNotOpen:
        messages.error(request, _not_kept())
    else:
        messages.success(request, _("You have completed the module. Your certificate can be made now."))
    return htmx.see_other(request, "learning-overview", slug, key)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def begin_again(request: MunicipalityRequest, slug: str, key: str) -> HttpResponse:
    """Forget one's progress in a module; asks first."""
    require(policies_learning.may_record(request.roles))
    edition, _units = _material(key)
    if request.method == "POST":
        actions.begin_again(actor=request.user, municipality=request.municipality, key=key)
        messages.success(request, _("Your progress in this module is deleted. You can begin anew."))
        return htmx.see_other(request, "learning-overview", slug, key)
    return htmx.render_page(request, f"{TEMPLATES}/begin_again.html", _about(request, edition))


@require_safe
@never_cache
def sheet(request: MunicipalityRequest, slug: str, key: str, unit_key: str) -> HttpResponse:
    """A work sheet as a tagged PDF."""
    edition, units = _material(key)
    found = _unit(units, unit_key)
    if found.kind != UnitKind.DOWNLOAD or not found.content.get("text"):
        raise Http404
    source = queries_packages.source(edition.pk, pages_learning.language(), with_overlay=False)
    content = sheets.sheet(source, next(one for one in source.units if one.key == unit_key))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{unit_key}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _material(key: str) -> tuple[ModuleEdition, list[Unit]]:
    edition = queries_learning.learnable(key)
    if edition is None:
        raise Http404
    return edition, queries.learner_units(edition)


def _unit(units: Sequence[Unit], key: str) -> Unit:
    found = next((unit for unit in units if unit.key == key), None)
    if found is None:
        raise Http404
    return found


def _about(request: MunicipalityRequest, edition: ModuleEdition) -> dict[str, Any]:
    """What every page of a module needs. keeps: whether progress is kept; else `only_reads` says why not."""
    may_record, language = policies_learning.may_record(request.roles), pages_learning.language()
    return {
        "module": edition.version.module,
        "edition": edition,
        "text": fields.edition_in(edition, language),
        "text_language": pages_catalogue.language_of(edition, language),
        "note": pages_catalogue.state_note(edition.version),
        "only_reads": not may_record,
        "keeps": may_record and queries_learning.records_open(request.municipality),
    }


def _not_kept() -> str:
    return _("Training records of your municipality are not open: nothing was kept.")
