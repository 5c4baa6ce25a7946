from django.urls import URLPattern, path

from apps.training.views import gates

municipality_urls: list[URLPattern] = [
    path("trainings/opening/", gates.overview, name="training-gate"),
    path("trainings/opening/store/", gates.store, name="training-gate-store"),
    path("trainings/opening/open/", gates.open_records, name="training-gate-open"),
    path("trainings/opening/close/", gates.close_records, name="training-gate-close"),
    path("trainings/opening/handling/", gates.configure, name="training-gate-configure"),
    path("trainings/opening/<uuid:document_id>/", gates.document, name="training-gate-document"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
