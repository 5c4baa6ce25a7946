from django.urls import URLPattern, path

from apps.commitments.views import ten_points

_ONE = "ten-points/<uuid:report_id>/"

municipality_urls: list[URLPattern] = [
    path("ten-points/", ten_points.report_list, name="ten-points-list"),
    path("ten-points/new/", ten_points.new, name="ten-points-new"),
    path(_ONE, ten_points.detail, name="ten-points-detail"),
    path(f"{_ONE}points/<int:point>/", ten_points.edit, name="ten-points-edit"),
    path(f"{_ONE}draft-anew/", ten_points.draft_anew, name="ten-points-draft-anew"),
    path(f"{_ONE}delete/", ten_points.delete, name="ten-points-delete"),
    path(f"{_ONE}word/", ten_points.word, name="ten-points-word"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
