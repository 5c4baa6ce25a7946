from django.urls import URLPattern, path

from apps.training.views import my_trainings

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = [
    path("trainings/", my_trainings.mine, name="my-trainings"),
    path("trainings/cancel/", my_trainings.cancel, name="my-trainings-cancel"),
    path("trainings/answer/", my_trainings.answer, name="my-trainings-answer"),
]
public_urls: list[URLPattern] = []
