from allauth.socialaccount import views as social
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
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/3rdparty/login/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/3rdparty/login/error/", social.login_error, name="socialaccount_login_error"),
    path("accounts/3rdparty/signup/", social.signup, name="socialaccount_signup"),
    # Connections to identity providers are shown where they belong: on the page of each municipality's sign-in.
    path("accounts/3rdparty/", RedirectView.as_view(pattern_name="account_security"), name="socialaccount_connections"),
]
