from django.urls import URLPattern, path

from apps.commitments.views import adoptions, papers, reasons

_ONE = "adoptions/<uuid:adoption_id>/"

municipality_urls: list[URLPattern] = [
    path("adoptions/", adoptions.adoption_list, name="commitments-adoptions"),
    path("adoptions/new/", adoptions.choose, name="commitments-adoption-choose"),
    path("adoptions/new/<uuid:version_id>/", adoptions.consider, name="commitments-adoption-consider"),
    path("adoptions/measures-plan/", papers.measures_plan, name="commitments-measures-plan"),
    path(_ONE, adoptions.detail, name="commitments-adoption"),
    path(f"{_ONE}needs/", adoptions.needs, name="commitments-adoption-needs"),
    path(f"{_ONE}steps/<slug:name>/", adoptions.step, name="commitments-adoption-step"),
    path(f"{_ONE}confirm/", adoptions.confirm, name="commitments-adoption-confirm"),
    path(f"{_ONE}keep/", adoptions.keep, name="commitments-adoption-keep"),
    path(f"{_ONE}document/", adoptions.document, name="commitments-adoption-document"),
    path(f"{_ONE}memo/", papers.memo, name="commitments-adoption-memo"),
    path(f"{_ONE}decision-paper/", papers.decision_paper, name="commitments-adoption-decision-paper"),
]
programme_urls: list[URLPattern] = [
    path("adoptions/reasons/", reasons.overview, name="commitments-reasons"),
    path("adoptions/reasons/workbook/", reasons.workbook, name="commitments-reasons-workbook"),
    path("adoptions/reasons/<uuid:recommendation_id>/pass-on/", reasons.pass_on, name="commitments-reasons-pass-on"),
]
workshop_urls: list[URLPattern] = [
    path("reasons/<uuid:recommendation_id>/", reasons.digest, name="commitments-reasons-digest"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
