from django.urls import URLPattern, path

from apps.commitments.views import commitments as views

_ONE = "commitment/<uuid:commitment_id>/"

municipality_urls: list[URLPattern] = [
    path("commitment/", views.overview, name="commitments-commitment"),
    path("commitment/new/", views.new, name="commitments-commitment-new"),
    path("commitment/public/", views.public, name="commitments-commitment-public"),
    path(_ONE, views.detail, name="commitments-commitment-detail"),
    path(f"{_ONE}edit/", views.edit, name="commitments-commitment-edit"),
    path(f"{_ONE}in-force/", views.put_in_force, name="commitments-commitment-in-force"),
    path(f"{_ONE}end/", views.end, name="commitments-commitment-end"),
    path(f"{_ONE}discard/", views.discard, name="commitments-commitment-discard"),
    path(f"{_ONE}publicity/", views.publicity, name="commitments-commitment-publicity"),
    path(f"{_ONE}document/", views.document, name="commitments-commitment-document"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
