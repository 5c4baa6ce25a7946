"""Routes of evidence: by account, and by a personal link for one section."""

from django.urls import path

from apps.assessments.views import evidence

_ASSESSMENT = "assessments/<uuid:assessment_id>/evidence/"
_PIECE = _ASSESSMENT + "<uuid:evidence_id>/"

municipality_urls = [
    path(_ASSESSMENT, evidence.evidence_list, name="assessments-evidence"),
    path(f"{_ASSESSMENT}new/", evidence.add, name="assessments-evidence-add"),
    path(f"{_ASSESSMENT}choose/", evidence.choose, name="assessments-evidence-choose"),
    path(f"{_PIECE}change/", evidence.change, name="assessments-evidence-change"),
    path(f"{_PIECE}remove/", evidence.remove, name="assessments-evidence-remove"),
    path(f"{_PIECE}file/", evidence.file, name="assessments-evidence-file"),
    path("contribute/<str:token>/evidence/new/", evidence.contribute_add, name="assessments-contribute-evidence"),
    path(
        "contribute/<str:token>/evidence/<uuid:evidence_id>/file/",
        evidence.contribute_file,
        name="assessments-contribute-evidence-file",
    ),
]
