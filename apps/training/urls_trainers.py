from django.urls import URLPattern, path

from apps.training.views import trainers

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("trainers/", trainers.register, name="trainers-register"),
    path("trainers/<uuid:role_id>/", trainers.trainer, name="trainers-detail"),
    path("trainers/<uuid:role_id>/qualify/", trainers.qualify, name="trainers-qualify"),
    path("trainers/qualifications/<uuid:qualification_id>/", trainers.renew, name="trainers-renew"),
    path("trainers/qualifications/<uuid:qualification_id>/end/", trainers.end, name="trainers-qualification-end"),
]
workshop_urls: list[URLPattern] = [
    path("my-sessions/", trainers.my_sessions, name="trainer-sessions-list"),
    path("my-sessions/<uuid:session_id>/", trainers.my_session, name="trainer-sessions-detail"),
    path("my-sessions/<uuid:session_id>/material/", trainers.material, name="trainer-sessions-material"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
