"""One measure: its page, values of its indicator, evidence, comments, what it waits for."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments.models import Need
from apps.commitments import pages_measures, policies, policies_measures, queries_measures
from apps.commitments.actions import measure_details as actions
from apps.commitments.forms_measures import CommentForm, DependencyForm, EvidenceForm, ValueForm
from apps.commitments.models import IndicatorValue, Measure, MeasureDependency, MeasureEvidence
from apps.commitments.states import MeasureState
from apps.commitments.timeline import value_chart
from apps.commitments.views.measures import load
from apps.core import htmx
from apps.files.views import download
from apps.instruments.definition import localized
from apps.instruments.queries import load_compiled
from apps.municipalities.requests import MunicipalityRequest


@require_safe
def detail(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """All there is on a measure."""
    return _page(request, load(request, measure_id))


@require_POST
def add_value(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """Record a measured value."""
    measure = _workable(request, measure_id)
    form = ValueForm(request.POST, auto_id="value-%s")
    if not form.is_valid():
        return _page(request, measure, value_form=form)
    try:
        actions.add_value(actor=request.user, measure_id=measure_id, **form.cleaned_data)
    except actions.DayTaken:
        form.add_error("measured_on", _("There is a value of this day already. Please remove it first."))
        return _page(request, measure, value_form=form)
    except actions.NoIndicator:
        messages.error(request, _("The measure has no indicator yet."))
    else:
        messages.success(request, _("The value has been added."))
    return _back(request, slug, measure_id, "values")


@require_http_methods(["GET", "HEAD", "POST"])
def remove_value(request: MunicipalityRequest, slug: str, measure_id: UUID, value_id: UUID) -> HttpResponse:
    """Take a value back, after asking."""
    measure = _workable(request, measure_id)
    row = next((row for row in queries_measures.values_of(measure) if row.pk == value_id), None)
    if row is None:
        raise Http404
    require(policies_measures.may_remove_value(request.roles, request.user, row))
    if request.method == "POST":
        try:
            actions.remove_value(actor=request.user, measure_id=measure_id, value_id=value_id)
        except IndicatorValue.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("The value has been removed."))
        return _back(request, slug, measure_id, "values")
    context = {
        "measure": measure,
        "row": row,
        "value": pages_measures.number(row.value, measure.unit_of_value),
        "cancel_url": reverse("measures-detail", args=[slug, measure_id]),
    }
    return htmx.render_page(request, "commitments/measures/remove_value.html", context)


@require_POST
def comment(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """Write a comment."""
    measure = _workable(request, measure_id)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return _page(request, measure, comment_form=form)
    actions.add_comment(actor=request.user, measure_id=measure_id, text=form.cleaned_data["text"])
    messages.success(request, _("It has been added."))
    return _back(request, slug, measure_id, "comments")


# --- Evidence -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def add_evidence(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """Add a document or an address."""
    measure = _workable(request, measure_id)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_evidence(actor=request.user, measure_id=measure_id, **form.cleaned_data)
        except actions.TooMuchEvidence:
            text = _("The measure has %(limit)d pieces of evidence already. Please remove one first.")
            form.add_error(None, text % {"limit": actions.MAX_EVIDENCE})
        else:
            messages.success(request, _("The evidence has been added."))
            return _back(request, slug, measure_id, "evidence")
    context = {"measure": measure, "form": form, "file_lost": bool(request.FILES)}
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, "commitments/measures/add_evidence.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_evidence(request: MunicipalityRequest, slug: str, measure_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Remove a piece of evidence with its document, after asking."""
    measure = _workable(request, measure_id)
    row = _evidence(measure, evidence_id)
    require(policies_measures.may_remove_evidence(request.roles, request.user, row))
    if request.method == "POST":
        try:
            actions.remove_evidence(actor=request.user, measure_id=measure_id, evidence_id=evidence_id)
        except MeasureEvidence.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("The evidence has been removed."))
        return _back(request, slug, measure_id, "evidence")
    context = {"measure": measure, "row": row, "cancel_url": reverse("measures-detail", args=[slug, measure_id])}
    return htmx.render_page(request, "commitments/measures/remove_evidence.html", context)


@require_safe
def evidence_file(request: MunicipalityRequest, slug: str, measure_id: UUID, evidence_id: UUID) -> HttpResponseBase:
    """The document of a piece of evidence, for those who see the measure."""
    row = _evidence(load(request, measure_id), evidence_id)
    if row.document is None:
        raise Http404
    return download(row.document)


# --- Dependencies -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def add_dependency(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """Say that it can only be done after another."""
    require(policies_measures.may_manage(request.roles))
    measure = load(request, measure_id)
    others = queries_measures.others(measure)
    form = DependencyForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_dependency(actor=request.user, measure_id=measure_id, after_id=form.cleaned_data["after"])
        except actions.Circle as error:
            form.add_error("after", _circle(error))
        except Measure.DoesNotExist:
            raise Http404 from None
        else:
            messages.success(request, _("Saved."))
            return _back(request, slug, measure_id, "dependencies")
    context = {"measure": measure, "form": form, "has_others": bool(others)}
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, "commitments/measures/add_dependency.html", context, status=status)


@require_POST
def remove_dependency(request: MunicipalityRequest, slug: str, measure_id: UUID, after_id: UUID) -> HttpResponse:
    """It no longer waits for the other; it can be said again."""
    require(policies_measures.may_manage(request.roles))
    load(request, measure_id)
    try:
        actions.remove_dependency(actor=request.user, measure_id=measure_id, after_id=after_id)
    except MeasureDependency.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The dependency has been removed."))
    return _back(request, slug, measure_id, "dependencies")


def _circle(error: actions.Circle) -> str:
    """The chain in a sentence."""
    chain = [f"M{row.number}" for row in error.chain]
    steps = ", ".join(
        _("%(first)s would wait for %(second)s") % {"first": first, "second": second}
        for first, second in pairwise(chain)
    )
    return _("The measures would wait for each other: %(steps)s.") % {"steps": steps}


# --- What the pages share -----------------------------------------------------------------------------------------


def _workable(request: MunicipalityRequest, measure_id: UUID) -> Measure:
    measure = load(request, measure_id)
    require(policies_measures.may_work_on(request.roles, request.user, measure))
    return measure


def _evidence(measure: Measure, evidence_id: UUID) -> MeasureEvidence:
    row = queries_measures.evidence_of(measure).filter(pk=evidence_id).first()
    if row is None:
        raise Http404
    return row


def _back(request: MunicipalityRequest, slug: str, measure_id: UUID, anchor: str) -> HttpResponse:
    return htmx.see_other(request, reverse("measures-detail", args=[slug, measure_id]) + f"#{anchor}")


def _need(need: Need, language: str) -> tuple[str, str]:
    """Number and text of the item that a need is about."""
    form = load_compiled(need.item.version_id).form
    item = form.items[need.item.name]
    return item.number, localized(item.label, language, form.default_language)


def _page(
    request: MunicipalityRequest,
    measure: Measure,
    *,
    value_form: ValueForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    """The page; with a form that has errors, it goes out with 422."""
    roles, user = request.roles, request.user
    works = policies_measures.may_work_on(roles, user, measure)
    sees_comments = policies_measures.sees_comments(roles)
    values = queries_measures.values_of(measure)
    before, after = queries_measures.links_of(measure)
    language = get_language() or "de"
    context: dict[str, Any] = {
        "measure": measure,
        "badge": pages_measures.STATE_KINDS[MeasureState(measure.state)],
        "adoption": pages_measures.measure_adoption_label(measure),
        "facts": pages_measures.facts(measure),
        "indicator_facts": pages_measures.indicator_facts(measure),
        "values": pages_measures.value_lines(
            measure, values, lambda row: works and policies_measures.may_remove_value(roles, user, row)
        ),
        "chart": value_chart(measure, values, title=_("Values over time: %(name)s") % {"name": measure.indicator}),
        "evidence": [
            (row, works and policies_measures.may_remove_evidence(roles, user, row))
            for row in queries_measures.evidence_of(measure)
        ],
        "comments": queries_measures.comments_of(measure) if sees_comments else [],
        "sees_comments": sees_comments,
        "before": [(row, row.due_on) for row in before],
        "after": after,
        "waits": pages_measures.waiting_words(before) if measure.is_open else [],
        "too_late": pages_measures.too_late(measure, before),
        "needs": [_need(need, language) for need in queries_measures.needs_of(measure)],
        "works": works,
        "manages": policies_measures.may_manage(roles),
        "reads_chain": policies.may_see_all_levels(roles),
        "value_form": value_form or ValueForm(auto_id="value-%s", initial={"measured_on": timezone.localdate()}),
        "comment_form": comment_form or CommentForm(auto_id="comment-%s"),
    }
    status = 422 if value_form is not None or comment_form is not None else 200
    return htmx.render_page(request, "commitments/measures/detail.html", context, status=status)
