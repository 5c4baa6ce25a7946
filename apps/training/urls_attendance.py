from django.urls import URLPattern, path

from apps.training.views import attendance


def _routes(prefix: str, about: str) -> list[URLPattern]:
    """The pages around a session's list, named by `prefix`: the same for municipality, programme and trainer."""
    return [
        path(f"{about}attendance/", attendance.attendance, name=f"{prefix}sessions-attendance"),
        path(f"{about}attendance/tick/", attendance.tick, name=f"{prefix}sessions-attendance-tick"),
        path(f"{about}attendance/list.pdf", attendance.list_file, name=f"{prefix}sessions-attendance-pdf"),
        path(f"{about}close/", attendance.hold, name=f"{prefix}sessions-hold"),
    ]


municipality_urls: list[URLPattern] = _routes("", "trainings/sessions/<uuid:session_id>/")
programme_urls: list[URLPattern] = _routes("programme-", "trainings/sessions/<uuid:session_id>/")
workshop_urls: list[URLPattern] = [
    *_routes("trainer-", "my-sessions/<uuid:session_id>/"),
    path("my-sessions/<uuid:session_id>/check-in/<uuid:date_id>/", attendance.room_code, name="trainer-sessions-code"),
]
person_urls: list[URLPattern] = [
    path("check-in/", attendance.check_in_page, name="training-check-in"),
    path("check-in/<str:token>/", attendance.check_in_code, name="training-check-in-code"),
]
public_urls: list[URLPattern] = []
