"""The plan of measures: board, list and timeline; adding and changing a measure, and saying where it stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.policies import require
from apps.commitments import pages_measures, policies, policies_measures, queries_measure_templates, queries_measures
from apps.commitments.actions import measures as actions
from apps.commitments.forms_measures import FilterForm, MeasureForm, StateForm, next_states
from apps.commitments.models import Adoption, Measure
from apps.commitments.pages_measures import Chosen
from apps.commitments.queries_measure_templates import Template
from apps.commitments.queries_measures import Plan
from apps.commitments.timeline import is_drawn, timeline
from apps.core import htmx
from apps.core.days import months_later
from apps.core.form_fields import REQUEST_KEY, with_new_key
from apps.municipalities.models import OrgUnit
from apps.municipalities.queries.memberships import org_units
from apps.municipalities.requests import MunicipalityRequest

PER_PAGE = 50


@require_safe
def board(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The measures in columns by state."""
    plan, chosen, found = _plan(request)

    def steps(measure: Measure) -> list[tuple[str, str]]:
        may = policies_measures.may_work_on(request.roles, request.user, measure)
        return next_states(measure.state) if may else []

    def list_url(state: str) -> str:
        return chosen.address(reverse("measures-list", args=[slug]), state=state)

    context = {
        **_frame(request, slug, "measures-board", plan, chosen, found),
        "columns": pages_measures.board(found, plan, steps, list_url),
    }
    return htmx.render_page(request, "commitments/measures/board.html", context)


@require_safe
def measure_list(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The measures as a table, in the order asked for."""
    plan, chosen, found = _plan(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    url = reverse("measures-list", args=[slug])
    context = {
        **_frame(request, slug, "measures-list", plan, chosen, found),
        "lines": pages_measures.lines(page, plan),
        "sort_tabs": pages_measures.sort_tabs(url, chosen),
        "page": page,
    }
    return htmx.render_page(request, "commitments/measures/list.html", context)


@require_safe
def measure_timeline(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The measures over time, with a table of the same."""
    plan, chosen, found = _plan(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    drawn = [row for row in rows if is_drawn(row)]
    context = {
        **_frame(request, slug, "measures-timeline", plan, chosen, found),
        "lines": pages_measures.lines(rows, plan),
        "undated": len(rows) - len(drawn),
        "page": page,
    }
    if drawn:
        context["drawing"] = timeline(
            drawn,
            timezone.localdate(),
            title=_("Measures from beginning to deadline"),
            description=_("The table below has the same in words."),
        )
    return htmx.render_page(request, "commitments/measures/timeline.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Add a measure: from nothing, or from a template that the address names."""
    require(policies_measures.may_manage(request.roles))
    key = request.POST.get("template", "") if request.method == "POST" else request.GET.get("template", "")
    template = queries_measure_templates.template(key) if key else None
    if key and template is None:
        messages.error(request, _("This template is no longer there. Please choose another, or begin with nothing."))
        if request.method != "POST":
            return htmx.see_other(request, "measures-choose", slug)
    units = org_units()
    form = _form(request, units, initial=_initial(template, units, request.GET.get("adoption", "")))
    if request.method == "POST" and key and template is None:
        form.data = {**request.POST.dict(), "template": ""}
    elif request.method == "POST" and form.is_valid():
        measure = _create(request, form, template)
        if measure is not None:
            messages.success(request, _("M%(number)s has been added.") % {"number": measure.number})
            return htmx.see_other(request, "measures-detail", slug, measure.pk)
    context = {"form": form, "template": template, "back": reverse("measures-board", args=[slug])}
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, "commitments/measures/new.html", context, status=status)


@require_safe
def choose(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What a new measure can begin from."""
    require(policies_measures.may_manage(request.roles))
    context = {
        "of_adoptions": _grouped(queries_measure_templates.templates_of_adoptions()),
        "of_needs": queries_measure_templates.templates_of_needs(),
    }
    return htmx.render_page(request, "commitments/measures/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """Change what the plan says of a measure."""
    require(policies_measures.may_manage(request.roles))
    measure = load(request, measure_id)
    form = _form(request, org_units(), measure=measure)
    context: dict[str, Any] = {"form": form, "measure": measure}
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                actor=request.user,
                measure_id=measure_id,
                revision=form.cleaned_data["revision"] or 0,
                values=form.values,
            )
        except actions.ChangedMeanwhile as error:
            context["differences"] = pages_measures.differences(form, error.measure)
            context["is_changed"] = True
            # Sent once more, it is meant: the form now goes out with the revision as it stands.
            form.data = {**request.POST.dict(), "revision": str(error.measure.revision)}
        except (actions.NotAMember, Adoption.DoesNotExist) as error:
            _blame(form, error)
        else:
            messages.success(request, _("Saved."))
            return htmx.see_other(request, "measures-detail", slug, measure_id)
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, "commitments/measures/change.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: MunicipalityRequest, slug: str, measure_id: UUID) -> HttpResponse:
    """Say where a measure stands; the board and the measure's page send here too."""
    measure = load(request, measure_id)
    require(policies_measures.may_work_on(request.roles, request.user, measure))
    wanted = request.GET.get("state", "")
    form = StateForm(request.POST or None, measure=measure, initial={"state": wanted, "reason": measure.reason})
    to_board = (request.POST if request.method == "POST" else request.GET).get("from") == "board"
    if request.method == "POST":
        if request.POST.get("state") == measure.state:  # somebody was faster, and meant the same
            return _after_move(request, slug, measure, to_board)
        if form.is_valid():
            try:
                actions.move(actor=request.user, measure_id=measure_id, **form.cleaned_data)
            except actions.WrongStep as error:
                form.add_error("state", str(error))
            else:
                return _after_move(request, slug, measure, to_board)
    context = {"form": form, "measure": measure, "to_board": to_board}
    status = 422 if request.method == "POST" else 200
    return htmx.render_page(request, "commitments/measures/state.html", context, status=status)


def load(request: MunicipalityRequest, measure_id: UUID) -> Measure:
    """The measure; 404 where there is none, 403 for whom it is not meant."""
    measure = queries_measures.measure(measure_id)
    if measure is None:
        require(policies.may_read(request.roles))
        raise Http404
    require(policies_measures.may_see(request.roles, request.user, measure))
    return measure


def _after_move(request: MunicipalityRequest, slug: str, measure: Measure, to_board: bool) -> HttpResponse:
    messages.success(request, _("Saved."))
    if to_board:
        return htmx.see_other(request, reverse("measures-board", args=[slug]) + f"#measure-{measure.pk}")
    return htmx.see_other(request, "measures-detail", slug, measure.pk)


def _plan(request: MunicipalityRequest) -> tuple[Plan, Chosen, list[Measure]]:
    require(policies.may_read(request.roles))
    plan, chosen = queries_measures.plan(), Chosen.read(request.GET)
    return plan, chosen, pages_measures.chosen_measures(plan, chosen, request.user.pk)


def _frame(
    request: MunicipalityRequest, slug: str, current: str, plan: Plan, chosen: Chosen, found: list[Measure]
) -> dict[str, Any]:
    """What the three views share."""
    return {
        "tabs": pages_measures.tabs(slug, current, chosen),
        "form": FilterForm(_filters(chosen), pages_measures.filter_choices(plan)),
        "chosen": chosen,
        "query": chosen.query,
        "paging": f"{chosen.query}&" if chosen.query else "",
        "total": len(plan.measures),
        "number": len(found),
        "overdue": sum(row.is_overdue for row in plan.measures),
        "overdue_url": reverse("measures-list", args=[slug]) + "?state=overdue",
        "here": reverse(current, args=[slug]),
        "may_manage": policies_measures.may_manage(request.roles),
        "may_subscribe": policies_measures.may_subscribe(request.roles),
    }


def _filters(chosen: Chosen) -> dict[str, str]:
    return {name: getattr(chosen, name) for name in ("state", "unit", "person", "adoption", "dimension")}


def _form(request: MunicipalityRequest, units: list[OrgUnit], **more: Any) -> MeasureForm:
    return MeasureForm(
        request.POST or None,
        units=units,
        people=queries_measures.members(),
        adoptions=queries_measures.adoptions(),
        **more,
    )


def _initial(template: Template | None, units: list[OrgUnit], adoption: str) -> dict[str, Any]:
    """What a template proposes, as the form shows it; a department where one has the proposed name."""
    if template is None:
        return {"adoption": adoption}
    today = timezone.localdate()
    unit = template.unit.casefold()
    return {
        "title": template.title,
        "description": template.description,
        "adoption": str(template.adoption_id or ""),
        "org_unit": next(
            (row.pk for row in units if unit and unit in (row.name.casefold(), row.short_name.casefold())), None
        ),
        "starts_on": today if template.months else None,
        "due_on": months_later(today, template.months) if template.months else None,
        "indicator": template.indicator,
        "unit_of_value": template.unit_of_value,
        "template": template.key,
    }


def _create(request: MunicipalityRequest, form: MeasureForm, template: Template | None) -> Measure | None:
    """The new measure; None where the form has to be shown again."""
    values, request_key = form.values, form.cleaned_data[REQUEST_KEY]
    try:
        if template is not None:
            return actions.copy_template(actor=request.user, key=template.key, values=values, request_key=request_key)
        return actions.create(actor=request.user, values=values, request_key=request_key)
    except actions.AlreadySent as error:
        names = {"measure": str(error.measure)}
        form.add_error(
            None,
            _("“%(measure)s” has been added with this form before and differs. Sent once more, this is added to it.")
            % names,
        )
        form.data = with_new_key(request.POST)
    except (actions.NotAMember, Adoption.DoesNotExist) as error:
        _blame(form, error)
    except actions.UnknownTemplate:
        form.add_error(None, _("This template is no longer there. Please choose another, or begin with nothing."))
    return None


def _blame(form: MeasureForm, error: Exception) -> None:
    if isinstance(error, actions.NotAMember):
        form.add_error(error.field, _("This person no longer belongs to the municipality."))
    else:
        form.add_error("adoption", _("This adoption has ended; please choose another, or none."))


def _grouped(templates: list[Template]) -> list[tuple[str, list[Template]]]:
    found: dict[str, list[Template]] = {}
    for row in templates:
        found.setdefault(row.group, []).append(row)
    return list(found.items())
