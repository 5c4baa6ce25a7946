"""Routes of the register and of onboarding, below /programme/."""

from django.urls import URLPattern, path

from apps.municipalities.views import onboarding, territories

programme_urls: list[URLPattern] = [
    path("territories/", territories.territory_search, name="municipalities-territories"),
    path("territories/<uuid:pk>/", territories.territory_detail, name="municipalities-territory"),
    path("municipalities/new/", onboarding.municipality_new, name="municipalities-new"),
    path("municipalities/<slug:slug>/competences/", onboarding.competences, name="municipalities-competences"),
]
