from django.urls import URLPattern, path

from apps.commitments.views import chain

municipality_urls: list[URLPattern] = [
    path("chain/", chain.overview, name="chain-list"),
    path("chain/<uuid:need_id>/", chain.detail, name="chain-detail"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
