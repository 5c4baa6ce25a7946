from django.urls import path

from apps.assessments.views import previous, then_test, waves

municipality_urls = [
    path("assessments/<uuid:assessment_id>/changes/", previous.item_changes, name="assessments-changes"),
    path("assessments/<uuid:assessment_id>/hindsight/", then_test.overview, name="assessments-then-overview"),
    path("assessments/<uuid:assessment_id>/hindsight/<str:name>/", then_test.section, name="assessments-then"),
]

programme_urls = [
    path("waves/<uuid:wave_id>/extend/", waves.wave_extend, name="waves-extend"),
    path(
        "waves/<uuid:wave_id>/assessments/<uuid:assessment_id>/extend/",
        waves.assessment_extend,
        name="waves-assessment-extend",
    ),
]
