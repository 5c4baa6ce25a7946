from django.urls import URLPattern, path

from apps.commitments.views import pilots

municipality_urls: list[URLPattern] = [
    path("pilots/", pilots.pilot_list, name="pilots-list"),
    path("pilots/<uuid:pilot_id>/", pilots.detail, name="pilots-detail"),
    path("pilots/<uuid:pilot_id>/plan/", pilots.plan, name="pilots-plan"),
    path("pilots/<uuid:pilot_id>/begin/", pilots.begin, name="pilots-begin"),
    path("pilots/<uuid:pilot_id>/log/", pilots.note, name="pilots-note"),
    path("pilots/<uuid:pilot_id>/evaluate/", pilots.evaluate, name="pilots-evaluate"),
    path("pilots/<uuid:pilot_id>/call-off/", pilots.call_off, name="pilots-call-off"),
]
programme_urls: list[URLPattern] = [
    path("pilots/", pilots.overview, name="pilots-overview"),
    path("pilots/<str:kind>/<uuid:subject_id>/", pilots.subject, name="pilots-subject"),
    path("pilots/<str:kind>/<uuid:subject_id>/plan/", pilots.plan_in, name="pilots-plan-in"),
]
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
