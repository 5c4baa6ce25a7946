"""Routes of files as answers: by account, and by a personal link for one section."""

from django.urls import path

from apps.assessments.views import uploads

_ANSWER = "assessments/<uuid:assessment_id>/answers/<str:name>/"
_BY_LINK = "contribute/<str:token>/answers/<str:name>/"

municipality_urls = [
    path(f"{_ANSWER}upload/", uploads.upload, name="assessments-upload"),
    path(f"{_ANSWER}file/", uploads.file, name="assessments-upload-file"),
    path(f"{_BY_LINK}upload/", uploads.contribute_upload, name="assessments-contribute-upload"),
    path(f"{_BY_LINK}file/", uploads.contribute_file, name="assessments-contribute-upload-file"),
]
