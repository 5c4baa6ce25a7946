from django.urls import URLPattern, path

from apps.recommendations.views import rules, suggestions

municipality_urls: list[URLPattern] = [
    path("recommendations/", suggestions.suggestions, name="recommendations-suggestions"),
]
programme_urls: list[URLPattern] = [
    path("rules/", rules.rules, name="rules-list"),
    path("rules/add/", rules.add, name="rules-add"),
    path("rules/export/", rules.export, name="rules-export"),
    path("rules/import/", rules.import_file, name="rules-import"),
    path("rules/import/apply/", rules.apply_import, name="rules-import-apply"),
    path("rules/<uuid:rule_id>/", rules.change, name="rules-change"),
    path("rules/<uuid:rule_id>/delete/", rules.delete, name="rules-delete"),
    path("coverage/", rules.coverage, name="coverage"),
    path("coverage/export/", rules.coverage_export, name="coverage-export"),
]
workshop_urls: list[URLPattern] = []
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
