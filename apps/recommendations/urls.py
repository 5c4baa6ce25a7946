"""Routes of this app: each feature has its own file. The prefix decides the scope."""

from django.urls import URLPattern

from apps.recommendations import urls_reading, urls_rounds, urls_rules, urls_writing

_FEATURES = (urls_reading, urls_rounds, urls_rules, urls_writing)

municipality_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.municipality_urls]
programme_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.programme_urls]
workshop_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.workshop_urls]
person_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.person_urls]
public_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.public_urls]
