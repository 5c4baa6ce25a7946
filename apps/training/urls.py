"""Routes of this app: each feature has its own file. The prefix decides the scope."""

from django.urls import URLPattern

from apps.training import (
    urls_attendance,
    urls_authoring,
    urls_calendar,
    urls_catalogue,
    urls_certificates,
    urls_empowerment,
    urls_enrolment,
    urls_gates,
    urls_learning,
    urls_mandatory,
    urls_modules,
    urls_my_trainings,
    urls_overlays,
    urls_packages,
    urls_sessions,
    urls_trainers,
)

_FEATURES = (
    urls_attendance,
    urls_authoring,
    urls_calendar,
    urls_catalogue,
    urls_certificates,
    urls_empowerment,
    urls_enrolment,
    urls_gates,
    urls_learning,
    urls_mandatory,
    urls_modules,
    urls_my_trainings,
    urls_overlays,
    urls_packages,
    urls_sessions,
    urls_trainers,
)

municipality_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.municipality_urls]
programme_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.programme_urls]
workshop_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.workshop_urls]
person_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.person_urls]
public_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.public_urls]
