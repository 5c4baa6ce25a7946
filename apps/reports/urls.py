from django.urls import path

from apps.reports import views

municipality_urls = [
    path("reports/", views.archive, name="reports-list"),
    path("reports/request/", views.request_report, name="reports-request"),
    path("reports/<uuid:job_id>/", views.job, name="reports-job"),
    path("reports/<uuid:job_id>/download/", views.download, name="reports-download"),
]
