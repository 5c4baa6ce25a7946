from django.urls import path

from apps.assessments.views import routine_examples, routines

municipality_urls = [
    path("routines/", routines.routine_list, name="routines-list"),
    path("routines/new/", routines.routine_new, name="routines-new"),
    path("routines/examples/", routine_examples.example_list, name="routines-examples"),
    path("routines/<uuid:routine_id>/", routines.routine_detail, name="routines-detail"),
    path("routines/<uuid:routine_id>/change/", routines.routine_change, name="routines-change"),
    path("routines/<uuid:routine_id>/archive/", routines.routine_archive, name="routines-archive"),
    path("routines/<uuid:routine_id>/restore/", routines.routine_restore, name="routines-restore"),
    path("routines/<uuid:routine_id>/start/", routines.start, name="routines-start"),
    path("routines/<uuid:routine_id>/check/", routines.check, name="routines-check"),
    path("routines/<uuid:routine_id>/complete/", routines.complete, name="routines-complete"),
    path("routines/checks/<uuid:check_id>/", routines.result, name="routines-result"),
    path("routines/checks/<uuid:check_id>/release/", routine_examples.release, name="routines-release"),
    path("routines/checks/<uuid:check_id>/take-back/", routine_examples.take_back, name="routines-take-back"),
]

programme_urls = [
    path("routine-examples/", routine_examples.example_review, name="routine-examples-review"),
    path("routine-examples/<uuid:example_id>/", routine_examples.example_detail, name="routine-examples-detail"),
    path(
        "routine-examples/<uuid:example_id>/publish/", routine_examples.example_publish, name="routine-examples-publish"
    ),
    path(
        "routine-examples/<uuid:example_id>/decline/", routine_examples.example_decline, name="routine-examples-decline"
    ),
]
