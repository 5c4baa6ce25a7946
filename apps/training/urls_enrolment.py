from django.urls import URLPattern, path

from apps.training.views import approvals, enrolment, group

municipality_urls: list[URLPattern] = [
    path("trainings/sessions/<uuid:session_id>/people/", group.people, name="session-people"),
    path("trainings/sessions/<uuid:session_id>/people/list.xlsx", group.export, name="session-people-export"),
    path("trainings/sessions/<uuid:session_id>/people/add/", group.add, name="session-people-add"),
    path("trainings/sessions/<uuid:session_id>/people/import/", group.import_check, name="session-people-import"),
    path(
        "trainings/sessions/<uuid:session_id>/people/import/apply/",
        group.import_apply,
        name="session-people-import-apply",
    ),
    path("trainings/sessions/<uuid:session_id>/people/template.xlsx", group.template, name="session-people-template"),
    path("trainings/places/<uuid:place_id>/hand-on/", group.substitute, name="session-people-substitute"),
    path("trainings/places/<uuid:place_id>/move/", group.move, name="session-people-move"),
    path("trainings/places/<uuid:place_id>/cancel/", group.cancel, name="session-people-cancel"),
    path("trainings/approvals/", approvals.approvals, name="training-approvals"),
    path("trainings/approvals/<uuid:place_id>/", approvals.decide, name="training-approvals-decide"),
    path("trainings/approvers/", approvals.approvers, name="training-approvers"),
    path("trainings/approvers/<uuid:approver_id>/remove/", approvals.remove_approver, name="training-approver-remove"),
]
programme_urls: list[URLPattern] = []
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = [
    path("trainings/enrol/", enrolment.enrol, name="trainings-enrol"),
]
public_urls: list[URLPattern] = []
