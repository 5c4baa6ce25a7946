from django.urls import URLPattern, path

from apps.training.views import catalogue

municipality_urls: list[URLPattern] = [
    path("trainings/", catalogue.catalogue, name="training-catalogue"),
    path("trainings/recommended/", catalogue.recommended, name="training-recommended"),
    path("trainings/dates/", catalogue.sessions, name="training-sessions"),
    path("trainings/dates/<uuid:session_id>/", catalogue.session, name="training-session"),
    path("trainings/modules/<slug:key>/", catalogue.module, name="training-module"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = [
    path("modules/", catalogue.public_catalogue, name="training-public-list"),
    path("modules/<int:number>/", catalogue.public_module, name="training-public"),
    path("modules/<int:number>/amb.json", catalogue.public_metadata, name="modules-amb"),
]
