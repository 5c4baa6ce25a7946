"""Routes of this app: each feature has its own file. The prefix decides the scope."""

from django.urls import URLPattern

from apps.commitments import urls_adoption, urls_chain, urls_commitment, urls_measures, urls_pilots, urls_ten_points

_FEATURES = (urls_adoption, urls_chain, urls_commitment, urls_measures, urls_pilots, urls_ten_points)

municipality_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.municipality_urls]
programme_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.programme_urls]
workshop_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.workshop_urls]
person_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.person_urls]
public_urls: list[URLPattern] = [route for feature in _FEATURES for route in feature.public_urls]
