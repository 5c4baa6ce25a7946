"""The plan as an Excel file: taken away, checked, imported."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.policies import require
from apps.commitments import policies, policies_measures, queries_measures
from apps.commitments.actions import measure_import as actions
from apps.commitments.forms_measures import SheetForm
from apps.commitments.measure_workbook import Problem, Unreadable, read_plan, write_plan
from apps.core import htmx
from apps.municipalities.requests import MunicipalityRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: For how long a check can be imported, in seconds.
STANDS_FOR = 60 * 60
_SALT = "commitments.plan"
SHOWN = 200


@require_POST
def export(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The whole plan as a file. By POST, because it is recorded who took it."""
    require(policies.may_read(request.roles))
    found = queries_measures.whole_plan()
    people = actions.person_names(
        {person.pk: person for row in found for person in (row.responsible, row.deputy) if person is not None}.values()
    )
    units = actions.department_names(queries_measures.departments())
    content = write_plan(found, lambda person: people[person.pk], lambda unit: units[unit.pk])
    actions.record_export(actor=request.user, number=len(found))
    response = HttpResponse(content, content_type=EXCEL)
    name = "-".join((_("measures"), slugify(request.municipality.name), f"{timezone.localdate():%Y-%m-%d}"))
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    assert disposition is not None  # an attachment always has one
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_check(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Choose a file; then what it would do, row by row. Nothing is stored."""
    require(policies_measures.may_manage(request.roles))
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _import_page(request, form)
    if not form.is_valid():
        return _import_page(request, form, status=422)
    try:
        rows = read_plan(form.cleaned_data["document"].content)
        checked = actions.check(rows)
    except Unreadable as refused:
        return _import_page(request, SheetForm(), problems=refused.problems, status=422)
    carried = {"rows": rows, "revisions": checked.revisions, **_bound_to(request)}
    context = {
        "checked": checked,
        "new": checked.new,
        "changed": checked.changed,
        "carried": signing.dumps(carried, salt=_SALT, compress=True),
    }
    return htmx.render_page(request, "commitments/measures/import_preview.html", context)


@require_POST
def import_apply(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Import what was checked, as a whole or not at all."""
    require(policies_measures.may_manage(request.roles))
    try:
        carried: dict[str, Any] = signing.loads(request.POST.get("carried", ""), salt=_SALT, max_age=STANDS_FOR)
    except signing.BadSignature:
        carried = {}
    if any(carried.get(name) != value for name, value in _bound_to(request).items()):
        problem = Problem(0, "", _("The check is too old. Please check the file again."))
        return _import_page(request, SheetForm(), problems=[problem], status=422)
    try:
        done = actions.import_plan(actor=request.user, rows=carried["rows"], revisions=carried["revisions"])
    except Unreadable as refused:
        return _import_page(request, SheetForm(), problems=refused.problems, status=422)
    values = {"new": len(done.new), "changed": len(done.changed)}
    messages.success(request, _("The plan has been imported: %(new)d new, %(changed)d changed.") % values)
    return htmx.see_other(request, "measures-list", slug)


def _bound_to(request: MunicipalityRequest) -> dict[str, str]:
    """A check belongs to the municipality and the person."""
    return {"municipality": str(request.municipality.pk), "person": str(request.user.pk)}


def _import_page(
    request: MunicipalityRequest, form: SheetForm, *, problems: Any = (), status: int = 200
) -> HttpResponse:
    context = {"form": form, "problems": list(problems[:SHOWN]), "more": max(len(problems) - SHOWN, 0)}
    return htmx.render_page(request, "commitments/measures/import.html", context, status=status)
