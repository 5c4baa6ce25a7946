"""Routes. The prefix decides the scope: see apps/municipalities/middleware.py."""

from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

Routes = list[URLPattern | URLResolver]


def _routes(kind: str) -> Routes:
    """The list `kind` of every app's urls.py, in the order of the apps."""
    found: Routes = []
    for name in settings.LOCAL_APPS + (["apps.demo"] if "apps.demo" in settings.INSTALLED_APPS else []):
        if module_has_submodule(import_module(name), "urls"):
            found += getattr(import_module(f"{name}.urls"), kind, [])
    return found


urlpatterns: Routes = [
    path("k/<slug:slug>/", include(_routes("municipality_urls"))),
    path("programme/", include(_routes("programme_urls"))),
    path("programme/admin/", admin.site.urls),
    path("workshop/", include(_routes("workshop_urls"))),
    path("me/", include(_routes("person_urls"))),
    *_routes("public_urls"),
]

handler400 = "apps.core.error_views.bad_request"
handler403 = "apps.core.error_views.permission_denied"
handler404 = "apps.core.error_views.page_not_found"
handler429 = "apps.core.error_views.too_many_requests"  # looked for by allauth's rate limits
handler500 = "apps.core.error_views.server_error"
