"""The project team's table of mapping rules, its import and export, and what the rules cover."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.policies import require
from apps.core import htmx, module_declaration
from apps.instruments.definition import DIMENSIONS
from apps.municipalities.requests import ProgrammeRequest
from apps.recommendations import coverage as covering
from apps.recommendations import pages_suggestions as pages
from apps.recommendations import policies_rules as policies
from apps.recommendations import queries_rules as queries
from apps.recommendations import rules_resource
from apps.recommendations.actions import rules as actions
from apps.recommendations.forms_rules import CoverageFilterForm, FilterForm, Filters, ImportForm, OfferForm, RuleForm
from apps.recommendations.matching import Rule
from apps.recommendations.models import MappingRule
from apps.recommendations.rules_resource import COLUMNS, Cells, Plan

TEMPLATES = "recommendations/rules"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 100


@require_safe
def rules(request: ProgrammeRequest) -> HttpResponse:
    """All rules, filtered by field of action, questionnaire and recommendation."""
    require(policies.may_keep_rules(request.roles))
    language = _language()
    items, titles, found = queries.published_items(language), queries.recommendations(), queries.plain_rules()
    instruments = {rule.instrument: rule.instrument for rule in found.values()}
    instruments |= {item.instrument: item.instrument_title for item in items.values()}
    filters = Filters.parse(request.GET, instruments, titles)
    shown = {
        key: rule for key, rule in found.items() if filters.shows(rule, covering.dimension_of(rule, items, titles))
    }
    page = Paginator(list(shown), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": FilterForm(filters, dimensions=_dimensions(), instruments=instruments, titles=titles),
        "filtered": filters != Filters(),
        "page": page,
        "paging": f"{filters.query}&" if filters.query else "",
        "lines": pages.rule_lines(
            {key: shown[key] for key in page.object_list}, items, titles, module_declaration.modules()
        ),
        "total": len(found),
        "shown": len(shown),
    }
    return htmx.render_page(request, f"{TEMPLATES}/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ProgrammeRequest) -> HttpResponse:
    """Add a rule; `?place=` (questionnaire:item) and `?recommendation=` fill the form."""
    require(policies.may_keep_rules(request.roles))
    if request.method != "POST":
        given = {name: request.GET[name] for name in ("place", "recommendation") if name in request.GET}
        return _form_page(request, _form(initial=given))
    form = _form(request.POST)
    if form.is_valid():
        try:
            actions.add_rule(actor=request.user, rule=form.rule)
        except actions.RuleRefused as refused:
            form.refuse(refused.problems)
        else:
            messages.success(request, _("The rule has been added."))
            return htmx.see_other(request, "rules-list")
    return _form_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ProgrammeRequest, rule_id: UUID) -> HttpResponse:
    """Change a rule."""
    require(policies.may_keep_rules(request.roles))
    form = _form(request.POST if request.method == "POST" else None, own=rule_id)
    if request.method != "POST":
        return _form_page(request, form, rule_id=rule_id)
    if form.is_valid():
        try:
            actions.change_rule(actor=request.user, rule_id=rule_id, rule=form.rule, seen=form.cleaned_data["seen"])
        except actions.RuleRefused as refused:
            # Whoever sends the form again has been told that it was changed meanwhile.
            posted = request.POST.copy()
            posted["seen"] = rules_resource.fingerprint([form.known.rules[rule_id]])
            form = _form(posted, own=rule_id)
            form.refuse(refused.problems)
        else:
            messages.success(request, _("The rule has been changed."))
            return htmx.see_other(request, "rules-list")
    return _form_page(request, form, rule_id=rule_id, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: ProgrammeRequest, rule_id: UUID) -> HttpResponse:
    """Ask, then delete a rule."""
    require(policies.may_keep_rules(request.roles))
    row = queries.rules().filter(pk=rule_id).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        context = {"rule": row, "words": pages.rule_words(queries.plain(row))}
        return htmx.render_page(request, f"{TEMPLATES}/delete.html", context)
    actions.delete_rule(actor=request.user, rule_id=rule_id)
    messages.success(request, _("The rule has been deleted."))
    return htmx.see_other(request, "rules-list")


@require_safe
def export(request: ProgrammeRequest) -> HttpResponse:
    """All rules as an Excel file that can be imported again."""
    require(policies.may_keep_rules(request.roles))
    return _download(rules_resource.workbook(list(queries.rules()), timezone.now()), _("mapping-rules"))


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: ProgrammeRequest) -> HttpResponse:
    """Choose a file and see what it would change; nothing is stored yet."""
    require(policies.may_keep_rules(request.roles))
    if request.method != "POST":
        return _import_page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, form, status=422)
    cells, remove = form.cleaned_data["file"], form.cleaned_data["remove_missing"]
    plan = rules_resource.plan(cells, remove_missing=remove)
    if plan.errors:
        return _import_page(request, form, plan=plan, status=422)
    return _offer_page(request, cells, plan, remove_missing=remove)


@require_POST
def apply_import(request: ProgrammeRequest) -> HttpResponse:
    """Store what was shown."""
    require(policies.may_keep_rules(request.roles))
    form = OfferForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The differences are too old. Please choose the file again."))
        return htmx.see_other(request, "rules-import")
    offer = form.cleaned_data["offer"]
    try:
        plan = actions.import_rules(actor=request.user, **offer)
    except actions.RuleRefused as refused:
        messages.error(request, str(refused))
        return htmx.see_other(request, "rules-import")
    except actions.RulesHaveChanged:
        fresh = rules_resource.plan(offer["cells"], remove_missing=offer["remove_missing"])
        if fresh.errors:
            return _import_page(request, ImportForm(), plan=fresh, status=422)
        return _offer_page(
            request, offer["cells"], fresh, remove_missing=offer["remove_missing"], has_changed=True, status=422
        )
    messages.success(request, _imported(plan))
    return htmx.see_other(request, "rules-list")


@require_safe
def coverage(request: ProgrammeRequest) -> HttpResponse:
    """What the rules leave open, by field of action."""
    require(policies.may_keep_rules(request.roles))
    dimension = _dimension(request.GET)
    items, titles, existing, found = _coverage(dimension)
    context = {
        "form": CoverageFilterForm(dimension, dimensions=_dimensions()),
        "dimension": dimension,
        "found": found,
        "questionnaires": pages.item_groups(found),
        "modules": pages.module_lines(found),
        "lost": [
            (line, pages.successor_words(lost.successor))
            for line, lost in zip(
                pages.rule_lines({lost.stored.key: lost.stored.rule for lost in found.lost}, items, titles, existing),
                found.lost,
                strict=True,
            )
        ],
    }
    return htmx.render_page(request, f"{TEMPLATES}/coverage.html", context)


@require_safe
def coverage_export(request: ProgrammeRequest) -> HttpResponse:
    """The same lists as an Excel file."""
    require(policies.may_keep_rules(request.roles))
    *_rest, found = _coverage(_dimension(request.GET))
    return _download(pages.coverage_workbook(found, timezone.now()), _("coverage-of-the-rules"))


# --- What the views have in common -----------------------------------------------------------------------------------


def _language() -> str:
    return get_language() or "de"


def _dimensions() -> dict[int, str]:
    return {number: pages.dimension_label(number, _language()) for number in DIMENSIONS}


def _dimension(given: Mapping[str, Any]) -> int | None:
    """The field of action that the address asks for; None for all, or for none that there is."""
    chosen = str(given.get("dimension", ""))
    return next((number for number in DIMENSIONS if str(number) == chosen), None)


def _coverage(dimension: int | None) -> tuple[Any, Any, Any, covering.Coverage]:
    """Published items, recommendations, existing modules, and what the rules leave open in the field of action.

    A module counts as existing once people find it in the catalogue.
    """
    items, titles, existing = (
        queries.published_items(_language()),
        queries.recommendations(),
        module_declaration.modules(),
    )
    found = covering.coverage(
        items,
        titles,
        queries.plain_rules(),
        successors=queries.successors(),
        existing_modules={key for key, fact in existing.items() if fact.is_offered},
    )
    return items, titles, existing, covering.of_dimension(found, dimension)


def _form(data: Any = None, *, own: UUID | None = None, initial: Mapping[str, Any] | None = None) -> RuleForm:
    """The form of a new rule, or of a stored one. Raises Http404 for one that is not there."""
    items, titles = queries.published_items(_language()), queries.recommendations()
    known = queries.known(items, frozenset(titles))
    stored: Rule | None = known.rules.get(own) if own else None
    if own and stored is None:
        raise Http404
    values = RuleForm.values(stored) if stored else dict(initial or {})
    return RuleForm(data, items=items, titles=titles, known=known, own=own, initial=values)


def _form_page(
    request: ProgrammeRequest, form: RuleForm, rule_id: UUID | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "rule_id": rule_id}
    return htmx.render_page(request, f"{TEMPLATES}/form.html", context, status=status)


def _import_page(
    request: ProgrammeRequest, form: ImportForm, plan: Plan | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "errors": plan.errors if plan else (),
        "columns": pages.column_words(COLUMNS),
    }
    return htmx.render_page(request, f"{TEMPLATES}/import.html", context, status=status)


def _offer_page(
    request: ProgrammeRequest,
    cells: Cells,
    plan: Plan,
    *,
    remove_missing: bool,
    has_changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The differences, with the button that applies them."""

    def words(rows: "tuple[MappingRule, ...]") -> list[str]:
        return [pages.rule_words(queries.plain(row)) for row in rows]

    context = {
        "form": OfferForm.of(cells, remove_missing=remove_missing, state=plan.state),
        "plan": plan,
        "new": words(plan.new),
        "removed": words(plan.removed),
        "changed": [(pages.rule_words(change.rule), change.differences) for change in plan.changed],
        "has_changed": has_changed,
    }
    return htmx.render_page(request, f"{TEMPLATES}/differences.html", context, status=status)


def _imported(plan: Plan) -> str:
    counts = (
        ngettext("%(number)s rule added", "%(number)s rules added", len(plan.new)) % {"number": len(plan.new)},
        ngettext("%(number)s changed", "%(number)s changed", len(plan.changed)) % {"number": len(plan.changed)},
        ngettext("%(number)s removed", "%(number)s removed", len(plan.removed)) % {"number": len(plan.removed)},
    )
    return ", ".join(counts) + "."


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    filename = f"{name}-{timezone.localdate():%Y-%m-%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response
