from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.htmx import render_page, see_other
from apps.municipalities.actions.onboarding import OnboardingRefused, confirm_competences, create_municipality
from apps.municipalities.forms.onboarding import CompetencesForm, MunicipalityForm
from apps.municipalities.models.municipality import Municipality
from apps.municipalities.models.territory import Territory
from apps.municipalities.queries.territories import selected_territories, territories_of, units_of
from apps.municipalities.register import classes


@require_http_methods(["GET", "HEAD", "POST"])
def municipality_new(request: HttpRequest) -> HttpResponse:
    """A new tenant for the territories in the query string; without any, back to the search."""
    territories = selected_territories(request.GET.getlist("territory"))
    if not territories:
        return redirect("municipalities-territories")
    form = MunicipalityForm(request.POST or None, territories=territories, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        fields = ("name", "slug", "stage", "eccar_member", "employees_count")
        try:
            municipality = create_municipality(
                actor=request.user,
                territories=form.periods(),
                **{field: form.cleaned_data[field] for field in fields},
            )
        except OnboardingRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("%(name)s has been created.") % {"name": municipality.name})
            return see_other(request, "municipalities-competences", slug=municipality.slug)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "territories": territories, **_from_register(territories)}
    return render_page(request, "municipalities/onboarding/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def competences(request: HttpRequest, slug: str) -> HttpResponse:
    """The legal competences of a tenant: suggested by the register, confirmed by a person."""
    municipality = get_object_or_404(Municipality.objects.select_related("competences_confirmed_by"), slug=slug)
    form = CompetencesForm(request.POST or None, initial={"competences": municipality.competences})
    if request.method == "POST" and form.is_valid():
        confirm_competences(actor=request.user, municipality=municipality, competences=form.cleaned_data["competences"])
        messages.success(request, _("The competences have been confirmed."))
        return see_other(request, "municipalities-competences", slug=slug)
    territories = territories_of(municipality)
    context = {
        "municipality": municipality,
        "form": form,
        "territories": territories,
        "suggestions": classes.suggest_competences(units_of(territories)),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "municipalities/onboarding/competences.html", context, status=status)


def _from_register(territories: list[Territory]) -> dict[str, object]:
    """What the register says about an administration of these territories."""
    units = units_of(territories)
    population = classes.total_population(units)
    tenable = all(classes.can_be_tenant(territory.kind, territory.type_code) for territory in territories)
    return {
        "population": population,
        "size_class": classes.size_class(population).label if population is not None else "",
        "type_class": classes.type_class(units).label if tenable else "",
        "suggestions": classes.suggest_competences(units),
    }
