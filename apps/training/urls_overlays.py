from django.urls import URLPattern, path

from apps.training.views import overlays

_ADDITIONS = "trainings/modules/<slug:key>/additions"

municipality_urls: list[URLPattern] = [
    path(f"{_ADDITIONS}/", overlays.additions, name="overlays-list"),
    path(f"{_ADDITIONS}/new/", overlays.new, name="overlays-new"),
    path(f"{_ADDITIONS}/<uuid:overlay_id>/", overlays.change, name="overlays-change"),
    path(f"{_ADDITIONS}/<uuid:overlay_id>/confirm/", overlays.confirm, name="overlays-confirm"),
    path(f"{_ADDITIONS}/<uuid:overlay_id>/move/", overlays.move, name="overlays-move"),
    path(f"{_ADDITIONS}/<uuid:overlay_id>/delete/", overlays.delete, name="overlays-delete"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
