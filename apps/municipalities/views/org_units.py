"""The departments of a municipality."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.policies import require
from apps.core.htmx import render_page, see_other
from apps.municipalities import policies
from apps.municipalities.actions import memberships as actions
from apps.municipalities.forms.memberships import OrgUnitForm
from apps.municipalities.queries import memberships as queries
from apps.municipalities.requests import MunicipalityRequest


@require_http_methods(["GET", "HEAD", "POST"])
def org_units(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The tree, and a form for another department."""
    require(policies.may_manage_people(request.roles))
    units = queries.org_units()
    form = OrgUnitForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        unit = actions.add_org_unit(actor=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s has been added.") % {"name": unit})
        return see_other(request, "municipalities-org-units", slug=slug)
    context = {"units": units, "form": form}
    return render_page(request, "municipalities/org_units.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def org_unit(request: MunicipalityRequest, slug: str, pk: UUID) -> HttpResponse:
    """Rename a department or move it."""
    require(policies.may_manage_people(request.roles))
    units = queries.org_units()
    unit = next((item for item in units if item.pk == pk), None)
    if unit is None:
        raise Http404
    form = OrgUnitForm(request.POST or None, instance=unit, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_org_unit(actor=request.user, unit=unit, **form.cleaned_data)
        except actions.WouldBeCircular:
            form.add_error("parent", _("A department cannot lie below itself."))
        else:
            messages.success(request, _("%(name)s has been saved.") % {"name": form.cleaned_data["name"]})
            return see_other(request, "municipalities-org-units", slug=slug)
    context = {"unit": unit, "form": form}
    return render_page(request, "municipalities/org_unit.html", context, status=422 if form.is_bound else 200)
