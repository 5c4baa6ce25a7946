from django.urls import path

from apps.assessments.views import outside

municipality_urls = [
    path("assessments/<uuid:assessment_id>/outside/", outside.outside_list, name="assessments-outside"),
    path("assessments/<uuid:assessment_id>/outside/invite/", outside.outside_invite, name="assessments-outside-invite"),
    path(
        "assessments/<uuid:assessment_id>/outside/differences/",
        outside.outside_differences,
        name="assessments-outside-differences",
    ),
    path("assessments/outside/<uuid:reading_id>/renew/", outside.outside_renew, name="assessments-outside-renew"),
    path(
        "assessments/outside/<uuid:reading_id>/withdraw/", outside.outside_withdraw, name="assessments-outside-withdraw"
    ),
    path("outside/<str:token>/", outside.outside_read, name="assessments-outside-read"),
    path("outside/<str:token>/submit/", outside.outside_submit, name="assessments-outside-submit"),
    path("outside/<str:token>/sections/<str:name>/", outside.outside_section, name="assessments-outside-section"),
]
