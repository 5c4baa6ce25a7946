from django.urls import URLPattern, path

from apps.training.views import empowerment

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("trainings/empowerment/", empowerment.proof, name="training-empowerment-proof"),
]
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
