from django.urls import include, path
from django.views.generic import RedirectView

from apps.accounts import views

person_urls = [
    path("profile/", views.profile, name="accounts-profile"),
    path("security/", views.security, name="account_security"),
    path("second-factor/", views.second_factor_required, name="second-factor-required"),
]

programme_urls = [
    path("team/", views.project_staff, name="accounts-project-staff"),
    path("team/<uuid:pk>/remove/", views.remove_project_staff, name="accounts-project-staff-remove"),
]

public_urls = [
    # Connections to identity providers are shown where they belong: on the page of each municipality's sign-in.
    path("accounts/3rdparty/", RedirectView.as_view(pattern_name="account_security"), name="socialaccount_connections"),
    path("accounts/", include("allauth.urls")),
]
