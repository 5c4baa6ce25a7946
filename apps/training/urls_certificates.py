from django.urls import URLPattern, path

from apps.training.views import certificates

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("certificates/revoke/", certificates.revoke, name="training-certificate-revoke"),
]
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = [
    path("certificates/", certificates.mine, name="training-certificates"),
    path("certificates/issue/", certificates.issue, name="training-certificate-issue"),
    path("certificates/<uuid:certificate_id>/pdf/", certificates.download, name="training-certificate-pdf"),
]
public_urls: list[URLPattern] = [
    path("verify/", certificates.verify, name="training-verify"),
    path("verify/keys.json", certificates.keys, name="training-verify-keys"),
    path("verify/<str:number>/", certificates.verify_number, name="training-verify-number"),
]
