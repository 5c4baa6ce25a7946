from django.urls import URLPattern, path

from apps.training.views import mandatory

municipality_urls: list[URLPattern] = [
    path("trainings/mandatory/", mandatory.overview, name="training-mandatory"),
    path("trainings/mandatory/new/", mandatory.new, name="training-mandatory-new"),
    path("trainings/mandatory/<uuid:training_id>/people/", mandatory.people, name="training-mandatory-people"),
    path("trainings/mandatory/<uuid:training_id>/end/", mandatory.end, name="training-mandatory-end"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
