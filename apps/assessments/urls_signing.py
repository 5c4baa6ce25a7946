"""Routes of signatures on paper and by decision."""

from django.urls import path

from apps.assessments.views import signing

municipality_urls = [
    path("assessments/<uuid:assessment_id>/summary/", signing.summary, name="assessments-summary"),
    path("assessments/<uuid:assessment_id>/sign/record/", signing.record_signature, name="assessments-sign-record"),
    path(
        "assessments/<uuid:assessment_id>/signatures/<uuid:signature_id>/file/",
        signing.signature_file,
        name="assessments-signature-file",
    ),
]
