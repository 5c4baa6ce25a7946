from django.urls import URLPattern, path

from apps.training.views import packages

municipality_urls: list[URLPattern] = [
    path("trainings/packages/", packages.modules, name="packages-modules"),
    path("trainings/modules/<slug:key>/packages/", packages.packages, name="packages-module"),
    path(
        "trainings/modules/<slug:key>/packages/<uuid:package_id>/download/",
        packages.download,
        name="packages-download",
    ),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
