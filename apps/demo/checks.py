"""The demo signs in anybody as anybody: it refuses to run where that could matter."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

#: Settings that only a server for real data has.
_SIGNS_OF_PRODUCTION = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS")


@register(Tags.security)
def demo_is_alone(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors where the app is installed without DEMO, or beside settings of a production server."""
    problems = []
    if not settings.DEMO:
        problems.append(("demo.E001", "apps.demo is installed, but settings.DEMO is not on."))
    found = [name for name in _SIGNS_OF_PRODUCTION if getattr(settings, name, False)]
    if found:
        problems.append(("demo.E002", f"apps.demo is installed beside production settings ({', '.join(found)})."))
    return [Error(problem, hint="The demo signs anybody in: remove apps.demo.", id=code) for code, problem in problems]
