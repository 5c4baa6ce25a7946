from django.urls import URLPattern, path

from apps.recommendations.views import reading

municipality_urls: list[URLPattern] = [
    path("recommendations/<uuid:pk>/", reading.for_municipality, name="recommendations-read-municipality"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = [
    path("recommendations/<uuid:pk>/read/", reading.in_workshop, name="recommendations-read"),
    path("recommendations/<uuid:pk>/compare/", reading.compare_editions, name="recommendations-compare-editions"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = [
    path("recommendations/", reading.catalogue, name="recommendations-public-list"),
    path("recommendations/<int:number>/", reading.public, name="recommendations-public"),
    path("recommendations/<int:number>/versions/", reading.history, name="recommendations-public-history"),
    path("recommendations/<int:number>/<int:version>/", reading.public, name="recommendations-public-version"),
    path(
        "recommendations/<int:number>/compare/<int:old>/<int:new>/",
        reading.compare_versions,
        name="recommendations-compare",
    ),
]
