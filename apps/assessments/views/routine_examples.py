"""Findings of routine checks as examples: released by a municipality, read by the project team, then by all."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.assessments import pages_routines, policies, policies_routines, queries_routines
from apps.assessments.actions import routine_examples as actions
from apps.assessments.actions.assessments import WrongState
from apps.assessments.forms_routines import DeclineForm, ReleaseForm
from apps.assessments.models import RoutineCheck, RoutineExample, RoutineKind
from apps.assessments.views.routines import load_check
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest, ProgrammeRequest

PER_PAGE = 20
State = RoutineExample.State


@require_safe
def example_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What others have found and changed, by kind of routine."""
    require(policies.may_read(request.roles))
    kind = request.GET.get("kind", "")
    kind = kind if kind in RoutineKind.values else ""
    page = Paginator(queries_routines.published_examples(kind), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kind_tabs": pages_routines.kind_tabs(kind=kind),
        "paging": f"kind={kind}&" if kind else "",
        "may_release": policies_routines.may_manage_routines(request.roles),
    }
    return htmx.render_page(request, "assessments/routines/examples.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: MunicipalityRequest, slug: str, check_id: UUID) -> HttpResponse:
    """Propose what a completed check found as an example for others."""
    found = _load_to_release(request, check_id)
    if found.state != RoutineCheck.State.COMPLETED or queries_routines.release_of(found) is not None:
        return htmx.see_other(request, "routines-result", slug, found.pk)
    # The text is for administrations in Germany, whatever language this page is read in.
    with translation.override("de"):
        reading = queries_routines.reading_of(found, language="de")
        proposed = pages_routines.proposed_example(reading)
    form = ReleaseForm(request.POST or None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            actions.release_example(actor=request.user, check_id=found.pk, **form.cleaned_data)
        except actions.NamesPlace as error:
            for name in error.fields:
                form.add_error(name, _("This text names your municipality. Please leave the name out."))
        else:
            messages.success(request, _("The example is with the project team, without your municipality’s name."))
            return htmx.see_other(request, "routines-result", slug, found.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "routine": found.routine, "check": found}
    return htmx.render_page(request, "assessments/routines/release.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: MunicipalityRequest, slug: str, check_id: UUID) -> HttpResponse:
    """Delete the example made from a check, after asking."""
    found = _load_to_release(request, check_id)
    if request.method == "POST":
        actions.take_back_example(actor=request.user, check_id=found.pk)
        messages.success(request, _("The example has been deleted."))
        return htmx.see_other(request, "routines-result", slug, found.pk)
    released = queries_routines.release_of(found)
    if released is None:
        return htmx.see_other(request, "routines-result", slug, found.pk)
    context = {
        "routine": found.routine,
        "check": found,
        "example": released.example,
        "cancel_url": reverse("routines-result", args=[slug, found.pk]),
    }
    return htmx.render_page(request, "assessments/routines/take_back.html", context)


@require_safe
def example_review(request: ProgrammeRequest) -> HttpResponse:
    """What municipalities have proposed, for the project team."""
    require(policies_routines.may_review_examples(request.user))
    state = request.GET.get("state", "")
    state = state if state in State.values else State.PROPOSED
    counts = queries_routines.example_counts()
    tabs = [
        {"label": label, "url": f"?state={value}", "current": value == state, "count": counts.get(value, 0)}
        for value, label in (
            (State.PROPOSED, _("Proposed")),
            (State.PUBLISHED, _("Published")),
            (State.DECLINED, _("Not published")),
        )
    ]
    page = Paginator(queries_routines.examples_in(state), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "state": state, "paging": f"state={state}&"}
    return htmx.render_page(request, "assessments/routines/review_list.html", context)


@require_safe
def example_detail(request: ProgrammeRequest, example_id: UUID) -> HttpResponse:
    """One example, to publish or to decline."""
    return _detail_page(request, _load_example(request, example_id), DeclineForm())


@require_POST
def example_publish(request: ProgrammeRequest, example_id: UUID) -> HttpResponse:
    """Let every municipality read it."""
    row = _load_example(request, example_id)
    try:
        actions.publish_example(actor=request.user, example_id=row.pk)
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The example is published."))
    return htmx.see_other(request, "routine-examples-review")


@require_POST
def example_decline(request: ProgrammeRequest, example_id: UUID) -> HttpResponse:
    """Do not publish it, or no longer."""
    row = _load_example(request, example_id)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, row, form, status=422)
    actions.decline_example(actor=request.user, example_id=row.pk, **form.cleaned_data)
    messages.success(request, _("The example is not published; its municipality reads your reason."))
    return htmx.see_other(request, "routine-examples-review")


def _load_to_release(request: MunicipalityRequest, check_id: UUID) -> RoutineCheck:
    require(policies_routines.may_manage_routines(request.roles))
    return load_check(request, check_id)


def _load_example(request: ProgrammeRequest, example_id: UUID) -> RoutineExample:
    require(policies_routines.may_review_examples(request.user))
    row = queries_routines.example(example_id)
    if row is None:
        raise Http404
    return row


def _detail_page(request: ProgrammeRequest, row: RoutineExample, form: DeclineForm, status: int = 200) -> HttpResponse:
    context = {"example": row, "form": form, "kind": pages_routines.EXAMPLE_KINDS[State(row.state)]}
    return htmx.render_page(request, "assessments/routines/review.html", context, status=status)
