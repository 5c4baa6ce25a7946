from django.urls import path

from apps.assessments import (
    urls_departments,
    urls_documents,
    urls_evidence,
    urls_needs,
    urls_needs_table,
    urls_outside,
    urls_previous,
    urls_quick_check,
    urls_remarks,
    urls_routines,
    urls_signing,
    urls_uploads,
)
from apps.assessments.views import assessments, contribute, delegations, results, sections, waves

public_urls = urls_quick_check.public_urls

municipality_urls = [
    *urls_documents.municipality_urls,
    *urls_evidence.municipality_urls,
    *urls_departments.municipality_urls,
    *urls_remarks.municipality_urls,
    *urls_previous.municipality_urls,
    *urls_outside.municipality_urls,
    *urls_needs.municipality_urls,
    *urls_routines.municipality_urls,
    *urls_signing.municipality_urls,
    *urls_uploads.municipality_urls,
    path("assessments/", assessments.assessment_list, name="assessments-list"),
    path("assessments/<uuid:assessment_id>/", assessments.detail, name="assessments-detail"),
    path("assessments/<uuid:assessment_id>/start/", assessments.start, name="assessments-start"),
    path("assessments/<uuid:assessment_id>/sections/<str:name>/", sections.section, name="assessments-section"),
    path("assessments/<uuid:assessment_id>/answers/<str:name>/", sections.answer, name="assessments-answer"),
    path("assessments/<uuid:assessment_id>/check/", assessments.check, name="assessments-check"),
    path("assessments/<uuid:assessment_id>/submit/", assessments.submit, name="assessments-submit"),
    path("assessments/<uuid:assessment_id>/review/", assessments.review, name="assessments-review"),
    path("assessments/<uuid:assessment_id>/sign/", assessments.sign, name="assessments-sign"),
    path("assessments/<uuid:assessment_id>/return/", assessments.return_to_progress, name="assessments-return"),
    path("assessments/<uuid:assessment_id>/result/", results.result, name="assessments-result"),
    path("assessments/<uuid:assessment_id>/delegations/", delegations.delegation_list, name="assessments-delegations"),
    path("assessments/<uuid:assessment_id>/delegations/new/", delegations.give, name="assessments-delegation-give"),
    path(
        "assessments/<uuid:assessment_id>/delegations/link/",
        delegations.give_by_link,
        name="assessments-delegation-link",
    ),
    path("assessments/delegations/<uuid:delegation_id>/", delegations.delegation, name="assessments-delegation"),
    path(
        "assessments/delegations/<uuid:delegation_id>/accept/", delegations.accept, name="assessments-delegation-accept"
    ),
    path(
        "assessments/delegations/<uuid:delegation_id>/give-back/",
        delegations.give_back,
        name="assessments-delegation-give-back",
    ),
    path(
        "assessments/delegations/<uuid:delegation_id>/hand-back/",
        delegations.hand_back,
        name="assessments-delegation-hand-back",
    ),
    path(
        "assessments/delegations/<uuid:delegation_id>/revoke/", delegations.revoke, name="assessments-delegation-revoke"
    ),
    path("assessments/delegations/<uuid:delegation_id>/renew/", delegations.renew, name="assessments-delegation-renew"),
    path("contribute/<str:token>/", contribute.contribute, name="assessments-contribute"),
    path(
        "contribute/<str:token>/answers/<str:name>/",
        contribute.contribute_answer,
        name="assessments-contribute-answer",
    ),
    path(
        "contribute/<str:token>/hand-back/",
        contribute.contribute_hand_back,
        name="assessments-contribute-hand-back",
    ),
]

programme_urls = [
    *urls_needs_table.programme_urls,
    *urls_remarks.programme_urls,
    *urls_previous.programme_urls,
    *urls_routines.programme_urls,
    path("waves/", waves.wave_list, name="waves-list"),
    path("waves/new/", waves.wave_new, name="waves-new"),
    path("waves/<uuid:wave_id>/", waves.wave_detail, name="waves-detail"),
    path("waves/<uuid:wave_id>/open/", waves.wave_open, name="waves-open"),
    path("waves/<uuid:wave_id>/close/", waves.wave_close, name="waves-close"),
    path("waves/<uuid:wave_id>/invite/", waves.wave_invite, name="waves-invite"),
    path(
        "waves/<uuid:wave_id>/assessments/<uuid:assessment_id>/close/",
        waves.assessment_close,
        name="waves-assessment-close",
    ),
]
