"""Composed pages: the project team's cockpit, and a municipality's home. They read; nothing is changed here."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.queries import active_roles
from apps.core.htmx import render_page
from apps.dashboard import cockpit as overview
from apps.dashboard import home
from apps.dashboard.home_commitments import commitments_of
from apps.dashboard.home_training import next_trainings, trainings_of
from apps.municipalities.middleware import limited_to
from apps.municipalities.models import Municipality
from apps.municipalities.queries.memberships import roles_of
from apps.municipalities.requests import MunicipalityRequest, PersonRequest

STAGE_TABS = {
    Municipality.Stage.MODEL.value: _("Model municipalities"),
    Municipality.Stage.COMPARISON.value: _("Comparison municipalities"),
    Municipality.Stage.ASSOCIATED.value: _("Associated municipalities"),
    Municipality.Stage.INTERESTED.value: _("Interested municipalities"),
}


@require_safe
def cockpit(request: HttpRequest) -> HttpResponse:
    """All municipalities of a stage at a glance: how far each is in a wave."""
    waves = overview.waves()
    wave = overview.chosen_wave(waves, request.GET.get("wave", ""))
    counts = overview.stage_counts()
    stage = overview.chosen_stage(request.GET.get("stage", ""))
    page = overview.page_of(stage, counts, request.GET.get("page", ""))
    here = reverse("dashboard-cockpit")
    context = {
        "wave": wave,
        "wave_tabs": [
            {"label": str(item), "url": f"{here}?wave={item.pk}&stage={stage}", "current": item == wave}
            for item in waves
        ],
        "stage_tabs": [
            {
                "label": label,
                "url": f"{here}?stage={value}" + (f"&wave={wave.pk}" if wave else ""),
                "current": value == stage,
                "count": counts[value],
            }
            for value, label in STAGE_TABS.items()
        ],
        "stage": stage,
        "page": page,
        "rows": overview.rows_of(list(page.object_list), wave),
        "figures": overview.figures(wave, stage) if wave else None,
        "paging": f"stage={stage}&" + (f"wave={wave.pk}&" if wave else ""),
    }
    return render_page(request, "dashboard/cockpit.html", context)


@require_safe
def municipality(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What is mine to do in this municipality, and until when."""
    context = {
        "home": home.home_of(request),
        "commitments": commitments_of(request),
        "trainings": trainings_of(request, (get_language() or "de").partition("-")[0]),
    }
    return render_page(request, "dashboard/municipality.html", context)


@require_safe
def my_page(request: PersonRequest) -> HttpResponse:
    """Where the person has a role, and what comes next: the way into a municipality and from one to another."""
    context = {
        "places": roles_of(request.user),
        "trainings": next_trainings(request.user),
        "works_in_workshop": limited_to(request) is None and active_roles(request.user).exists(),
    }
    return render_page(request, "dashboard/my_page.html", context)
