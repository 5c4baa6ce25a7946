"""Routes of the pages that belong to no app."""

from django.urls import path
from django.views.i18n import set_language

from apps.core import pages, well_known

public_urls = [
    path("health/", well_known.health, name="health"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("favicon.ico", well_known.favicon, name="favicon"),
    path("", pages.start, name="start"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("imprint/", pages.imprint, name="imprint"),
    path("easy-language/", pages.easy_language, name="easy-language"),
    path("help/", pages.help_page, name="help"),
    path("components/", pages.component_gallery, name="components"),
    path("language/", set_language, name="set_language"),
    path("theme/", pages.set_theme, name="set-theme"),
]
