from django.urls import path

from apps.assessments.views import needs, results

municipality_urls = [
    path("assessments/<uuid:assessment_id>/needs/", needs.need_list, name="assessments-needs"),
    path("assessments/<uuid:assessment_id>/needs/<str:item>/", needs.need_priority, name="assessments-need-priority"),
    path("assessments/<uuid:assessment_id>/result/<int:dimension>/", results.dimension, name="assessments-dimension"),
]
