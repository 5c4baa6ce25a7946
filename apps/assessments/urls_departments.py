from django.urls import path

from apps.assessments.views import departments

municipality_urls = [
    path(
        "assessments/<uuid:assessment_id>/departments/",
        departments.department_items,
        name="assessments-departments",
    ),
    path(
        "assessments/<uuid:assessment_id>/answers/<str:name>/departments/",
        departments.department_item,
        name="assessments-departments-item",
    ),
]
