from django.urls import URLPattern, path

from apps.training.views import learning

_MODULE = "trainings/modules/<slug:key>"

municipality_urls: list[URLPattern] = [
    path(f"{_MODULE}/learn/", learning.overview, name="learning-overview"),
    path(f"{_MODULE}/learn/<slug:unit_key>/", learning.unit, name="learning-unit"),
    path(f"{_MODULE}/learn/<slug:unit_key>/done/", learning.done, name="learning-done"),
    path(f"{_MODULE}/learn/<slug:unit_key>/sheet.pdf", learning.sheet, name="learning-sheet"),
    path(f"{_MODULE}/finish/", learning.finish, name="learning-finish"),
    path(f"{_MODULE}/begin-again/", learning.begin_again, name="learning-again"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
