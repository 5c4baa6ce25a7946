from django.urls import path

from apps.assessments.views import documents

municipality_urls = [
    path("assessments/<uuid:assessment_id>/memo/", documents.memo, name="assessments-memo"),
    path(
        "assessments/<uuid:assessment_id>/decision-paper/", documents.decision_paper, name="assessments-decision-paper"
    ),
    path("assessments/<uuid:assessment_id>/workbook/", documents.workbook, name="assessments-workbook"),
]
