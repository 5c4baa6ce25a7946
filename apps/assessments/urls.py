from django.urls import path

from apps.assessments.views import assessments, sections, waves

municipality_urls = [
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
    path("assessments/<uuid:assessment_id>/result/", assessments.result, name="assessments-result"),
]

programme_urls = [
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
