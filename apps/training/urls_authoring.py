from django.urls import URLPattern, path

from apps.training.views import authoring, module_units

_UNIT = "modules/<uuid:pk>/units/<slug:key>/"

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = [
    path("modules/", authoring.mine, name="modules-mine"),
    path("modules/<uuid:pk>/", authoring.detail, name="modules-write"),
    path("modules/<uuid:pk>/read/", authoring.read, name="modules-read"),
    path("modules/<uuid:pk>/fields/<slug:name>/", authoring.structured, name="modules-fields"),
    path("modules/<uuid:pk>/english/", authoring.english_overview, name="modules-english"),
    path("modules/<uuid:pk>/english/fields/", authoring.english, name="modules-english-fields"),
    path("modules/<uuid:pk>/english/units/<slug:key>/", authoring.english, name="modules-english-unit"),
    path("modules/<uuid:pk>/files/", authoring.files, name="modules-files"),
    path("modules/<uuid:pk>/files/<uuid:file_id>/remove/", authoring.file_remove, name="modules-file-remove"),
    path("modules/<uuid:pk>/units/", module_units.units, name="modules-units"),
    path("modules/<uuid:pk>/add-unit/<slug:audience>/", module_units.add, name="modules-unit-add"),
    path(_UNIT, module_units.unit, name="modules-unit"),
    path(f"{_UNIT}move/", module_units.move, name="modules-unit-move"),
    path(f"{_UNIT}delete/", module_units.delete, name="modules-unit-delete"),
    path(f"{_UNIT}preview/", module_units.preview, name="modules-unit-preview"),
    path(f"{_UNIT}add/<slug:kind>/", module_units.part_add, name="modules-part-add"),
    path(f"{_UNIT}parts/<slug:part>/", module_units.part, name="modules-part"),
    path(f"{_UNIT}parts/<slug:part>/delete/", module_units.part_delete, name="modules-part-delete"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
