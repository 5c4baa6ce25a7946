from django.urls import URLPattern, path

from apps.recommendations.views import team, writing
from apps.recommendations.views import versions as versions_views

municipality_urls: list[URLPattern] = []
programme_urls: list[URLPattern] = [
    path("recommendations/", versions_views.version_list, name="recommendations-list"),
    path("recommendations/new/", versions_views.start, name="recommendations-start"),
    path("recommendations/expenses/", team.all_expenses, name="recommendations-expenses-all"),
    path("recommendations/expenses/<uuid:expense_id>/", team.decide, name="recommendations-expense-decide"),
    path("recommendations/<uuid:pk>/", versions_views.detail, name="recommendations-detail"),
    path("recommendations/<uuid:pk>/step/", versions_views.step, name="recommendations-step"),
    path("recommendations/<uuid:pk>/next/", versions_views.next_version, name="recommendations-next-version"),
    path("recommendations/<uuid:pk>/share/", versions_views.share, name="recommendations-share"),
    path("recommendations/<uuid:pk>/doi/", versions_views.doi, name="recommendations-doi"),
    path("recommendations/<uuid:pk>/team/", team.team, name="recommendations-team"),
    path("recommendations/team/<uuid:member_id>/remove/", team.remove, name="recommendations-team-remove"),
    path("recommendations/team/<uuid:member_id>/lead/", team.lead, name="recommendations-team-lead"),
]
workshop_urls: list[URLPattern] = [
    path("recommendations/", writing.mine, name="recommendations-mine"),
    path("recommendations/expenses/", team.my_expenses, name="recommendations-expenses"),
    path(
        "recommendations/expenses/<uuid:expense_id>/withdraw/", team.withdraw, name="recommendations-expense-withdraw"
    ),
    path("recommendations/<uuid:pk>/", writing.detail, name="recommendations-write"),
    path("recommendations/<uuid:pk>/text/<slug:section>/", writing.section, name="recommendations-section"),
    path("recommendations/<uuid:pk>/text/<slug:section>/take/", writing.take, name="recommendations-section-take"),
    path(
        "recommendations/<uuid:pk>/text/<slug:section>/take-over/",
        writing.take_over,
        name="recommendations-section-take-over",
    ),
    path(
        "recommendations/<uuid:pk>/text/<slug:section>/release/",
        writing.release,
        name="recommendations-section-release",
    ),
    path("recommendations/<uuid:pk>/fields/<slug:name>/", writing.structured, name="recommendations-fields"),
]
person_urls: list[URLPattern] = []
public_urls: list[URLPattern] = []
