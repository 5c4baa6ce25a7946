"""WSGI entry point, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")

application = get_wsgi_application()

from apps.core.checks import refuse_unsafe_connection  # noqa: E402  # needs the applications loaded

refuse_unsafe_connection()
