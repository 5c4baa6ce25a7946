from django.urls import URLPattern, path

from apps.training.views import sessions


def _routes(prefix: str) -> list[URLPattern]:
    """The pages of a desk, named by `prefix`: the municipality's and the project team's are the same."""
    about = "trainings/sessions/<uuid:session_id>/"
    return [
        path("trainings/sessions/", sessions.session_list, name=f"{prefix}sessions-list"),
        path("trainings/sessions/new/", sessions.new, name=f"{prefix}sessions-new"),
        path(about, sessions.detail, name=f"{prefix}sessions-detail"),
        path(f"{about}change/", sessions.change, name=f"{prefix}sessions-change"),
        path(f"{about}seats/", sessions.seats, name=f"{prefix}sessions-seats"),
        path(f"{about}trainers/", sessions.trainers, name=f"{prefix}sessions-trainers"),
        path(f"{about}open/", sessions.open_for_enrolment, name=f"{prefix}sessions-open"),
        path(f"{about}cancel/", sessions.cancel, name=f"{prefix}sessions-cancel"),
        path("trainings/rooms/", sessions.rooms, name=f"{prefix}sessions-rooms"),
        path("trainings/rooms/new/", sessions.room, name=f"{prefix}sessions-room-new"),
        path("trainings/rooms/<uuid:room_id>/", sessions.room, name=f"{prefix}sessions-room"),
    ]


municipality_urls: list[URLPattern] = _routes("")
programme_urls: list[URLPattern] = _routes("programme-")
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
